"""Closing a month and opening it again."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from koopset.apps.ledger import events, rules
from koopset.apps.ledger.models import Month as MonthRow
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.ports import month_blockers
from koopset.apps.ledger.services import book_lock
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


@service(LedgerRight.MONTH_CLOSE)
def month_close(*, actor: Actor, organisation_id: int, month: Month, now: datetime) -> MonthRow:
    """Close a month and, in order, all open months before it: nothing is posted into them any more.

    Raises ledger.no_book, ledger.before_book, ledger.month_not_over, ledger.month_closed_already, ledger.month_blocked (params month
    and reasons) when a room has unfinished work in one of them; then nothing is closed.
    """
    book = book_lock.lock_book(organisation_id)
    rows = {row.month: row for row in MonthRow.objects.filter(organisation_id=organisation_id)}
    months = rules.months_to_close(
        first=Month.from_number(book.opened_month),
        upto=month,
        closed=[number for number, row in rows.items() if row.state == MonthRow.State.CLOSED],
        today=timezone.localdate(now),
    )
    for each, found in month_blockers(organisation_id, months).items():
        if found:
            raise RuleViolation(
                "ledger.month_blocked",
                field="month",
                month=str(each),
                reasons="; ".join(str(b.text) for b in found),
            )
    for each in months:
        row = rows.get(each.number) or MonthRow(organisation_id=organisation_id, month=each.number)
        row.state, row.reason = MonthRow.State.CLOSED, ""
        row.changed_at, row.changed_by = now, actor.login_id
        row.save()
    publish(events.MonthsClosed(organisation_id, tuple(each.number for each in months)))
    return row


@service(LedgerRight.MONTH_REOPEN)
def month_reopen(*, actor: Actor, organisation_id: int, month: Month, reason: str, now: datetime) -> MonthRow:
    """Open the last closed month again, with a reason that stays in its history.

    Raises ledger.no_book, ledger.reason_required, ledger.month_not_closed, ledger.not_last_closed.
    """
    book_lock.lock_book(organisation_id)
    reason = reason.strip()
    if not reason:
        raise RuleViolation("ledger.reason_required", field="reason")
    last = (
        MonthRow.objects.filter(organisation_id=organisation_id, state=MonthRow.State.CLOSED)
        .order_by("-month")
        .first()
    )
    if last is None or last.month < month.number:
        raise RuleViolation("ledger.month_not_closed", field="month", month=str(month))
    if last.month != month.number:
        raise RuleViolation("ledger.not_last_closed", field="month", last=str(Month.from_number(last.month)))
    last.state, last.reason = MonthRow.State.OPEN, reason[:300]
    last.changed_at, last.changed_by = now, actor.login_id
    last.save()
    publish(events.MonthReopened(organisation_id, last.month))
    return last
