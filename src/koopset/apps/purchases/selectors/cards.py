"""The page of a round: its goods with how full their packs are, what a household wants and gets, where each rouble goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koopset.apps.organisations import selectors as organisations
from koopset.apps.purchases.models import Line, Participant, Round, RoundGood
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.rules.packs import missing, missing_to_minimum, ordered
from koopset.apps.purchases.rules.prices import Parts, next_break, parts_of, price_at, sum_of
from koopset.apps.purchases.rules.states import OVER, WANTED_IN
from koopset.apps.purchases.selectors.access import household_id_of, may_take_part, participant_of
from koopset.apps.purchases.selectors.replay import organisation_of_round
from koopset.apps.purchases.selectors.rounds import stage_until
from koopset.apps.purchases.selectors.wants import Standing, goods_of, standings
from koopset.apps.purchases.selectors.wording import (
    amount_text,
    holder_text,
    item_text,
    price_text,
    reason_text,
    unit_text,
)
from koopset.apps.register.selectors import decision_label
from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class BreakStep:
    """A step of the price, in words, and whether it is reached."""

    units_text: str
    price_text: str
    reached: bool


@dataclass(frozen=True, slots=True)
class GoodCard:
    """A good as a page shows it. Units are member units; `full_percent` is how full the open pack is, firm wants alone `firm_percent`.

    `price_kop` is that of the reached break, what is ordered as of now; `mine_*` is the asking household's want and line.
    """

    id: int
    position: int
    name: str
    article: str
    item_text: str
    by_weight: bool
    unit: str
    unit_text: str
    per: int
    pack: int
    pack_text: str
    min_packs: int
    price_kop: int
    price_text: str
    steps: tuple[BreakStep, ...]
    next_text: str
    wanted: int
    tolerance: int
    buyers: int
    wanted_text: str
    tolerance_text: str
    will_order: int
    will_text: str
    packs: int
    missing: int
    missing_text: str
    firm_percent: int
    extra_percent: int
    left_text: str
    mine_firm: int = 0
    mine_extra: int = 0
    mine_firm_text: str = ""
    mine_extra_text: str = ""
    mine_kop: int = 0
    mine_got: int | None = None
    mine_got_text: str = ""
    mine_reason: str = ""
    mine_state: str = ""

    @property
    def field_firm(self) -> str:
        """Units as a field shows them: kilograms of what is sold by weight."""
        return _field(self.mine_firm, self.by_weight)

    @property
    def name_firm(self) -> str:
        """The name of the field of the firm want."""
        return f"firm_{self.id}"

    @property
    def name_extra(self) -> str:
        """The name of the field of «would also take»."""
        return f"extra_{self.id}"

    @property
    def field_extra(self) -> str:
        """The same of the tolerance."""
        return _field(self.mine_extra, self.by_weight) if self.mine_extra else ""


def _field(units: int, by_weight: bool) -> str:
    if not units:
        return ""
    if not by_weight:
        return str(units)
    whole, part = divmod(units, 1000)
    return f"{whole},{part:03d}".rstrip("0").rstrip(",")


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round as pages show it. Money in kopecks: `all_kop` is of what would be ordered (or is), `mine` where the household's go."""

    id: int
    organisation_id: int
    title: str
    about: str
    state: str
    state_text: str
    supplier_name: str
    operator_name: str
    operator_form: str
    holder: str
    holder_text: str
    is_verified: bool
    rule: str
    rule_text: str
    tolerance_allowed: bool
    minimum_kop: int
    minimum_met: bool
    minimum_percent: int
    minimum_left_kop: int
    transport_kop: int
    transport_text: str
    fee_bp: int
    fee_source: str
    handed_out: str
    access: str
    access_text: str
    territory_id: int | None
    invite_code: str
    open_until: datetime | None
    boxfill_until: datetime | None
    until: datetime | None
    opened_at: datetime | None
    stopped_at: datetime | None
    sent_at: datetime | None
    cancel_reason: str
    repeats_id: int | None
    proposal_id: int | None
    decision_id: int | None
    decision: str
    goods: tuple[GoodCard, ...]
    buyers: int
    all_kop: int
    all_parts: Parts
    mine: Parts
    mine_count: int
    participant_id: int | None
    may_want: bool

    @property
    def is_wanted_now(self) -> bool:
        """Whether wants are taken in this state; the term is asked when they are sent."""
        return self.state in WANTED_IN

    @property
    def fee_percent(self) -> Decimal:
        """The organiser's fee in per cent."""
        return Decimal(self.fee_bp) / 100

    @property
    def is_over(self) -> bool:
        """Settled or called off."""
        return self.state in OVER

    @property
    def is_frozen(self) -> bool:
        """Whether lines are allocated."""
        return self.stopped_at is not None


def round_for_buyer(actor: Actor, round_id: int) -> RoundCard | None:
    """A round for the page of a household; None for a draft and for whoever may neither take part nor is in it."""
    organisation_id = organisation_of_round(round_id)
    if organisation_id is None:
        return None
    row = Round.objects.filter(organisation_id=organisation_id).get(pk=round_id)
    if row.state == Round.State.DRAFT or not may_take_part(actor, row):
        return None
    participant = participant_of(organisation_id, household_id_of(actor))
    return _card(row, participant)


def round_of_body(actor: Actor, organisation_id: int, round_id: int) -> RoundCard:
    """A round for the office. Raises Forbidden, Round.DoesNotExist."""
    actor.require(PurchaseRight.ROUND_VIEW, organisation_id)
    row = Round.objects.filter(organisation_id=organisation_id).get(pk=round_id)
    return _card(row, None)


def _card(row: Round, participant: Participant | None) -> RoundCard:
    organisation_id = row.organisation_id
    stands = standings(organisation_id, row.pk)
    mine = _lines_of(row, participant)
    goods = tuple(
        good_card(good, stands.get(good.pk, Standing()), mine.get(good.pk))
        for good in goods_of(organisation_id, row.pk)
    )
    frozen = row.stopped_at is not None
    all_kop = sum(sum_of(good.will_order, good.price_kop, good.per) for good in goods)
    mine_kop = sum(good.mine_kop for good in goods)
    body = organisations.organisation_card(organisation_id)
    return RoundCard(
        id=row.pk,
        organisation_id=organisation_id,
        title=row.title,
        about=row.about,
        state=row.state,
        state_text=str(Round.State(row.state).label),
        supplier_name=row.supplier_name,
        operator_name=row.operator_name,
        operator_form=organisations.form_name(row.operator_form),
        holder=row.holder,
        holder_text=holder_text(row.holder),
        is_verified=body.is_verified,
        rule=row.rule,
        rule_text=str(Round.Rule(row.rule).label),
        tolerance_allowed=row.tolerance_allowed,
        minimum_kop=row.minimum_kop,
        minimum_met=all_kop >= row.minimum_kop,
        minimum_percent=min(100, all_kop * 100 // row.minimum_kop) if row.minimum_kop else 100,
        minimum_left_kop=max(0, row.minimum_kop - all_kop),
        transport_kop=row.transport_kop,
        transport_text=str(Round.TransportSplit(row.transport_split).label),
        fee_bp=row.fee_bp,
        fee_source=row.fee_source,
        handed_out=row.handed_out,
        access=row.access,
        access_text=str(Round.Access(row.access).label),
        territory_id=row.territory_id,
        invite_code=row.invite_code,
        open_until=row.open_until,
        boxfill_until=row.boxfill_until,
        until=stage_until(row),
        opened_at=row.opened_at,
        stopped_at=row.stopped_at,
        sent_at=row.sent_at,
        cancel_reason=row.cancel_reason,
        repeats_id=row.repeats_id,
        proposal_id=row.proposal_id,
        decision_id=row.decision_id,
        decision="" if row.decision_id is None else decision_label(organisation_id, row.decision_id),
        goods=goods,
        buyers=_buyers(row),
        all_kop=all_kop,
        all_parts=parts_of(
            all_kop, all_goods_kop=all_kop, transport_kop=row.transport_kop, fee_bp=row.fee_bp
        ),
        mine=parts_of(
            mine_kop,
            all_goods_kop=max(all_kop, mine_kop),
            transport_kop=row.transport_kop,
            fee_bp=row.fee_bp,
        ),
        mine_count=sum(bool(line.wanted or line.tolerance) for line in mine.values()),
        participant_id=participant.pk if participant else None,
        may_want=row.state in WANTED_IN and not frozen,
    )


def _lines_of(row: Round, participant: Participant | None) -> dict[int, Line]:
    if participant is None:
        return {}
    lines = Line.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, participant_id=participant.pk
    )
    return {line.good_id: line for line in lines}


def _buyers(row: Round) -> int:
    lines = Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    return lines.exclude(wanted=0, tolerance=0).values("participant_id").distinct().count()


def good_card(good: RoundGood, stands: Standing, line: Line | None) -> GoodCard:
    """A good with what all want of it and what one household does."""
    frozen = good.ordered is not None
    will = (
        good.ordered or 0
        if frozen
        else ordered(
            stands.wanted,
            stands.tolerance,
            good.pack,
            good.min_packs,
            by_weight=good.by_weight,
            limit=good.limit,
        )
    )
    price = good.reached_kop if good.reached_kop is not None else price_at(will, good.price_kop, good.breaks)
    lacks = _lacks(good, stands)
    firm_percent, extra_percent = _fill(good, stands)
    cheaper = None if frozen else next_break(will, good.price_kop, good.breaks)

    def amount(units: int) -> str:
        return amount_text(units, good.by_weight, good.unit)

    firm, extra = (line.wanted, line.tolerance) if line else (0, 0)
    got = line.allocated if line else None
    return GoodCard(
        id=good.pk,
        position=good.position,
        name=good.name,
        article=good.article,
        item_text="" if good.by_weight else item_text(good.amount, good.unit),
        by_weight=good.by_weight,
        unit=good.unit,
        unit_text=unit_text(good.unit if good.by_weight else "pcs"),
        per=good.per,
        pack=good.pack,
        pack_text=amount(good.pack) if good.pack > 1 else "",
        min_packs=good.min_packs,
        price_kop=price,
        price_text=price_text(price, good.by_weight, good.unit),
        steps=_steps(good, will),
        next_text=amount(cheaper[0]) if cheaper else "",
        wanted=stands.wanted,
        tolerance=stands.tolerance,
        buyers=stands.buyers,
        wanted_text=amount(stands.wanted),
        tolerance_text=amount(stands.tolerance),
        will_order=will,
        will_text=amount(will),
        packs=0 if good.by_weight else will // good.pack,
        missing=0 if frozen else lacks,
        missing_text=amount(lacks) if lacks and not frozen else "",
        firm_percent=firm_percent,
        extra_percent=extra_percent,
        left_text=amount(max(0, good.limit - stands.wanted)) if good.limit is not None else "",
        mine_firm=firm,
        mine_extra=extra,
        mine_firm_text=amount(firm),
        mine_extra_text=amount(extra),
        mine_kop=sum_of(firm if got is None else got, price, good.per),
        mine_got=got,
        mine_got_text=amount(got) if got is not None else "",
        mine_reason=reason_text(line.reason, by_weight=good.by_weight, unit=good.unit) if line else "",
        mine_state=str(Line.State(line.state).label) if line and got is not None else "",
    )


def _lacks(good: RoundGood, stands: Standing) -> int:
    to_minimum = missing_to_minimum(stands.wanted, stands.tolerance, good.pack, good.min_packs)
    if good.by_weight:
        return max(0, good.min_packs * good.pack - stands.wanted) if stands.wanted and good.min_packs else 0
    return max(to_minimum, missing(stands.wanted, stands.tolerance, good.pack))


def _fill(good: RoundGood, stands: Standing) -> tuple[int, int]:
    """How full the open pack is, in hundredths: firm wants, and tolerance on top of them."""
    if good.by_weight or good.pack == 1 or not stands.wanted:
        return (100 if stands.wanted else 0), 0
    rest = stands.wanted % good.pack
    if not rest:
        return 100, 0
    extra = min(stands.tolerance, good.pack - rest)
    return rest * 100 // good.pack, extra * 100 // good.pack


def _steps(good: RoundGood, units: int) -> tuple[BreakStep, ...]:
    rows: Sequence[tuple[int, int]] = sorted((int(start), int(kop)) for start, kop in good.breaks)
    if not rows:
        return ()
    return tuple(
        BreakStep(
            amount_text(start, good.by_weight, good.unit),
            price_text(kop, good.by_weight, good.unit),
            start <= units,
        )
        for start, kop in rows
    )
