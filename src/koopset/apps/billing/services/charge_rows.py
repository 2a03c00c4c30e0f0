"""Charges written by tens of thousands: the one place of this room that speaks each database's dialect."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection

from koopset.apps.billing.rules.arithmetic import quantity_of
from koopset.apps.billing.rules.charging import Lines, due_on
from koopset.kernel.period import Month

#: Rows kept in memory at a time.
CHUNK = 10_000


def reserve_charge_ids(count: int) -> array[int]:
    """Keys for `count` charges before they are written: entries in the books point to them, and those stream in first."""
    ids = array("q")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('billing_charge', 'id')) FROM generate_series(1, %s)",
                [count],
            )
            while rows := cursor.fetchmany(CHUNK):
                ids.extend(row[0] for row in rows)
        else:
            # The transaction is immediate: nobody else writes until it ends.
            cursor.execute(
                "SELECT max(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'billing_charge'), 0), "
                "COALESCE((SELECT max(id) FROM billing_charge), 0))"
            )
            last = int(cursor.fetchone()[0])
            ids.extend(range(last + 1, last + 1 + count))
    return ids


def insert_charges(
    organisation_id: int,
    *,
    ids: array[int],
    lines: Lines,
    month: Month,
    rates: dict[int, str],
    run_id: int,
    operation_id: int,
    now: datetime,
    login_id: int | None,
) -> None:
    """Write the lines of a month; `rates` are fee → roubles as text."""
    moment = connection.ops.adapt_datetimefield_value(now)
    by_fee = [(fee.fee_id, rates[fee.fee_id], due_on(month, fee.due_day).isoformat()) for fee in lines.fees]
    texts: dict[int, str] = {}

    def rows() -> Iterator[tuple[Any, ...]]:
        for pk, account, unit, fee_index, quantity, amount in zip(
            ids, lines.accounts, lines.units, lines.fee_indexes, lines.quantities, lines.amounts, strict=True
        ):
            text = texts.get(quantity)
            if text is None:
                text = texts[quantity] = f"{quantity_of(quantity):f}"
            fee_id, rate, due = by_fee[fee_index]
            yield pk, account, unit or None, fee_id, text, rate, amount, due

    stream = rows()
    head = (
        "INSERT INTO billing_charge (organisation_id, run_id, kind, month, corrects_id, reason, operation_id, created_at, "
        "created_by, id, account_id, unit_id, fee_id, quantity, rate, amount_kop, due_on) "
    )
    # What is the same in every row is written into the statement: integers of ours, no text of anybody's.
    same = f"{int(organisation_id)}, {int(run_id)}, 'charge', {month.number}, NULL, '', {int(operation_id)}"
    with connection.cursor() as cursor:
        while chunk := list(islice(stream, CHUNK)):
            if connection.vendor == "postgresql":
                columns = [list(column) for column in zip(*chunk, strict=True)]
                cursor.execute(
                    f"{head} SELECT {same}, %s, %s, i, a, u, f, q, r, k, d FROM unnest(%s::bigint[], %s::bigint[], "
                    "%s::bigint[], %s::bigint[], %s::numeric[], %s::numeric[], %s::bigint[], %s::date[]) "
                    "AS t(i, a, u, f, q, r, k, d)",
                    [now, login_id, *columns],
                )
            else:
                by = "NULL" if login_id is None else str(int(login_id))
                cursor.executemany(
                    f"{head} VALUES ({same}, '{moment}', {by}, %s, %s, %s, %s, %s, %s, %s, %s)", chunk
                )
