"""How the money of a round is handled, and the fees with their source: told before the round opens, never made worse afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.services import lock_round
from koopset.apps.purchases.settlement.models import ChargeRow, Cost, FeeRule, RoundMoney
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.costs import FeeKind, SplitBy, check_fee, split_cost
from koopset.apps.purchases.settlement.selectors.charged import taken_when_charged
from koopset.apps.purchases.settlement.services import books
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.roles import OFFICE
from koopset.foundation.rights.service import service
from koopset.kernel.money import MAX_KOP
from koopset.kernel.violations import RuleViolation

#: What may still be mended after the round opened: neither makes anybody pay more.
ALWAYS = frozenset({"claim_days", "trip_minutes", "organiser_minutes", "helper_minutes"})
MOST_MINUTES, MOST_DAYS = 60_000, 60


def get_round(organisation_id: int, round_id: int) -> Round:
    """The round, locked. Raises settlement.round_unknown."""
    try:
        return lock_round(organisation_id, round_id)
    except Round.DoesNotExist:
        raise RuleViolation("settlement.round_unknown") from None


@service(SettlementRight.TERMS_EDIT)
def terms_set(
    *, actor: Actor, organisation_id: int, round_id: int, now: datetime, **values: Any
) -> RoundMoney:
    """Set policy, loss, claim_days, trip_minutes, organiser_minutes, helper_minutes. When money is asked for and who bears a loss is
    frozen once the round is open; a term for claims may then only grow.

    Raises settlement.round_unknown, settlement.over, settlement.terms_frozen, settlement.number_out_of_range, settlement.choice_unknown.
    """
    row = get_round(organisation_id, round_id)
    if row.state in {Round.State.SETTLED, Round.State.CANCELLED}:
        raise RuleViolation("settlement.over")
    money = RoundMoney.objects.filter(organisation_id=organisation_id, round_id=row.pk).first() or RoundMoney(
        organisation_id=organisation_id, round=row, created_at=now
    )
    for name, value in values.items():
        was = getattr(money, name)
        if value == was:
            continue
        if row.state != Round.State.DRAFT and (name not in ALWAYS or (name == "claim_days" and value < was)):
            raise RuleViolation("settlement.terms_frozen", field=name)
        _check_value(name, value)
        setattr(money, name, value)
    money.save()
    return money


def _check_value(name: str, value: Any) -> None:
    if name == "policy" and value not in RoundMoney.Policy.values:
        raise RuleViolation("settlement.choice_unknown", field=name)
    if name == "loss" and value not in RoundMoney.Loss.values:
        raise RuleViolation("settlement.choice_unknown", field=name)
    most = MOST_DAYS if name == "claim_days" else MOST_MINUTES
    if name in ALWAYS and not 0 <= value <= most:
        raise RuleViolation("settlement.number_out_of_range", field=name, most=most)


@service(SettlementRight.TERMS_EDIT)
def fee_set(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    kind: str,
    rate: int,
    title: str,
    source: str,
    replaces_id: int | None = None,
    now: datetime,
) -> FeeRule:
    """Add a fee, or put one in place of another: rows are never edited. Once the round is open a fee may only fall.

    Raises settlement.round_unknown, settlement.over, settlement.fee_rate, settlement.fee_too_high, settlement.fee_rises,
    settlement.fee_unknown, settlement.fee_source (who set it by what is not told).
    """
    row = _before_settled(organisation_id, round_id)
    if kind not in list(FeeKind):
        raise RuleViolation("settlement.choice_unknown", field="kind")
    check_fee(FeeKind(kind), rate)
    if not source.strip() or not title.strip():
        raise RuleViolation("settlement.fee_source", field="source" if title.strip() else "title")
    stands_for_round(row, now=now)
    old = _fee(row, replaces_id) if replaces_id is not None else None
    if row.state != Round.State.DRAFT and (old is None or old.kind != kind or rate > old.rate):
        raise RuleViolation("settlement.fee_rises", field="rate")
    roles = sorted(actor.roles_in(organisation_id) & OFFICE)
    return FeeRule.objects.create(
        organisation_id=organisation_id,
        round=row,
        kind=kind,
        rate=rate,
        title=title.strip()[:120],
        source=source.strip()[:300],
        role=roles[0] if roles else "",
        replaces=old,
        set_at=now,
        set_by=actor.login_id,
    )


@service(SettlementRight.TERMS_EDIT)
def fee_end(*, actor: Actor, organisation_id: int, round_id: int, fee_id: int, now: datetime) -> FeeRule:
    """Take a fee away: a row says so. Raises settlement.round_unknown, settlement.over, settlement.fee_unknown."""
    row = _before_settled(organisation_id, round_id)
    stands_for_round(row, now=now)
    old = _fee(row, fee_id)
    return FeeRule.objects.create(
        organisation_id=organisation_id,
        round=row,
        kind=old.kind,
        rate=old.rate,
        title=old.title,
        source=old.source,
        replaces=old,
        is_ended=True,
        set_at=now,
        set_by=actor.login_id,
    )


def stands_for_round(row: Round, *, now: datetime) -> None:
    """The fee that the round told when it opened, as the first row of the rules. Under the lock of the round; again it does nothing."""
    if (
        not row.fee_bp
        or FeeRule.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).exists()
    ):
        return
    FeeRule.objects.create(
        organisation_id=row.organisation_id,
        round=row,
        kind=FeeRule.Kind.PERCENT,
        rate=row.fee_bp,
        title=books.title_in_russian(_("Organiser’s fee"))[:120],
        source=row.fee_source or books.title_in_russian(_("terms of the round")),
        set_at=row.opened_at or now,
        set_by=row.created_by,
    )


def _before_settled(organisation_id: int, round_id: int) -> Round:
    row = get_round(organisation_id, round_id)
    if row.state in {Round.State.SETTLED, Round.State.CANCELLED}:
        raise RuleViolation("settlement.over")
    return row


def _fee(row: Round, fee_id: int) -> FeeRule:
    found = FeeRule.objects.filter(
        organisation_id=row.organisation_id,
        round_id=row.pk,
        pk=fee_id,
        replaced_by__isnull=True,
        is_ended=False,
    ).first()
    if found is None:
        raise RuleViolation("settlement.fee_unknown")
    return found


@service(SettlementRight.MONEY_TAKE)
def cost_add(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    kind: str,
    amount_kop: int,
    split: str = "",
    title: str = "",
    on_date: date,
    key: str,
    corrects_id: int | None = None,
    now: datetime,
) -> Cost:
    """Enter the supplier's invoice, transport or another cost; a correction is a signed row that names what it corrects.

    After the settlement only what became cheaper is entered: the difference is given back to each by the split of that cost. The same
    `key` gives the same row. Raises settlement.round_unknown, settlement.not_stopped, settlement.after_settled, settlement.cost_zero,
    settlement.cost_unknown, settlement.cost_below_zero, settlement.date_in_future, settlement.choice_unknown, and
    `books.require_takes_money`'s.
    """
    row = get_round(organisation_id, round_id)
    known = f"{row.pk} {key}"[:80]
    standing = Cost.objects.filter(organisation_id=organisation_id, key=known).first()
    if standing is not None:
        return standing
    if row.state not in {
        Round.State.STOP, Round.State.SENT, Round.State.PARTLY, Round.State.RECEIVED, Round.State.SETTLED,
    }:  # fmt: skip
        raise RuleViolation("settlement.not_stopped")
    if on_date > timezone.localdate(now):
        raise RuleViolation("settlement.date_in_future", field="on_date")
    if not 0 < abs(amount_kop) <= MAX_KOP:
        raise RuleViolation("settlement.cost_zero", field="amount")
    if kind not in Cost.Kind.values or (split and split not in Round.TransportSplit.values):
        raise RuleViolation("settlement.choice_unknown", field="kind")
    first = _corrected(row, corrects_id, kind, amount_kop)
    if row.state == Round.State.SETTLED and (first is None or amount_kop > 0):
        raise RuleViolation("settlement.after_settled")
    cost = Cost(
        organisation_id=organisation_id,
        round=row,
        kind=kind,
        title=title.strip()[:200],
        amount_kop=amount_kop,
        split=first.split if first else split or row.transport_split,
        on_date=on_date,
        corrects=first,
        key=known,
        at=now,
        by=actor.login_id,
    )
    if books.in_books(row):
        books.require_takes_money(row, now=now)
        cost.operation_id = books.post_moves(
            actor=actor,
            organisation_id=organisation_id,
            kind=books.COST,
            key=known,
            title=books.title_in_russian(Cost.Kind(kind).label),
            moves=[((books.ROUNDS, row.pk), (books.SUPPLIERS, 0), amount_kop)],
            source_id=row.pk,
            on=on_date,
            now=now,
        )
    cost.save()
    if row.state == Round.State.SETTLED:
        _give_back(actor, row, cost, now=now)
    return cost


def _corrected(row: Round, corrects_id: int | None, kind: str, amount_kop: int) -> Cost | None:
    if corrects_id is None:
        if amount_kop < 0:
            raise RuleViolation("settlement.cost_below_zero", field="amount")
        return None
    first = Cost.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, pk=corrects_id, corrects__isnull=True, kind=kind
    ).first()
    if first is None:
        raise RuleViolation("settlement.cost_unknown")
    rows = Cost.objects.filter(organisation_id=row.organisation_id, corrects_id=first.pk)
    if first.amount_kop + sum(rows.values_list("amount_kop", flat=True)) + amount_kop < 0:
        raise RuleViolation("settlement.cost_below_zero", field="amount")
    return first


def _give_back(actor: Actor, row: Round, cost: Cost, *, now: datetime) -> None:
    """After the settlement: the invoice's difference stays with the body, any other goes back to each."""
    if cost.kind == Cost.Kind.INVOICE:
        parts: dict[int, int] = {}
    else:
        parts = split_cost(cost.amount_kop, SplitBy(cost.split), taken_when_charged(row))
    parts = {pk: kop for pk, kop in parts.items() if kop}
    books.lock_participants(row.organisation_id, parts)
    operation_id = None
    if books.in_books(row):
        moves: list[books.Move] = [
            ((books.FREE, pk), (books.ROUNDS, row.pk), kop) for pk, kop in parts.items()
        ]
        moves.append(((books.ROUNDS, row.pk), (books.RESULT, row.pk), sum(parts.values()) - cost.amount_kop))
        operation_id = books.post_moves(
            actor=actor,
            organisation_id=row.organisation_id,
            kind=books.LATER,
            key=f"cost {cost.pk}",
            title=books.title_in_russian(_("A cost of a joint purchase became less")),
            moves=moves,
            source_id=row.pk,
            now=now,
        )
    ChargeRow.objects.bulk_create(
        [
            ChargeRow(
                organisation_id=row.organisation_id,
                round=row,
                participant_id=pk,
                what=ChargeRow.What.COST,
                cost=cost,
                amount_kop=kop,
                key=f"cost {cost.pk} {pk}",
                operation_id=operation_id,
                at=now,
            )
            for pk, kop in parts.items()
        ],
        batch_size=500,
    )
