"""Lines, payments and allocations written by thousands: the one place of this room that speaks each database's dialect."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection

CHUNK = 1_000
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LINE = "payments_bankline"
_LINE_TYPES = {
    "id": "bigint",
    "organisation_id": "bigint",
    "statement_id": "bigint",
    "bank_account_id": "bigint",
    "direction": "text",
    "state": "text",
    "kind": "text",
    "number": "text",
    "document_date": "date",
    "posted_on": "date",
    "amount_kop": "bigint",
    "party_name": "text",
    "party_inn": "text",
    "party_account": "text",
    "purpose": "text",
    "base_key": "text",
    "ordinal": "bigint",
    "line_number": "bigint",
    "extra": "jsonb",
    "suggestion": "jsonb",
    "operation_id": "bigint",
    "created_at": "timestamptz",
}
_PAYMENT_TYPES = {
    "id": "bigint",
    "organisation_id": "bigint",
    "account_id": "bigint",
    "source": "text",
    "line_id": "bigint",
    "amount_kop": "bigint",
    "received_on": "date",
    "for_month": "bigint",
    "matched_by": "text",
    "operation_id": "bigint",
    "key": "text",
    "created_at": "timestamptz",
    "created_by": "bigint",
}
_ALLOCATION_TYPES = {
    "organisation_id": "bigint",
    "payment_id": "bigint",
    "charge_id": "bigint",
    "amount_kop": "bigint",
    "created_at": "timestamptz",
}


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment to be written. `parts` are (charge, chart code, kopecks); `advance_kop` is what no charge took."""

    id: int
    account_id: int
    source: str
    line_id: int | None
    amount_kop: int
    received_on: date
    for_month: int | None
    matched_by: str
    key: str
    parts: tuple[tuple[int, str, int], ...]
    advance_kop: int


def reserve_ids(table: str, count: int) -> list[int]:
    """Keys of rows before they are written: entries in the books point to them, and those stream in first."""
    assert table in {"payments_bankline", "payments_payment"}
    if not count:
        return []
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
    return list(range(last + 1, last + 1 + count))


def insert_lines(rows: Iterable[Sequence[Any]]) -> None:
    """Write bank lines; a row is in the order of LINE_COLUMNS, JSON as text."""
    _insert(_LINE, _LINE_TYPES, rows)


LINE_COLUMNS = tuple(_LINE_TYPES)


def insert_payments(
    organisation_id: int,
    payments: Sequence[tuple[NewPayment, int]],
    *,
    now: datetime,
    login_id: int | None,
) -> None:
    """Write (payment, its operation) pairs and what they settled."""
    moment = connection.ops.adapt_datetimefield_value(now)

    def rows() -> Iterator[tuple[Any, ...]]:
        for one, operation_id in payments:
            yield (
                one.id,
                organisation_id,
                one.account_id,
                one.source,
                one.line_id,
                one.amount_kop,
                one.received_on,
                one.for_month,
                one.matched_by,
                operation_id,
                one.key,
                moment,
                login_id,
            )

    _insert("payments_payment", _PAYMENT_TYPES, rows())
    insert_allocations(
        organisation_id,
        ((one.id, charge_id, kop) for one, _operation in payments for charge_id, _code, kop in one.parts),
        now=now,
    )


def insert_allocations(organisation_id: int, parts: Iterable[tuple[int, int, int]], *, now: datetime) -> None:
    """Write (payment, charge, signed kopecks)."""
    moment = connection.ops.adapt_datetimefield_value(now)
    _insert(
        "payments_allocation",
        _ALLOCATION_TYPES,
        ((organisation_id, payment_id, charge_id, kop, moment) for payment_id, charge_id, kop in parts),
    )


def as_json(value: object) -> str:
    """JSON as it is stored."""
    return _encoded(value)


def _insert(table: str, types: dict[str, str], rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(types)
    head = f"INSERT INTO {table} ({names}) "
    stream = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(stream, CHUNK)):
            if connection.vendor == "postgresql":
                # One text for a thousand rows: to make each value ready apart costs more than all the rest of the writing.
                columns = ", ".join(
                    f"{name} {'text' if kind == 'jsonb' else kind}" for name, kind in types.items()
                )
                values = ", ".join(
                    f"{name}::jsonb" if kind == "jsonb" else name for name, kind in types.items()
                )
                text = json.dumps([dict(zip(types, row, strict=True)) for row in chunk], default=str)
                cursor.execute(
                    f"{head} SELECT {values} FROM json_to_recordset(%s) AS made({columns})", [text]
                )
            else:
                marks = ", ".join(["%s"] * len(types))
                cursor.executemany(f"{head} VALUES ({marks})", chunk)
