"""The floor of writing: the same rows into the same tables by a bare executemany, with the triggers, keys and indexes as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.measure import Stopwatch
from django.db import connection, transaction

from koopset.foundation.history.facts import lifted

_TOTALS = (
    "UPDATE ledger_account SET debit_kop = debit_kop {sign} %s, credit_kop = credit_kop {sign} %s "
    "WHERE id = %s AND organisation_id = %s"
)


Kept = dict[str, tuple[str, list[tuple[Any, ...]]]]


def same_rows(tables: dict[str, str], month: int, watch: Stopwatch) -> None:
    """Read what stands in `tables` (name → condition, those pointed to first) and in the month's totals, take it out, write it back.

    `watch` runs over the writing only and stops at the commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT debit_kop, credit_kop, account_id, organisation_id FROM ledger_monthtotal WHERE month = {month}"
        )
        turnovers = cursor.fetchall()
    kept = taken_out(tables | {"ledger_monthtotal": f"month = {month}"})
    with watch(), transaction.atomic(), connection.cursor() as cursor:
        _write(cursor, kept)
        cursor.executemany(_TOTALS.format(sign="+"), turnovers)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_TOTALS.format(sign="-"), turnovers)


def taken_out(tables: dict[str, str]) -> Kept:
    """The rows of `tables` (name → condition, those pointed to first), no longer there."""
    kept: Kept = {}
    with connection.cursor() as cursor:
        for table, where in tables.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {where}")
            names = ", ".join(f'"{column[0]}"' for column in cursor.description or ())
            kept[table] = (names, cursor.fetchall())
        with lifted(), transaction.atomic():
            for table, where in reversed(tables.items()):
                cursor.execute(f"DELETE FROM {table} WHERE {where}")
    return kept


def put_back(kept: Kept, watch: Stopwatch) -> None:
    """Write the rows in one transaction; `watch` runs over it to the commit."""
    with watch(), transaction.atomic(), connection.cursor() as cursor:
        _write(cursor, kept)


def _write(cursor: Any, kept: Kept) -> None:
    for table, (names, rows) in kept.items():
        if rows:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", _storable(rows))


def _storable(rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """JSON columns come back from PostgreSQL as values; text is what executemany takes."""
    if connection.vendor != "postgresql" or not any(isinstance(value, dict | list) for value in rows[0]):
        return rows
    from psycopg.types.json import Jsonb

    return [tuple(Jsonb(value) if isinstance(value, dict | list) else value for value in row) for row in rows]
