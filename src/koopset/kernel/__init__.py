"""Pure rules that every room shares: no Django, no clock, no settings, no language."""
