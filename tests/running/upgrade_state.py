"""A recorded state of the database: the last migration of each app, the guard of facts as it was, made-up rows.

`python -m tests.running.upgrade_state record FOLDER` writes the database that stands (small, made up) down; `… make FOLDER` brings an empty
database to that state with the rows; `… look FOLDER` says what of it is there after an upgrade. Rows go by the models of the migrations,
so the code may be of any later version.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any

#: What `migrate` itself fills, and what a moment leaves.
PASSED_OVER = frozenset({"auth.Permission", "contenttypes.ContentType", "sessions.Session", "jobs.Worker"})


def _loader() -> Any:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


def _models(targets: list[tuple[str, str]]) -> list[Any]:
    """Models as the migrations had them, in an order that is the same in every run."""
    state = _loader().loader.project_state(targets)
    found = [
        model
        for model in state.apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in PASSED_OVER
    ]
    return sorted(found, key=lambda model: str(model._meta.label))


def _written(value: Any) -> Any:
    from django.core.serializers.json import DjangoJSONEncoder

    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(bytes(value)).decode()}
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def _read(field: Any, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"bytes"}:
        return b64decode(value["bytes"])
    return field.to_python(value)


def _lines(rows: list[Any]) -> str:
    """JSON with a row a line: a difference is for a reader to see."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def record(folder: Path) -> object:
    """The files of a state, from the database of DATABASE_URL at the newest migrations."""
    from django.db import connection

    from koopset.foundation.history import facts

    targets = sorted(_loader().loader.graph.leaf_nodes())
    rows: dict[str, dict[str, Any]] = {}
    for model in _models(targets):
        names = [field.attname for field in model._meta.concrete_fields]
        listed = [
            [_written(value) for value in row]
            for row in model._base_manager.order_by("pk").values_list(*names)
        ]
        if listed:
            rows[model._meta.label] = {"fields": names, "rows": listed}
    guards = {}
    for vendor in ("sqlite", "postgresql"):
        described: Any = SimpleNamespace(vendor=vendor, ops=connection.ops)
        guards[vendor] = [trigger.sql for trigger in facts.wanted(described)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "migrations.json").write_text(_lines([list(one) for one in targets]), "utf-8")
    (folder / "guards.json").write_text(json.dumps(guards, indent=1) + "\n", "utf-8")
    parts = [
        f'{json.dumps(label)}: {{"fields": {json.dumps(found["fields"])}, "rows": {_lines(found["rows"])}}}'
        for label, found in rows.items()
    ]
    (folder / "rows.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")
    return {label: len(found["rows"]) for label, found in rows.items()}


def _of(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text("utf-8"))


def make(folder: Path) -> object:
    """An empty database to the state, with its rows and its guard, as a real one of that version is."""
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from koopset.foundation.history import facts

    targets = [tuple(one) for one in _of(folder, "migrations")]
    _loader().migrate(targets)
    models = {model._meta.label: model for model in _models(targets)}
    with transaction.atomic():
        for label, found in _of(folder, "rows").items():
            model = models[label]
            standing = model._base_manager.all()
            standing._raw_delete(standing.db)  # what a migration of data put there is among the rows
            fields = [model._meta.get_field(name) for name in found["fields"]]
            model._base_manager.bulk_create(
                [
                    model(**{name: _read(field, value) for name, field, value in zip(found["fields"], fields, row, strict=True)})
                    for row in found["rows"]
                ]
            )  # fmt: skip
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(sql)
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {facts._FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{facts.REFUSAL} (%)', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$"
            )
        for sql in _of(folder, "guards")[connection.vendor]:
            cursor.execute(sql)
    return len(facts.existing(connection))


def look(folder: Path) -> object:
    """After the upgrade: which facts are not guarded, which rows of the state are gone, which fact let itself be changed."""
    from django.apps import apps
    from django.db import DatabaseError, connection, transaction

    from koopset.foundation.history import facts

    gone, soft = {}, []
    for label, found in _of(folder, "rows").items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue  # a later version gave the table up: its migration says why
        at = found["fields"].index(model._meta.pk.attname) if model._meta.pk.attname in found["fields"] else 0
        keys = {str(row[at]) for row in found["rows"]}
        there = {str(key) for key in chain(model._base_manager.values_list("pk", flat=True))}
        if keys - there:
            gone[label] = len(keys - there)
        if label in facts.declared():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
                    soft.append(label)
                    raise RuntimeError(label)
            except DatabaseError as error:
                if not facts.is_refusal(error):
                    soft.append(label)
            except RuntimeError:
                pass
    return {"unguarded": facts.missing(connection), "gone": gone, "soft": soft}


if __name__ == "__main__":
    import django

    django.setup()
    verb, given = sys.argv[1:]
    told = {"record": record, "make": make, "look": look}[verb](Path(given))
    print(json.dumps(told), flush=True)  # noqa: T201 - the test reads it
