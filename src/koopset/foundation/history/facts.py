"""Facts are append-only, and the database itself says so: triggers refuse UPDATE and DELETE of their rows.

A room declares its facts in AppConfig.ready; triggers are made after each migrate from that list. SQLite loses triggers when a
migration rebuilds a table, so a system check and the health page compare the list with the database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

#: What the triggers say; `is_refusal` finds it in the database's error.
REFUSAL = "koopset: facts are append-only"
_PREFIX = "facts_"
_FUNCTION = "koopset_refuse_fact_change"

_declared: dict[str, tuple[str, ...]] = {}
#: model → (field of the moment, days): older rows may be deleted.
_forgotten: dict[str, tuple[str, int]] = {}
#: Models whose rows may be deleted at any time by those they are about.
_may_go: set[str] = set()


@dataclass(frozen=True, slots=True)
class Trigger:
    """Its name carries a digest of its definition, so a changed definition is a missing trigger."""

    table: str
    name: str
    sql: str


def append_only(
    model: str,
    *,
    allow_update: Sequence[str] = (),
    forget_after: tuple[str, int] | None = None,
    may_go: bool = False,
) -> None:
    """Declare the rows of `model` ("ledger.Entry") as facts. Fields in `allow_update` may still change (the number a bank gave later).

    `forget_after=("at", 365)` lets rows be deleted whose moment is more than so many days ago by the clock of the database: a log
    that has a term of its own is neither kept for ever nor cut short. Called once from AppConfig.ready. Raises ValueError when
    declared twice differently.

    `may_go` lets rows be deleted at any time: for facts that a person tells of themselves and may take back. They are never altered.
    """
    if may_go:
        _may_go.add(model)
    if forget_after is not None:
        _forgotten[model] = forget_after
    fields = tuple(sorted(allow_update))
    if _declared.setdefault(model, fields) != fields:
        raise ValueError(f"{model} is declared append-only already")


def declared() -> tuple[str, ...]:
    return tuple(sorted(_declared))


def is_refusal(error: BaseException) -> bool:
    """Whether a database error is a trigger's refusal."""
    return REFUSAL in str(error)


# Definitions


def wanted(connection: BaseDatabaseWrapper) -> list[Trigger]:
    """The triggers that the list asks for in this database. Raises LookupError for a name that is wrong."""
    found: list[Trigger] = []
    for label in declared():
        found.extend(
            _triggers_of(
                connection, apps.get_model(label), _declared[label], _forgotten.get(label), label in _may_go
            )
        )
    return found


def _triggers_of(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    allowed: tuple[str, ...],
    forgotten: tuple[str, int] | None,
    may_go: bool,
) -> list[Trigger]:
    table, quote = model._meta.db_table, connection.ops.quote_name
    columns = {field.name: str(field.column) for field in model._meta.local_concrete_fields}
    free = {columns[name] for name in allowed}
    fixed = [column for column in columns.values() if column not in free]
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    condition = (
        " OR ".join(f"OLD.{quote(column)} {differs} NEW.{quote(column)}" for column in fixed) if free else ""
    )
    when = f" WHEN ({condition})" if condition else ""
    young = ""
    if forgotten is not None:
        moment, days = f"OLD.{quote(columns[forgotten[0]])}", int(forgotten[1])
        border = (
            f"CURRENT_TIMESTAMP - INTERVAL '{days} days'"
            if connection.vendor == "postgresql"
            else f"datetime('now', '-{days} days')"
        )
        young = f" WHEN ({moment} > {border})"
    if connection.vendor == "postgresql":
        action = f"EXECUTE FUNCTION {_FUNCTION}()"
        bodies = {
            "upd": f"BEFORE UPDATE ON {quote(table)} FOR EACH ROW{when} {action}",
            "del": f"BEFORE DELETE ON {quote(table)} FOR EACH ROW{young} {action}",
            "cut": f"BEFORE TRUNCATE ON {quote(table)} FOR EACH STATEMENT {action}",
        }
    else:
        action = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL} ({table})'); END"
        bodies = {
            "upd": f"BEFORE UPDATE ON {quote(table)} FOR EACH ROW{when} {action}",
            "del": f"BEFORE DELETE ON {quote(table)} FOR EACH ROW{young} {action}",
        }
    if may_go:
        del bodies["del"]
    triggers = []
    for kind, body in bodies.items():
        digest = hashlib.sha256(body.encode()).hexdigest()[:12]
        name = f"{_PREFIX}{kind}_{digest}"
        triggers.append(Trigger(table, name, f"CREATE TRIGGER {quote(name)} {body}"))
    return triggers


def existing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Our triggers that stand in the database and are enabled: name -> table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND starts_with(t.tgname::text, %s) "
                "AND pg_table_is_visible(c.oid)",
                [_PREFIX],
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
                [len(_PREFIX), _PREFIX],
            )
        return dict(cursor.fetchall())


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Tables of facts that the database does not guard as declared. For the check and the health page."""
    standing = existing(connection)
    return sorted({trigger.table for trigger in wanted(connection) if trigger.name not in standing})


# Making and lifting


def raise_guard(connection: BaseDatabaseWrapper) -> None:
    """Make the database agree with the list: drop what is not on it, create what is missing."""
    standing, asked = existing(connection), wanted(connection)
    names = {trigger.name for trigger in asked}
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and asked:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL} (%)', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$"
            )
        for name, table in standing.items():
            if name not in names:
                _drop(connection, cursor, name, table)
        for trigger in asked:
            if trigger.name not in standing and trigger.table in tables:
                cursor.execute(
                    trigger.sql.replace("%", "%%") if connection.vendor == "postgresql" else trigger.sql
                )


def lower_guard(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, table in existing(connection).items():
            _drop(connection, cursor, name, table)


def _drop(connection: BaseDatabaseWrapper, cursor: Any, name: str, table: str) -> None:
    quote = connection.ops.quote_name
    on = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {quote(name)}{on}")


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Facts may change inside. For the flush of tests and for a migration of data that says why, never for a use case."""
    connection = connections[using]
    lower_guard(connection)
    try:
        yield
    finally:
        raise_guard(connection)


# Wiring


def _before_migrate(*, using: str, plan: Sequence[Any] = (), **_kwargs: object) -> None:
    # A migration may rename or drop a column that a trigger names; both databases refuse that while the trigger stands.
    if plan:
        lower_guard(connections[using])


def _after_migrate(*, using: str, **_kwargs: object) -> None:
    raise_guard(connections[using])


@checks.register(checks.Tags.database)
def check_facts(*, databases: Sequence[str] | None = None, **_kwargs: object) -> list[checks.CheckMessage]:
    """The list of facts against the database (`check --database default`)."""
    found: list[checks.CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        tables = set(connection.introspection.table_names())
        found.extend(
            checks.Error(
                f"Rows of {table} are facts, but the database does not refuse their change.",
                hint="Run migrate: it makes the triggers anew.",
                id="history.E001",
            )
            for table in missing(connection)
            if table in tables
        )
    return found


def connect() -> None:
    """Called by HistoryConfig.ready. The functions that a database must know come along with the guard of its facts."""
    from koopset.foundation import database  # noqa: F401

    sender = apps.get_app_config("history")
    pre_migrate.connect(_before_migrate, sender=sender, dispatch_uid="history.facts.before")
    post_migrate.connect(_after_migrate, sender=sender, dispatch_uid="history.facts.after")
