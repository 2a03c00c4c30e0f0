"""Books for tests of this room and of those above: made by the services themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count

from koopset.apps.ledger import services
from koopset.apps.ledger.models import Book, Operation
from koopset.foundation.rights.actors import SYSTEM, Actor
from koopset.foundation.tenants.models import Tenant

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_keys = count(1)


def tenant() -> int:
    """An organisation as the books see it: a key."""
    return Tenant.objects.create(kind="snt").pk


def book(
    organisation_id: int | None = None,
    *,
    opened_month: int = 202601,
    actor: Actor = SYSTEM,
    now: datetime = NOW,
) -> Book:
    """Books with the chart of a partnership, open from January 2026."""
    return services.book_open(
        actor=actor,
        organisation_id=tenant() if organisation_id is None else organisation_id,
        opened_month=opened_month,
        now=now,
    )


def line(
    organisation_id: int,
    debit: str | tuple[str, int],
    credit: str | tuple[str, int],
    amount_kop: int,
    source_id: int | None = None,
) -> services.EntryLine:
    """A line by codes: `line(org, ("76.01", account_id), "86.01", 150_000)`."""
    pairs = [(side, 0) if isinstance(side, str) else side for side in (debit, credit)]
    accounts = services.accounts_for(organisation_id, pairs)
    return services.EntryLine(accounts[pairs[0]], accounts[pairs[1]], amount_kop, source_id)


def operation(
    organisation_id: int,
    lines: Iterable[tuple[str | tuple[str, int], str | tuple[str, int], int]],
    *,
    on_date: date = date(2026, 11, 10),
    kind: str = "ledger.manual",
    key: str | None = None,
    title: str = "Операция",
    actor: Actor = SYSTEM,
    now: datetime = NOW,
) -> Operation:
    """A posted operation with lines by codes."""
    return services.operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=kind,
        key=key or f"factory-{next(_keys)}",
        on_date=on_date,
        title=title,
        lines=[line(organisation_id, debit, credit, amount) for debit, credit, amount in lines],
        now=now,
    )
