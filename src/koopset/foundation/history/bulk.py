"""New rows by thousands, each with the first record of its history: two statements a table, no second object a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.utils import timezone

from koopset.foundation.rights.acting import current_actor

M = TypeVar("M", bound=models.Model)

#: Columns that take such values as they are; anything else is made ready by its field.
_PLAIN_FIELDS = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.ForeignKey,
)
_PLAIN_VALUES = frozenset({int, str, bool, date, type(None)})
_OF_HISTORY = frozenset(
    {"history_id", "history_date", "history_type", "history_user_id", "history_change_reason"}
)


def create_many(rows: Sequence[M]) -> list[M]:
    """Write new rows of one model that has `history = changes()`, with what its history says of a new row; they get their keys.

    As bulk_create it calls no `save` and sends no signal. Must be called inside a transaction; raises IntegrityError as the database does.
    """
    made = create_plain(rows)
    if made:
        _remember(type(made[0]), [row.pk for row in made])
    return made


def create_plain(rows: Sequence[M]) -> list[M]:
    """The same of a model that has no history."""
    if not rows:
        return []
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a row and its history stand or fall together")
    meta = type(rows[0])._meta
    for row, key in zip(rows, reserve_keys(meta.db_table, len(rows)), strict=True):
        row.pk = key
    readers = [_reader(field) for field in meta.concrete_fields]
    _insert(
        meta.db_table,
        [str(field.column) for field in meta.concrete_fields],
        (tuple(read(row) for read in readers) for row in rows),
    )
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return list(rows)


def write_rows(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows of a table without a history as the database takes them: texts of decimals and dates, no Python objects between.

    For facts by the hundred thousand. `table` and `columns` are names of ours, never of a user. Inside a transaction.
    """
    _insert(table, columns, iter(rows))


def reserve_keys(table: str, count: int) -> Sequence[int]:
    """Keys of rows before they are written. `table` is a name of a table of ours, never of a user. Inside a transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, %s)",
                [count],
            )
            return [int(row[0]) for row in cursor.fetchall()]
        # The transaction is immediate: nobody else writes until it ends.
        cursor.execute(
            f"SELECT max(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0), "
            f"COALESCE((SELECT max(id) FROM {table}), 0))"
        )
        last = int(cursor.fetchone()[0])
    return range(last + 1, last + 1 + count)


def _reader(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    name, line = field.attname, connections[DEFAULT_DB_ALIAS]
    plain = (
        _PLAIN_VALUES if isinstance(field, _PLAIN_FIELDS) or type(field) is models.DateField else frozenset()
    )
    last: list[Any] = [None, field.get_db_prep_save(None, line)]  # a moment of thousands is one moment

    def read(row: models.Model) -> Any:
        value = getattr(row, name)
        if value.__class__ in plain:
            return value
        if value is not last[0]:
            last[:] = value, field.get_db_prep_save(value, line)
        return last[1]

    return read


def _insert(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = f'COPY "{table}" ({names}) FROM STDIN'
            with connection.wrap_database_errors, cursor.copy(sql) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(rows))


def _remember(model: type[models.Model], keys: list[int]) -> None:
    """The first record of each row's history, made by the database of the row as it stands."""
    past = model.history.model._meta  # type: ignore[attr-defined]
    columns = ", ".join(
        f'"{field.column}"' for field in past.concrete_fields if field.column not in _OF_HISTORY
    )
    actor = current_actor()
    head = (
        f'INSERT INTO "{past.db_table}" ({columns}, history_date, history_type, history_user_id, history_change_reason) '
        f"SELECT {columns}, %s, '+', %s, NULL FROM \"{model._meta.db_table}\" WHERE id "
    )
    said = [connection.ops.adapt_datetimefield_value(timezone.now()), actor.login_id if actor else None]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(head + "= ANY(%s) ORDER BY id", [*said, keys])
        else:
            first, last = keys[0], keys[-1]
            assert last - first == len(keys) - 1
            cursor.execute(head + "BETWEEN %s AND %s ORDER BY id", [*said, first, last])
