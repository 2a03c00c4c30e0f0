"""What each participant of a round has to pay, counted from the lines as they stand: an estimate until the round is settled.

No right is asked here: pages of the household and of the office ask theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import BigIntegerField, Case, F, Sum, When

from koopset.apps.purchases.models import Line, Round, RoundGood
from koopset.apps.purchases.rules.prices import sum_of
from koopset.apps.purchases.settlement.models import Cost, FeeRule, HandoutRow, Hold, RoundMoney
from koopset.apps.purchases.settlement.rules.costs import (
    FeeKind,
    SplitBy,
    Taken,
    fee_parts,
    split_cost,
    spread_loss,
)
from koopset.kernel.quantity import Quantity, Unit
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class LineDue:
    """One line: units charged, the frozen price of `per` units, kopecks."""

    line_id: int
    good_id: int
    participant_id: int
    units: int
    price_kop: int
    goods_kop: int


@dataclass(frozen=True, slots=True)
class Due:
    """What one participant pays. `costs` and `fees` by the key of the cost (0: an estimate), of the rule."""

    lines: tuple[LineDue, ...]
    costs: Mapping[int, int] = field(default_factory=dict)
    fees: Mapping[int, int] = field(default_factory=dict)

    @property
    def goods_kop(self) -> int:
        return sum(line.goods_kop for line in self.lines)

    @property
    def costs_kop(self) -> int:
        return sum(self.costs.values())

    @property
    def fee_kop(self) -> int:
        return sum(self.fees.values())

    @property
    def total_kop(self) -> int:
        return self.goods_kop + self.costs_kop + self.fee_kop


def money_of(row: Round) -> RoundMoney:
    """How the money of the round is handled: what was chosen, or what is usual (not stored)."""
    found = RoundMoney.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).first()
    return found or RoundMoney(organisation_id=row.organisation_id, round=row)


def held_by(organisation_id: int, round_id: int) -> dict[int, int]:
    """participant → kopecks held for the round now; nobody with nothing."""
    signed = Case(
        When(move=Hold.Move.HOLD, then=F("amount_kop")),
        default=-F("amount_kop"),
        output_field=BigIntegerField(),
    )
    rows = (
        Hold.objects.filter(organisation_id=organisation_id, round_id=round_id)
        .values_list("participant_id")
        .annotate(kop=Sum(signed))
        .order_by("participant_id")
    )
    return {pk: kop for pk, kop in rows if kop}


def active_fees(organisation_id: int, round_id: int) -> list[FeeRule]:
    """Fee rules in force: replaced and ended ones left out."""
    return list(
        FeeRule.objects.filter(
            organisation_id=organisation_id, round_id=round_id, replaced_by__isnull=True, is_ended=False
        ).order_by("pk")
    )


def costs_to_split(organisation_id: int, round_id: int) -> list[tuple[int, str, int]]:
    """(cost, split, kopecks with its corrections) of everything but the invoice for the goods."""
    sums: dict[int, int] = defaultdict(int)
    splits: dict[int, str] = {}
    rows = (
        Cost.objects.filter(organisation_id=organisation_id, round_id=round_id)
        .exclude(kind=Cost.Kind.INVOICE)
        .order_by("pk")
        .values_list("pk", "corrects_id", "split", "amount_kop")
    )
    for pk, corrects, split, kop in rows:
        sums[corrects or pk] += kop
        splits.setdefault(corrects or pk, split)
    return [(pk, splits[pk], kop) for pk, kop in sums.items() if kop]


def invoice_kop(organisation_id: int, round_id: int) -> int:
    """What the supplier asks for the goods, with corrections."""
    return (
        Cost.objects.filter(
            organisation_id=organisation_id, round_id=round_id, kind=Cost.Kind.INVOICE
        ).aggregate(kop=Sum("amount_kop"))["kop"]
        or 0
    )


def dues(row: Round) -> dict[int, Due]:
    """participant → what they pay as things stand: units that came (else that are ordered), costs entered (else the estimate), fees.

    Those who get nothing pay nothing and are not in the answer.
    """
    lines = line_dues(row)
    by_participant: dict[int, list[LineDue]] = defaultdict(list)
    for line in lines:
        by_participant[line.participant_id].append(line)
    taken = taken_by(row, by_participant)
    costs: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, split, kop in _costs(row):
        for participant_id, part in split_cost(kop, SplitBy(split), taken).items():
            if part:
                costs[participant_id][pk] = part
    fees: dict[int, dict[int, int]] = defaultdict(dict)
    for fee_id, kind, rate in _fees(row):
        for participant_id, part in fee_parts(FeeKind(kind), rate, taken).items():
            if part:
                fees[participant_id][fee_id] = part
    return {
        pk: Due(tuple(own), costs.get(pk, {}), fees.get(pk, {})) for pk, own in sorted(by_participant.items())
    }


def _costs(row: Round) -> list[tuple[int, str, int]]:
    entered = costs_to_split(row.organisation_id, row.pk)
    is_estimated = (
        row.state != Round.State.SETTLED
        and not Cost.objects.filter(
            organisation_id=row.organisation_id, round_id=row.pk, kind=Cost.Kind.TRANSPORT
        ).exists()
    )
    estimate = row.transport_kop if is_estimated and row.state != Round.State.RECEIVED else 0
    return [*entered, (0, row.transport_split, estimate)] if estimate else entered


def _fees(row: Round) -> list[tuple[int, str, int]]:
    known = FeeRule.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).exists()
    if known or not row.fee_bp:
        return [(one.pk, one.kind, one.rate) for one in active_fees(row.organisation_id, row.pk)]
    return [
        (0, FeeKind.PERCENT, row.fee_bp)
    ]  # as it was told when the round opened; a row is made of it at its first use


def line_dues(row: Round) -> list[LineDue]:
    """Lines that cost something, by line, at the prices frozen at «stop»."""
    given = given_by_weight(row)
    found = []
    for line_id, good_id, participant_id, allocated, received, price, by_weight in (
        Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk, price_kop__isnull=False)
        .order_by("pk")
        .values_list(
            "pk", "good_id", "participant_id", "allocated", "received", "price_kop", "good__by_weight"
        )
    ):
        units = (allocated or 0) if received is None else received
        units = given.get(line_id, units)
        if units:
            kop = sum_of(units, price or 0, 1000 if by_weight else 1)
            found.append(LineDue(line_id, good_id, participant_id, units, price or 0, kop))
    if money_of(row).loss == RoundMoney.Loss.SPREAD:
        return _spread(row, found)
    return found


def given_by_weight(row: Round) -> dict[int, int]:
    """line → what the scales showed at the hand-out, of goods sold by weight."""
    rows = (
        HandoutRow.objects.filter(
            organisation_id=row.organisation_id,
            round_id=row.pk,
            outcome=HandoutRow.Outcome.GIVEN,
            line__good__by_weight=True,
        )
        .values_list("line_id")
        .annotate(units=Sum("quantity"))
        .order_by("line_id")
    )
    return {line_id: units for line_id, units in rows if units}


def _spread(row: Round, lines: list[LineDue]) -> list[LineDue]:
    """Goods that came short and are paid in full: their whole sum over what came."""
    by_good: dict[int, list[LineDue]] = defaultdict(list)
    for line in lines:
        by_good[line.good_id].append(line)
    paid: dict[int, int] = dict(
        Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk, received__isnull=False)
        .values_list("good_id")
        .annotate(kop=Sum("sum_kop"))
        .order_by("good_id")
    )
    found: list[LineDue] = []
    for good_id, own in by_good.items():
        whole, now = paid.get(good_id) or 0, sum(line.goods_kop for line in own)
        if now >= whole:
            found += own
            continue
        parts = spread_loss(whole, {line.line_id: Decimal(line.units) for line in own})
        found += [
            LineDue(
                line.line_id, good_id, line.participant_id, line.units, line.price_kop, parts[line.line_id]
            )
            for line in own
        ]
    return sorted(found, key=lambda line: line.line_id)


def taken_by(row: Round, lines: Mapping[int, Iterable[LineDue]]) -> dict[int, Taken]:
    """What each took, as costs are split by it."""
    goods = {
        good.pk: good
        for good in RoundGood.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    }
    weights: dict[tuple[int, int], int | None] = {}  # many take as much of a good as others
    found = {}
    for pk, own in lines.items():
        kop, items, grams, known = 0, Decimal(0), 0, True
        for line in own:
            good = goods[line.good_id]
            kop += line.goods_kop
            items += Decimal(line.units) / good.per
            taken = (line.good_id, line.units)
            if taken not in weights:
                weights[taken] = grams_of(good, line.units)
            weight = weights[taken]
            known, grams = known and weight is not None, grams + (weight or 0)
        found[pk] = Taken(kop, items, grams if known else 0)
    return found


def grams_of(good: RoundGood, units: int) -> int | None:
    """How heavy units of a good are; None for what is not told by weight (a litre is taken for a kilogram)."""
    if good.by_weight:
        return units
    try:
        one = Quantity(good.amount, good.unit)
    except RuleViolation:
        return None
    if one.unit.measure == Unit.KG.measure:
        return int(one.to(Unit.G).value * units)
    if one.unit.measure == Unit.L.measure:
        return int(one.to(Unit.ML).value * units)
    return None
