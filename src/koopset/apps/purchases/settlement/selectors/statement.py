"""A buyer's statement for a round: each line, each cost, each fee with its source, and where each rouble went (F4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.selectors import amount_text, price_text, reason_text
from koopset.apps.purchases.settlement.models import ChargeRow, Claim, Cost, FeeRule, HandoutRow, Settled
from koopset.apps.purchases.settlement.selectors.dues import Due, dues, held_by
from koopset.foundation.rights.roles import ROLE_NAMES, Role
from koopset.kernel.money import split


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One good: three truths beside each other, and what was given back. Texts have their units."""

    line_id: int
    name: str
    ordered_text: str
    received_text: str
    charged_text: str
    price_text: str
    goods_kop: int
    credit_kop: int
    reason: str
    state: str
    state_text: str
    received: int
    by_weight: bool
    unit: str


@dataclass(frozen=True, slots=True)
class StatementPart:
    """A cost or a fee in one's statement: `whole_kop` is of the round, `note` by what it is split or who set it by which rule."""

    title: str
    note: str
    kop: int
    whole_kop: int


@dataclass(frozen=True, slots=True)
class WhereItWent:
    """Of what one paid: to whom. The platform takes nothing, and that is shown."""

    producer_kop: int
    delivery_kop: int
    body_kop: int
    platform_kop: int = 0

    @property
    def total_kop(self) -> int:
        return self.producer_kop + self.delivery_kop + self.body_kop + self.platform_kop

    def percent(self, kop: int) -> int:
        """A whole share of a hundred, for a bar."""
        return round(kop * 100 / self.total_kop) if self.total_kop > 0 else 0

    @property
    def producer_percent(self) -> int:
        return self.percent(self.producer_kop)

    @property
    def delivery_percent(self) -> int:
        return self.percent(self.delivery_kop)

    @property
    def body_percent(self) -> int:
        return self.percent(self.body_kop)


@dataclass(frozen=True, slots=True)
class Statement:
    """`is_final`: the round is settled; otherwise an estimate."""

    is_final: bool
    lines: tuple[StatementLine, ...]
    costs: tuple[StatementPart, ...]
    fees: tuple[StatementPart, ...]
    goods_kop: int
    costs_kop: int
    fee_kop: int
    credit_kop: int
    held_kop: int
    where: WhereItWent

    @property
    def total_kop(self) -> int:
        """What one pays after everything that was given back."""
        return self.goods_kop + self.costs_kop + self.fee_kop - self.credit_kop


def statement_of(row: Round, participant: Participant) -> Statement:
    """The statement of one participant. Asks no right: pages give it to the household and to the office."""
    settled = Settled.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).first()
    due = _charged(row, participant.pk) if settled else dues(row).get(participant.pk, Due(()))
    credits = _credits(row, participant.pk)
    lines = _lines(row, participant.pk, due, credits)
    goods, costs, fee, credit = due.goods_kop, due.costs_kop, due.fee_kop, sum(credits.values())
    return Statement(
        is_final=settled is not None,
        lines=lines,
        costs=_costs(row, due),
        fees=_fees(row, due),
        goods_kop=goods,
        costs_kop=costs,
        fee_kop=fee,
        credit_kop=credit,
        held_kop=held_by(row.organisation_id, row.pk).get(participant.pk, 0),
        where=where_it_went(settled, goods, costs, fee, _credits_by_bearer(row, participant.pk)),
    )


def where_it_went(
    settled: Settled | None, goods_kop: int, costs_kop: int, fee_kop: int, credits: tuple[int, int]
) -> WhereItWent:
    """Goods go to the producer, but for one's part of what the body was left with; `credits` (supplier, body) came back from them."""
    part = 0
    if settled is not None and settled.goods_kop and settled.result_kop > 0 and goods_kop:
        part = split(settled.result_kop, [(0, goods_kop), (1, settled.goods_kop - goods_kop)])[0]
    return WhereItWent(goods_kop - part - credits[0], costs_kop, fee_kop + part - credits[1])


def _charged(row: Round, participant_id: int) -> Due:
    from koopset.apps.purchases.settlement.selectors.charged import charged_lines

    costs: dict[int, int] = defaultdict(int)
    fees: dict[int, int] = defaultdict(int)
    rows = ChargeRow.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant_id
    ).select_related("cost")
    for one in rows:
        if one.what == ChargeRow.What.COST and one.cost is not None:
            costs[one.cost.corrects_id or one.cost.pk] += one.amount_kop
        elif one.what == ChargeRow.What.FEE and one.fee_id is not None:
            fees[one.fee_id] += one.amount_kop
    lines = tuple(line for line in charged_lines(row) if line.participant_id == participant_id)
    return Due(lines, dict(costs), dict(fees))


def _credits(row: Round, participant_id: int) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for line_id, kop in ChargeRow.objects.filter(
        organisation_id=row.organisation_id,
        round_id=row.pk,
        participant_id=participant_id,
        what=ChargeRow.What.CREDIT,
    ).values_list("line_id", "amount_kop"):
        found[line_id or 0] -= kop
    return dict(found)


def _credits_by_bearer(row: Round, participant_id: int) -> tuple[int, int]:
    supplier = body = 0
    for bearer, kop in Claim.objects.filter(
        organisation_id=row.organisation_id,
        round_id=row.pk,
        participant_id=participant_id,
        credit__isnull=False,
    ).values_list("bearer", "accepted_kop"):
        if bearer == Claim.Bearer.SUPPLIER:
            supplier += kop
        else:
            body += kop
    return supplier, body


def _lines(row: Round, participant_id: int, due: Due, credits: dict[int, int]) -> tuple[StatementLine, ...]:
    charged = {line.line_id: line for line in due.lines}
    found = []
    for line in (
        Line.objects.filter(
            organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant_id
        )
        .select_related("good")
        .order_by("good__position")
    ):
        good, own = line.good, charged.get(line.pk)
        by_weight, unit = good.by_weight, good.unit
        reason = line.received_reason or line.reason
        found.append(
            StatementLine(
                line_id=line.pk,
                name=good.name,
                ordered_text=amount_text(line.allocated or 0, by_weight, unit),
                received_text=amount_text(line.received, by_weight, unit)
                if line.received is not None
                else "",
                charged_text=amount_text(own.units if own else 0, by_weight, unit),
                price_text=price_text(line.price_kop or 0, by_weight, unit),
                goods_kop=own.goods_kop if own else 0,
                credit_kop=credits.get(line.pk, 0),
                reason=reason_text(reason, by_weight=by_weight, unit=unit),
                state=line.state,
                state_text=str(Line.State(line.state).label),
                received=line.received or 0,
                by_weight=by_weight,
                unit=unit,
            )
        )
    return tuple(found)


def _costs(row: Round, due: Due) -> tuple[StatementPart, ...]:
    wholes: dict[int, int] = defaultdict(int)
    names: dict[int, tuple[str, str]] = {
        0: (str(Cost.Kind.TRANSPORT.label), str(Round.TransportSplit(row.transport_split).label))
    }
    for cost in Cost.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).order_by("pk"):
        first = cost.corrects_id or cost.pk
        wholes[first] += cost.amount_kop
        title = str(cost.get_kind_display()) + (f": {cost.title}" if cost.title else "")
        names.setdefault(first, (title, str(cost.get_split_display())))
    wholes.setdefault(0, row.transport_kop)
    return tuple(StatementPart(*names[pk], kop, wholes[pk]) for pk, kop in sorted(due.costs.items()))


def _fees(row: Round, due: Due) -> tuple[StatementPart, ...]:
    rules = {
        one.pk: one for one in FeeRule.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    }
    found = []
    for pk, kop in sorted(due.fees.items()):
        rule = rules.get(pk)
        title = rule.title if rule else str(ChargeRow.What.FEE.label)
        found.append(StatementPart(title, fee_note(rule) if rule else row.fee_source, kop, 0))
    return tuple(found)


def fee_note(rule: FeeRule) -> str:
    """Who set a fee, by which rule: «2 % of the goods; the chair; minutes № 3»."""
    rate = f"{rule.rate / 100:g} %" if rule.kind == FeeRule.Kind.PERCENT else f"{rule.rate / 100:.2f} ₽"
    role = str(ROLE_NAMES[Role(rule.role)]) if rule.role in list(Role) else ""
    return "; ".join(part for part in (f"{rate} — {rule.get_kind_display()}", role, rule.source) if part)


def given_units(row: Round, participant_id: int) -> dict[int, int]:
    """line → units given into hands."""
    found: dict[int, int] = defaultdict(int)
    for line_id, units in HandoutRow.objects.filter(
        organisation_id=row.organisation_id,
        round_id=row.pk,
        participant_id=participant_id,
        outcome=HandoutRow.Outcome.GIVEN,
    ).values_list("line_id", "quantity"):
        found[line_id] += units
    return dict(found)
