"""The months of the books: open, closed, and what holds one open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from koopset.apps.ledger.models import Book
from koopset.apps.ledger.models import Month as MonthRow
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.ports import Blocker, month_blockers
from koopset.apps.ledger.rules import months_between
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class MonthState:
    """`can_reopen`: it is the last closed one. `can_close`: it is over and open. `is_over`: its last day has passed."""

    month: Month
    is_closed: bool
    is_over: bool
    can_close: bool
    can_reopen: bool
    changed_at: datetime | None
    changed_by: int | None
    reason: str


def book_of(organisation_id: int) -> Book | None:
    """The books of an organisation; None while they are not opened."""
    return Book.objects.filter(organisation_id=organisation_id).first()


def totals_key(organisation_id: int) -> str:
    """A word that is another one whenever running totals have changed; "" before anything was posted (`foundation.remembered`)."""
    return (
        Book.objects.filter(organisation_id=organisation_id).values_list("totals_key", flat=True).first()
        or ""
    )


def month_state(organisation_id: int, month: Month) -> str:
    """ "open", "closed", or "before" for a month before the books (also where there are no books)."""
    book = book_of(organisation_id)
    if book is None or month.number < book.opened_month:
        return "before"
    closed = MonthRow.objects.filter(
        organisation_id=organisation_id, month=month.number, state=MonthRow.State.CLOSED
    ).exists()
    return "closed" if closed else "open"


def last_closed_month(organisation_id: int) -> Month | None:
    """The latest closed month; all before it are closed too."""
    row = (
        MonthRow.objects.filter(organisation_id=organisation_id, state=MonthRow.State.CLOSED)
        .order_by("-month")
        .first()
    )
    return Month.from_number(row.month) if row else None


def first_open_month(organisation_id: int) -> Month | None:
    """The first month that takes entries; None without books."""
    book = book_of(organisation_id)
    if book is None:
        return None
    last = last_closed_month(organisation_id)
    return last.next() if last else Month.from_number(book.opened_month)


def month_states(actor: Actor, organisation_id: int, *, today: date) -> list[MonthState]:
    """All months from the first of the books to the current one, the latest first; empty without books."""
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    book = book_of(organisation_id)
    if book is None:
        return []
    rows = {row.month: row for row in MonthRow.objects.filter(organisation_id=organisation_id)}
    closed = [number for number, row in rows.items() if row.state == MonthRow.State.CLOSED]
    last = max(closed, default=0)
    states = []
    for month in months_between(
        Month.from_number(book.opened_month), max(Month.of(today), Month.from_number(book.opened_month))
    ):
        row = rows.get(month.number)
        is_closed, is_over = month.number in closed, today > month.last
        states.append(
            MonthState(
                month=month,
                is_closed=is_closed,
                is_over=is_over,
                can_close=is_over and not is_closed,
                can_reopen=is_closed and month.number == last,
                changed_at=row.changed_at if row else None,
                changed_by=row.changed_by if row else None,
                reason=row.reason if row else "",
            )
        )
    return states[::-1]


def blockers_before(actor: Actor, organisation_id: int, upto: Month) -> list[tuple[Month, list[Blocker]]]:
    """Open months that closing `upto` would close, each with what stands against it."""
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    first = first_open_month(organisation_id)
    if first is None:
        return []
    return list(month_blockers(organisation_id, list(months_between(first, upto))).items())
