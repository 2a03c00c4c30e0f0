"""Money that came from participants and went back to them, to suppliers and carriers. A mistake is taken back by another row."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.billing.payments.services import line_set_aside
from koopset.apps.ledger.services import operation_reverse_for_room
from koopset.apps.organisations import selectors as organisations
from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.services import lock_round
from koopset.apps.purchases.settlement.models import Cash, RoundMoney
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.claims import check_fund, check_pay_out
from koopset.apps.purchases.settlement.selectors.books import fund_kop
from koopset.apps.purchases.settlement.selectors.dues import money_of
from koopset.apps.purchases.settlement.services import books
from koopset.apps.purchases.settlement.services.holding import HELD_IN, hold_what_there_is
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.money import MAX_KOP
from koopset.kernel.violations import RuleViolation


@service(SettlementRight.MONEY_TAKE)
def pay_in(
    *,
    actor: Actor,
    organisation_id: int,
    participant_id: int,
    amount_kop: int,
    on_date: date,
    way: str,
    key: str,
    round_id: int | None = None,
    bank_line_id: int | None = None,
    now: datetime,
) -> Cash:
    """A participant paid: in cash to the desk, or by bank (`bank_line_id`: a line that waits in the queue of payments, whole).

    What rounds that are stopped still lack is put aside at once. The same `key` gives the same row. Raises settlement.seller_holds,
    settlement.amount_not_positive, settlement.date_in_future, settlement.participant_unknown, settlement.bank_line_other,
    organisations.not_verified and its kind, and what sorting a bank line refuses.
    """
    known = f"in {key}"[:80]
    if (standing := _standing(organisation_id, known)) is not None:
        return standing
    row = None
    if bank_line_id is not None:
        # The lock of billing comes before any lock of a round.
        line = line_set_aside(
            actor=actor, organisation_id=organisation_id, line_id=bank_line_id, code=books.TRANSIT, now=now
        )
        if line.direction != "in" or line.amount_kop != amount_kop or way != Cash.Way.BANK:
            raise RuleViolation("settlement.bank_line_other", field="amount")
    # Rounds before participants, by key: whoever takes both locks takes them in this order.
    waiting = _waiting_rounds(organisation_id, participant_id, round_id)
    if round_id is not None:
        row = next((one for one in waiting if one.pk == round_id), None) or _round(organisation_id, round_id)
        books.require_takes_money(row, now=now)
    else:
        organisations.require_verified(organisation_id, now=now)
        books.ready_books(organisation_id)
    _check(amount_kop, on_date, way, now=now)
    books.lock_participants(organisation_id, [participant_id])
    if (standing := _standing(organisation_id, known)) is not None:
        return standing
    made = _write(
        actor,
        organisation_id,
        Cash(
            kind=Cash.Kind.IN,
            way=way,
            participant_id=participant_id,
            round=row,
            bank_line_id=bank_line_id,
            amount_kop=amount_kop,
            on_date=on_date,
            key=known,
        ),
        books.title_in_russian(_("Payment of a participant of joint purchases")),
        ((_money(way)), (books.FREE, participant_id)),
        now=now,
    )
    for one in sorted(waiting, key=lambda one: (one.pk != round_id, one.stopped_at or now, one.pk)):
        hold_what_there_is(actor, one, [participant_id], now=now)
    return made


@service(SettlementRight.MONEY_TAKE)
def pay_out(
    *,
    actor: Actor,
    organisation_id: int,
    participant_id: int,
    amount_kop: int,
    on_date: date,
    way: str,
    key: str,
    reason: str = "",
    now: datetime,
) -> Cash:
    """Send free money back to a participant: never more than stands free, so nobody is raised above what was paid.

    The money of purchases goes below zero only with a `reason`, kept with the name of who pays. Raises settlement.more_than_free,
    settlement.fund_empty, settlement.amount_not_positive, settlement.date_in_future, settlement.participant_unknown, ledger.no_book.
    """
    known = f"out {key}"[:80]
    if (standing := _standing(organisation_id, known)) is not None:
        return standing
    books.ready_books(organisation_id)
    _check(amount_kop, on_date, way, now=now)
    books.lock_participants(organisation_id, [participant_id])
    if (standing := _standing(organisation_id, known)) is not None:
        return standing
    free = books.free_kop(organisation_id, [participant_id])[participant_id]
    overridden = check_pay_out(free, fund_kop(organisation_id), amount_kop, reason=reason)
    return _write(
        actor,
        organisation_id,
        Cash(
            kind=Cash.Kind.OUT,
            way=way,
            participant_id=participant_id,
            amount_kop=amount_kop,
            on_date=on_date,
            key=known,
            reason=reason.strip()[:300],
            override=reason.strip()[:300] if overridden else "",
        ),
        books.title_in_russian(_("Money sent back to a participant of joint purchases")),
        ((books.FREE, participant_id), _money(way)),
        now=now,
    )


@service(SettlementRight.MONEY_TAKE)
def pay_supplier(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    amount_kop: int,
    on_date: date,
    way: str,
    key: str,
    reason: str = "",
    recovered: bool = False,
    now: datetime,
) -> Cash:
    """Pay a supplier or a carrier for a round, or (`recovered`) take back what a supplier returns.

    Raises settlement.fund_empty without a `reason` when more is paid than participants brought, and as `pay_out` does.
    """
    known = f"{'recovered' if recovered else 'supplier'} {key}"[:80]
    row = _round(organisation_id, round_id)
    if (standing := _standing(organisation_id, known)) is not None:
        return standing
    books.require_takes_money(row, now=now)
    _check(amount_kop, on_date, way, now=now)
    overridden = not recovered and check_fund(fund_kop(organisation_id), amount_kop, reason=reason)
    sides = ((books.SUPPLIERS, 0), _money(way))
    return _write(
        actor,
        organisation_id,
        Cash(
            kind=Cash.Kind.RECOVERED if recovered else Cash.Kind.SUPPLIER,
            way=way,
            round=row,
            amount_kop=amount_kop,
            on_date=on_date,
            key=known,
            reason=reason.strip()[:300],
            override=reason.strip()[:300] if overridden else "",
        ),
        books.title_in_russian(
            _("Money came back from a supplier") if recovered else _("Paid to a supplier of a joint purchase")
        ),
        (sides[1], sides[0]) if recovered else sides,
        now=now,
    )


@service(SettlementRight.MONEY_TAKE)
def cash_take_back(*, actor: Actor, organisation_id: int, cash_id: int, reason: str, now: datetime) -> Cash:
    """Undo a row entered by mistake: another row and a reversal in the books; the old row stays as it was.

    Raises settlement.cash_unknown, settlement.taken_back_already, settlement.reason_required, settlement.spent_already (the money has been
    put aside or charged meanwhile).
    """
    cash = (
        Cash.objects.select_related("operation")
        .filter(organisation_id=organisation_id, pk=cash_id, takes_back__isnull=True)
        .first()
    )
    if cash is None:
        raise RuleViolation("settlement.cash_unknown")
    if not reason.strip():
        raise RuleViolation("settlement.reason_required", field="reason")
    if cash.participant_id is not None:
        books.lock_participants(organisation_id, [cash.participant_id])
    elif cash.round_id is not None:
        lock_round(organisation_id, cash.round_id)
    if Cash.objects.filter(organisation_id=organisation_id, takes_back_id=cash.pk).exists():
        raise RuleViolation("settlement.taken_back_already")
    if cash.kind == Cash.Kind.IN:
        assert cash.participant_id is not None
        free = books.free_kop(organisation_id, [cash.participant_id])[cash.participant_id]
        if free < cash.amount_kop:
            raise RuleViolation("settlement.spent_already", free_kop=max(0, free))
    operation = operation_reverse_for_room(
        actor=actor,
        organisation_id=organisation_id,
        operation_id=cash.operation_id,
        on_date=max(books.book_day(organisation_id, timezone.localdate(now)), cash.operation.on_date),
        reason=reason,
        now=now,
    )
    return Cash.objects.create(
        organisation_id=organisation_id,
        kind=cash.kind,
        way=cash.way,
        participant_id=cash.participant_id,
        round_id=cash.round_id,
        amount_kop=cash.amount_kop,
        on_date=operation.on_date,
        key=f"back {cash.pk}",
        takes_back=cash,
        reason=reason.strip()[:300],
        operation=operation,
        at=now,
        by=actor.login_id,
    )


def _standing(organisation_id: int, key: str) -> Cash | None:
    return Cash.objects.filter(organisation_id=organisation_id, key=key).first()


def _round(organisation_id: int, round_id: int) -> Round:
    try:
        return lock_round(organisation_id, round_id)
    except Round.DoesNotExist:
        raise RuleViolation("settlement.round_unknown") from None


def _money(way: str) -> books.Side:
    return (books.DESK if way == Cash.Way.CASH else books.TRANSIT, 0)


def _check(amount_kop: int, on_date: date, way: str, *, now: datetime) -> None:
    if not 0 < amount_kop <= MAX_KOP:
        raise RuleViolation("settlement.amount_not_positive", field="amount")
    if way not in Cash.Way.values:
        raise RuleViolation("settlement.way_unknown", field="way")
    if on_date > timezone.localdate(now):
        raise RuleViolation("settlement.date_in_future", field="on_date")


def _write(
    actor: Actor,
    organisation_id: int,
    cash: Cash,
    title: str,
    sides: tuple[books.Side, books.Side],
    *,
    now: datetime,
) -> Cash:
    cash.organisation_id, cash.at, cash.by = organisation_id, now, actor.login_id
    cash.operation_id = books.post_moves(
        actor=actor,
        organisation_id=organisation_id,
        kind=books.CASH,
        key=cash.key,
        title=title,
        moves=[(sides[0], sides[1], cash.amount_kop)],
        source_id=cash.participant_id or cash.round_id or 0,
        on=cash.on_date,
        now=now,
    )
    cash.save()
    return cash


def _waiting_rounds(organisation_id: int, participant_id: int, round_id: int | None) -> list[Round]:
    """Rounds for which the participant has to pay before, locked in the order of their keys."""
    ids = Line.objects.filter(
        organisation_id=organisation_id, participant_id=participant_id, allocated__gt=0
    ).values("round_id")
    found = Round.objects.filter(organisation_id=organisation_id, pk__in=ids, state__in=HELD_IN)
    wanted = set(found.values_list("pk", flat=True)) | ({round_id} if round_id is not None else set())
    rows = [_round(organisation_id, pk) for pk in sorted(wanted)]
    return [
        row
        for row in rows
        if row.state in HELD_IN and books.in_books(row) and money_of(row).policy == RoundMoney.Policy.BEFORE
    ]
