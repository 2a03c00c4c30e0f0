"""No tables of its own. Django sends the signals of migrations, after which facts are guarded, to applications with models only."""
