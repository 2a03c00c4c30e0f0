"""What else may be done with a bank line: returned, set aside to a chart account, taken for a repeat or for another payment."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.billing.payments.formats.bank_statement import mentions_registry
from koopset.apps.billing.payments.models import BankLine
from koopset.apps.billing.payments.permissions import PaymentRight
from koopset.apps.billing.payments.rules import matching
from koopset.apps.billing.payments.selectors.index import matching_index
from koopset.apps.billing.payments.services.days import book_day
from koopset.apps.billing.payments.services.payments import _match, free_kop, get_line
from koopset.apps.billing.payments.services.settling import BANK, OUTGOING, TRANSIT, UNIDENTIFIED
from koopset.apps.billing.payments.services.statements import stored_suggestion
from koopset.apps.billing.services.locks import lock_billing
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.services import (
    EntryLine,
    accounts_for,
    operation_post_for_room,
    operation_reverse_for_room,
)
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

SORT, RETURN, LATE = "payments.sort", "payments.return", "payments.repeat"
#: Accounts that this room keeps itself: a line is never sorted to them.
_OWN_CODES = frozenset({BANK, "50", "55", UNIDENTIFIED, OUTGOING})


def _waiting(line: BankLine) -> None:
    """Raises payments.line_taken, payments.line_divided."""
    if line.state != BankLine.State.WAITING:
        raise RuleViolation("payments.line_taken")
    if free_kop(line) != line.amount_kop:
        raise RuleViolation("payments.line_divided")


@service(PaymentRight.PAYMENT_MATCH)
def line_set_aside(
    *,
    actor: Actor,
    organisation_id: int,
    line_id: int,
    code: str,
    now: datetime,
    subject_id: int = 0,
) -> BankLine:
    """Say that a line is no payment of a resident: to which chart account its money belongs («60», «26», «91»).

    Raises payments.line_unknown, payments.line_taken, payments.line_divided, payments.code_not_for_this, and what the books refuse.
    """
    lock_billing(organisation_id)
    line = get_line(organisation_id, line_id)
    _waiting(line)
    if code not in dict(codes_to_set_aside(organisation_id)):
        raise RuleViolation("payments.code_not_for_this", field="code")
    waits = (UNIDENTIFIED if line.direction == BankLine.Direction.IN else OUTGOING, 0)
    ids = accounts_for(organisation_id, [waits, (code, subject_id)])
    here, there = ids[waits], ids[code, subject_id]
    sides = (here, there) if line.direction == BankLine.Direction.IN else (there, here)
    with override("ru"):
        title = _("Bank line sorted")
    _post(actor, line, SORT, title, EntryLine(*sides, line.amount_kop, line.pk), now)
    line.state = BankLine.State.SET_ASIDE
    line.save()
    return line


@service(PaymentRight.PAYMENT_MATCH)
def line_return(
    *, actor: Actor, organisation_id: int, line_id: int, out_line_id: int, now: datetime
) -> BankLine:
    """Tie a payment by mistake to the outgoing line that gave it back: both leave the queue, nobody owes anything.

    Raises payments.line_unknown, payments.line_taken, payments.line_divided, payments.not_its_return.
    """
    lock_billing(organisation_id)
    first, second = (get_line(organisation_id, pk) for pk in sorted((line_id, out_line_id)))
    line, out = (first, second) if first.pk == line_id else (second, first)
    _waiting(line)
    _waiting(out)
    if (
        line.direction != BankLine.Direction.IN
        or out.direction != BankLine.Direction.OUT
        or out.amount_kop != line.amount_kop
        or out.posted_on < line.posted_on
    ):
        raise RuleViolation("payments.not_its_return", field="out_line")
    ids = accounts_for(organisation_id, [(UNIDENTIFIED, 0), (OUTGOING, 0)])
    with override("ru"):
        title = _("Payment returned to the sender")
    entry = EntryLine(ids[UNIDENTIFIED, 0], ids[OUTGOING, 0], line.amount_kop, line.pk)
    _post(actor, line, RETURN, title, entry, now)
    for one in (line, out):
        one.state = BankLine.State.RETURNED
        one.save()
    return line


@service(PaymentRight.PAYMENT_REVERSE)
def line_reopen(*, actor: Actor, organisation_id: int, line_id: int, reason: str, now: datetime) -> BankLine:
    """Undo a sorting: the line waits again. Raises payments.line_unknown, payments.line_not_sorted, and what a reversal refuses."""
    lock_billing(organisation_id)
    line = get_line(organisation_id, line_id)
    if line.state != BankLine.State.SET_ASIDE:
        raise RuleViolation("payments.line_not_sorted")
    standing = [
        one for one in ledger.operations_about(organisation_id, SORT, line.pk) if one.reversed_by_id is None
    ]
    if not standing:
        raise RuleViolation("payments.line_not_sorted")
    sorted_by = standing[-1]
    day = max(book_day(organisation_id)(timezone.localdate(now)), sorted_by.on_date)
    operation_reverse_for_room(
        actor=actor,
        organisation_id=organisation_id,
        operation_id=sorted_by.id,
        on_date=day,
        reason=reason,
        now=now,
    )
    line.state = BankLine.State.WAITING
    line.save()
    return line


def _post(actor: Actor, line: BankLine, kind: str, title: str, entry: EntryLine, now: datetime) -> None:
    times = len(ledger.operations_about(line.organisation_id, kind, line.pk))
    operation_post_for_room(
        actor=actor,
        organisation_id=line.organisation_id,
        kind=kind,
        key=f"{line.pk} {times + 1}",
        on_date=book_day(line.organisation_id)(line.posted_on),
        title=title,
        lines=[entry],
        source_id=line.pk,
        now=now,
    )


@service(PaymentRight.PAYMENT_MATCH)
def line_confirm_repeat(*, actor: Actor, organisation_id: int, line_id: int, now: datetime) -> BankLine:
    """It is a repeat: the line stays out of the books and is never asked about again. Raises payments.line_unknown, payments.not_asked."""
    lock_billing(organisation_id)
    line = get_line(organisation_id, line_id)
    if line.state != BankLine.State.ASKED:
        raise RuleViolation("payments.not_asked")
    line.state = BankLine.State.REPEATED
    line.save()
    return line


@service(PaymentRight.PAYMENT_MATCH)
def line_reject_repeat(*, actor: Actor, organisation_id: int, line_id: int, now: datetime) -> BankLine:
    """It is another, equal, payment: it comes into the books as any new line does. Raises payments.line_unknown, payments.not_asked."""
    lock_billing(organisation_id)
    line = get_line(organisation_id, line_id)
    if line.state != BankLine.State.ASKED:
        raise RuleViolation("payments.not_asked")
    way = {
        "in": ((BANK, line.bank_account_id), (UNIDENTIFIED, 0)),
        "out": ((OUTGOING, 0), (BANK, line.bank_account_id)),
        "own-in": ((BANK, line.bank_account_id), (TRANSIT, 0)),
        "own-out": ((TRANSIT, 0), (BANK, line.bank_account_id)),
    }[line.direction]
    ids = accounts_for(organisation_id, way)
    with override("ru"):
        title = _("Bank statement")
    line.operation = operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=LATE,
        key=str(line.pk),
        on_date=book_day(organisation_id)(line.posted_on),
        title=title,
        lines=[EntryLine(ids[way[0]], ids[way[1]], line.amount_kop, line.pk)],
        source_id=line.pk,
        now=now,
    )
    own = line.direction in {BankLine.Direction.OWN_IN, BankLine.Direction.OWN_OUT}
    line.state = BankLine.State.POSTED if own else BankLine.State.WAITING
    line.save()
    if line.direction == BankLine.Direction.IN:
        decision = matching.decide(_facts(line), matching_index(organisation_id))
        line.suggestion = stored_suggestion(decision)
        line.save()
        if decision.kind == matching.Kind.POST:
            _match(actor, line, decision.parts, now=now, by=decision.by)
    return line


def _facts(line: BankLine) -> matching.LineFacts:
    return matching.LineFacts(
        amount_kop=line.amount_kop,
        purpose=line.purpose,
        payer_name=line.party_name,
        payer_inn=line.party_inn,
        is_registry=mentions_registry(line.purpose),
    )


def codes_to_set_aside(organisation_id: int) -> list[tuple[str, str]]:
    """Chart accounts that a line may be sorted to: (code, its name)."""
    return [
        (one.code, f"{one.code} {one.title}")
        for one in ledger.chart_lines(organisation_id)
        if one.takes_entries and one.code not in _OWN_CODES and one.subject in {"", "counterparty", "fund"}
    ]


def books_of(organisation_id: int) -> bool:
    """Whether there are books to post to."""
    return ledger.book_of(organisation_id) is not None
