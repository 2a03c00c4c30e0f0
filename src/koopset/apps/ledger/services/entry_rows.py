"""Entries and running totals written by thousands: the one place that speaks each database's dialect.

A keyed executemany writes some ten times as many rows a second as objects do; PostgreSQL takes arrays in one statement.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

#: Rows kept in memory at a time.
CHUNK = 10_000

_ENTRY = "INSERT INTO ledger_entry (organisation_id, operation_id, debit_id, credit_id, amount_kop, on_date, month, source_id) "
_MONTH = "INSERT INTO ledger_monthtotal (organisation_id, account_id, month, debit_kop, credit_kop) "
_MONTH_ADD = (
    " ON CONFLICT (organisation_id, account_id, month) DO UPDATE SET "
    "debit_kop = ledger_monthtotal.debit_kop + excluded.debit_kop, "
    "credit_kop = ledger_monthtotal.credit_kop + excluded.credit_kop"
)

#: account, debit turnover, credit turnover
Turnover = tuple[int, int, int]


def next_operation_id() -> int:
    """Reserve the key of an operation before its entries are counted: they stream in first, their foreign key is checked at commit.

    On SQLite the writer is alone in the database; the row takes the number when it is inserted.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence('ledger_operation', 'id'))")
        else:
            cursor.execute(
                "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'ledger_operation'), 0) + 1"
            )
        return int(cursor.fetchone()[0])


def insert_entries(
    organisation_id: int,
    operation_id: int,
    on_date: date,
    month: int,
    lines: Sequence[tuple[int, int, int, int | None]],
) -> None:
    """Write (debit, credit, kopecks, source) lines of one operation."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*lines, strict=True)]
            cursor.execute(
                f"{_ENTRY} SELECT %s, %s, d, c, a, %s, %s, s "
                "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS t(d, c, a, s)",
                [organisation_id, operation_id, on_date, month, *columns],
            )
        else:
            day = on_date.isoformat()
            # What is the same in every line is written into the statement: integers and a date of ours, no text of anybody's.
            cursor.executemany(
                f"{_ENTRY} VALUES ({int(organisation_id)}, {int(operation_id)}, %s, %s, %s, '{day}', {int(month)}, %s)",
                lines,
            )


def add_to_accounts(organisation_id: int, turnovers: Sequence[Turnover]) -> int:
    """Add to the totals of accounts of this organisation, so that the book's key is a new one; how many accounts there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_book SET totals_key = %s WHERE organisation_id = %s",
            [secrets.token_hex(8), organisation_id],
        )
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE ledger_account AS a SET debit_kop = a.debit_kop + t.d, credit_kop = a.credit_kop + t.c "
                "FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS t(id, d, c) "
                "WHERE a.id = t.id AND a.organisation_id = %s",
                [*_columns(turnovers), organisation_id],
            )
        else:
            cursor.executemany(
                "UPDATE ledger_account SET debit_kop = debit_kop + %s, credit_kop = credit_kop + %s "
                f"WHERE id = %s AND organisation_id = {int(organisation_id)}",
                [(debit, credit, account) for account, debit, credit in turnovers],
            )
        return int(cursor.rowcount)


def add_to_month(organisation_id: int, month: int, turnovers: Sequence[Turnover]) -> None:
    """Add to the turnovers of accounts in a month, once for each account."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"{_MONTH} SELECT %s, id, %s, d, c FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS t(id, d, c){_MONTH_ADD}",
                [organisation_id, month, *_columns(turnovers)],
            )
        else:
            cursor.executemany(
                f"{_MONTH} VALUES ({int(organisation_id)}, %s, {int(month)}, %s, %s){_MONTH_ADD}", turnovers
            )


def _columns(turnovers: Sequence[Turnover]) -> list[list[Any]]:
    return [list(column) for column in zip(*turnovers, strict=True)]
