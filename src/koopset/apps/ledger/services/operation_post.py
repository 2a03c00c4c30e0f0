"""Posting: the only way in which money gets into the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from koopset.apps.ledger import rules
from koopset.apps.ledger.models import Account, Book, ChartAccount, Operation
from koopset.apps.ledger.models import Month as MonthRow
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.services import book_lock
from koopset.apps.ledger.services.entry_rows import (
    CHUNK,
    Turnover,
    add_to_accounts,
    add_to_month,
    insert_entries,
    next_operation_id,
)
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

OPENING = "ledger.opening"


class EntryLine(NamedTuple):
    """One debit account, one credit account, one amount in kopecks, and the row of another room behind it."""

    debit_id: int
    credit_id: int
    amount_kop: int
    source_id: int | None = None


@service(None)
def operation_post(
    *,
    actor: Actor,
    organisation_id: int,
    kind: str,
    key: str,
    on_date: date,
    title: str,
    lines: Iterable[EntryLine | tuple[int, int, int, int | None]],
    source_id: int | None = None,
    now: datetime,
    right: str = LedgerRight.OPERATION_POST,
) -> Operation:
    """Post an operation under `right`; see `operation_post_for_room`, which other rooms call from services that asked their own."""
    actor.require(right, organisation_id)
    return operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=kind,
        key=key,
        on_date=on_date,
        title=title,
        lines=lines,
        source_id=source_id,
        now=now,
    )


@transaction.atomic
def operation_post_for_room(
    *,
    actor: Actor,
    organisation_id: int,
    kind: str,
    key: str,
    on_date: date,
    title: str,
    lines: Iterable[EntryLine | tuple[int, int, int, int | None]],
    source_id: int | None = None,
    now: datetime,
) -> Operation:
    """Post all lines or none. `actor` is who is named; the right was asked by the calling service.

    The same (kind, key) again gives the operation that stands and does not even read `lines`. Lines are streamed; each account's
    running totals are touched once. `title` holds no personal data (facts are never erased). A line may also be a bare tuple.

    Raises ledger.no_book, ledger.before_book, ledger.month_closed, ledger.date_too_far, ledger.empty_operation, and for a line (counted
    from 1) ledger.amount_not_positive, ledger.same_account; ledger.unknown_account (also another organisation's), ledger.account_closed.
    """
    book = book_lock.lock_book(organisation_id)
    standing = Operation.objects.filter(organisation_id=organisation_id, kind=kind, key=key).first()
    if standing is not None:
        return standing
    check_date(book, on_date, now=now)
    return write_operation(
        actor=actor,
        organisation_id=organisation_id,
        kind=kind,
        key=key,
        on_date=on_date,
        title=title,
        lines=lines,
        source_id=source_id,
        now=now,
    )


def opening_day(book: Book) -> date:
    """The day before the books begin: where opening balances stand, so that the first month's statement shows them as such."""
    return Month.from_number(book.opened_month).previous().last


def check_date(book: Book, on_date: date, *, now: datetime, opening: bool = False) -> None:
    """Refuse a day on which nothing can be posted. Asked under the lock of the book, so that a closing cannot slip in between.

    `opening` allows the day before the books, while their first month is open (ledger.opening_too_late after that).
    """
    rules.check_on_date(on_date, today=timezone.localdate(now))
    first, month = Month.from_number(book.opened_month), Month.of(on_date)
    is_opening = opening and on_date == opening_day(book)
    closed = MonthRow.objects.filter(
        organisation_id=book.organisation_id,
        month=first.number if is_opening else month.number,
        state=MonthRow.State.CLOSED,
    ).exists()
    if not is_opening:
        rules.check_month(month, first=first, closed=closed)
    elif closed:
        raise RuleViolation("ledger.opening_too_late", month=str(first))


def write_operation(
    *,
    actor: Actor,
    organisation_id: int,
    kind: str,
    key: str,
    on_date: date,
    title: str,
    lines: Iterable[EntryLine | tuple[int, int, int, int | None]],
    source_id: int | None,
    now: datetime,
    reverses: Operation | None = None,
    reason: str = "",
) -> Operation:
    """Write the entries, then the totals, then the operation that counts them. The caller holds the lock and a transaction."""
    month = Month.of(on_date).number
    operation_id = next_operation_id()
    debits: dict[int, int] = defaultdict(int)
    credits: dict[int, int] = defaultdict(int)
    count = total_kop = 0
    for chunk in _chunks(lines):
        line = count
        for debit_id, credit_id, amount_kop, _source in chunk:
            line += 1
            if type(amount_kop) is not int or amount_kop <= 0:
                rules.check_amount(amount_kop, line=line)
            if debit_id == credit_id:
                raise RuleViolation("ledger.same_account", field="credit", line=line)
            debits[debit_id] += amount_kop
            credits[credit_id] += amount_kop
            total_kop += amount_kop
        count = line
        insert_entries(organisation_id, operation_id, on_date, month, chunk)
    if not count:
        raise RuleViolation("ledger.empty_operation", field="lines")

    touched = sorted(debits.keys() | credits.keys())
    turnovers: list[Turnover] = [
        (account, debits.get(account, 0), credits.get(account, 0)) for account in touched
    ]
    # The update itself tells how many of the accounts are this organisation's: no reading of a hundred thousand rows beforehand.
    if add_to_accounts(organisation_id, turnovers) != len(touched):
        _refuse_unknown(organisation_id, touched)
    _refuse_closed(organisation_id, set(touched))
    add_to_month(organisation_id, month, turnovers)
    return Operation.objects.create(
        pk=operation_id,
        organisation_id=organisation_id,
        kind=kind,
        key=key,
        on_date=on_date,
        month=month,
        title=title[:200],
        source_id=source_id,
        reverses=reverses,
        reason=reason,
        entries_count=count,
        total_kop=total_kop,
        posted_at=now,
        posted_by=actor.login_id,
    )


def _chunks(
    lines: Iterable[EntryLine | tuple[int, int, int, int | None]],
) -> Iterator[list[tuple[int, int, int, int | None]]]:
    stream = iter(lines)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk


def _refuse_unknown(organisation_id: int, touched: list[int]) -> None:
    for start in range(0, len(touched), 500):
        part = touched[start : start + 500]
        known = set(
            Account.objects.filter(organisation_id=organisation_id, pk__in=part).values_list("pk", flat=True)
        )
        for account_id in part:
            if account_id not in known:
                # Another organisation's account is answered as one that is not there.
                raise RuleViolation("ledger.unknown_account", field="lines", account_id=account_id)
    raise AssertionError("accounts were counted twice differently")


def _refuse_closed(organisation_id: int, touched: set[int]) -> None:
    # Headings have no accounts and closed chart accounts have few: this reads next to nothing.
    for account_id, code, postable in (
        Account.objects.filter(organisation_id=organisation_id, chart__in=_shut(organisation_id))
        .values_list("pk", "chart__code", "chart__is_postable")
        .iterator()
    ):
        if account_id in touched:
            raise RuleViolation(
                "ledger.account_closed" if postable else "ledger.heading", field="code", account=code
            )


def _shut(organisation_id: int) -> list[int]:

    return list(
        ChartAccount.objects.filter(
            Q(is_closed=True) | Q(is_postable=False), organisation_id=organisation_id
        ).values_list("pk", flat=True)
    )
