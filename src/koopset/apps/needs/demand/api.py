"""What a household uses and wishes, proposals to buy together, published needs: for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.needs.demand import selectors, services
from koopset.apps.needs.demand.models import Proposal, Wish
from koopset.apps.needs.demand.permissions import DemandRight
from koopset.apps.needs.demand.selectors import household
from koopset.apps.needs.demand.selectors.cells import area_needs
from koopset.apps.needs.demand.selectors.proposals import OwnProposal, proposals_in
from koopset.apps.needs.demand.selectors.thresholds import limits_now
from koopset.apps.needs.permissions import own_login
from koopset.apps.needs.selectors import home_of
from koopset.apps.places.selectors import location_of
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import In, Line, Made, MonthText, Out, Positive
from koopset.foundation.rights.pages import Gate
from koopset.kernel.period import Month

room = Room(
    "demand",
    _("Needs and proposals to buy together"),
    {
        DemandRight.AREA_VIEW: _("See published needs of the area"),
        DemandRight.THRESHOLDS_EDIT: _("Say when buying together is proposed (operator)"),
    },
)

Items = Annotated[int, Field(ge=0, le=10**6)]
Amount = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=3)]


class UseOut(Out):
    """What the household uses of a kind. `per_month` is in `unit`; null where purchases are too few, then `why` says what is missing.

    It will be over between `next_from` and `next_to`; `early` and `late` are how far that has swung.
    """

    kind: str
    category: str
    unit: str
    per_month: Decimal | None
    why: str
    last: date | None
    next_from: date | None
    next_to: date | None
    early: date | None
    late: date | None
    price_kop: int | None
    spent_kop: int
    purchases: int


class ShopOut(Out):
    name: str
    median_kop: int
    least_kop: int
    latest_kop: int
    latest_on: date
    purchases: int


class MonthUseOut(Out):
    month: str
    amount: Decimal
    sum_kop: int


class KindOut(Out):
    """A kind with its months and its prices for one unit by shop. `trend_kop` is how much dearer a unit grows in thirty days."""

    use: UseOut
    months: list[MonthUseOut]
    shops: list[ShopOut]
    trend_kop: int | None


class WishOut(Out):
    """A wish. `max_price_kop` is for one unit, `budget_kop` for all of it; null is no limit."""

    id: int
    kind: str
    amount: Decimal
    unit: str
    rhythm: str
    needed_on: date | None
    max_price_kop: int | None
    budget_kop: int | None
    state: str


class WishIn(In):
    kind: Line
    amount: Amount
    rhythm: Literal["once", "week", "month"] = "month"
    needed_on: date | None = None
    max_price_kop: Positive | None = None
    budget_kop: Annotated[int, Field(ge=0, le=10**10)] | None = None


class EndIn(In):
    met: bool = False


class ProposalOut(Out):
    """A proposal: figures of all together, and the own part. `arithmetic` is the way to the saving of all: what its lines add up to.

    `own_by_wish`: counted by the own wish; `own_price_kop` is then the least price that is known, not what one pays.
    """

    id: int
    kind: str
    unit: str
    place: str
    offer_id: int
    offer_name: str
    households: int
    amount: Decimal
    items: int
    packs: int
    item_price_kop: int
    saving_kop: int
    hours: Decimal
    arithmetic: list[dict[str, Any]]
    state: str
    computed_at: datetime
    expires_at: datetime
    joined: int
    own_amount: Decimal
    own_price_kop: int
    own_by_wish: bool
    own_kop: int
    together_kop: int
    own_saving_kop: int
    answer: str
    quantity: int
    tolerance: int
    round_url: str


class JoinIn(In):
    """`quantity` items firmly; up to `tolerance` more to fill a pack."""

    quantity: Annotated[int, Field(ge=1, le=10**6)]
    tolerance: Items = 0


class KindIn(In):
    kind: Line


class CellOut(Out):
    """A published figure: rounded, of `households` at least. `sum_kop` of what was bought; `solvent` and `insolvent` of what is wished."""

    subject: str
    unit: str
    households: int
    amount: Decimal
    sum_kop: int | None
    price_kop: int | None
    solvent: Decimal | None
    insolvent: Decimal | None


class AreaOut(Out):
    """Published needs of a settlement and its district in a month. Nothing stands where five families would not stand behind it."""

    month: str | None
    territory: str
    district: str
    settlement_bought: list[CellOut]
    district_bought: list[CellOut]
    settlement_wished: list[CellOut]
    district_wished: list[CellOut]


class AreaProposalOut(Out):
    id: int
    kind: str
    unit: str
    place: str
    offer_id: int
    offer_name: str
    households: int
    amount: Decimal
    items: int
    saving_kop: int
    joined: int


class ThresholdsOut(Out):
    """When buying together is proposed; kopecks and hours are of one purchase a month."""

    least_households: int
    least_saving_kop: int
    least_days: int
    window_days: int
    transport_kop: int
    organiser_percent: Decimal
    hours_round: Decimal
    hours_household: Decimal
    hour_kop: int
    lasts_days: int


class ThresholdsIn(In):
    least_households: Items | None = None
    least_saving_kop: Positive | None = None
    least_days: Items | None = None
    window_days: Items | None = None
    transport_kop: Annotated[int, Field(ge=0, le=10**10)] | None = None
    organiser_percent: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] | None = None
    hours_round: Annotated[Decimal, Field(ge=0, max_digits=6, decimal_places=2)] | None = None
    hours_household: Annotated[Decimal, Field(ge=0, max_digits=6, decimal_places=2)] | None = None
    hour_kop: Annotated[int, Field(ge=0, le=10**8)] | None = None
    lasts_days: Items | None = None


def _use(one: household.KindUse) -> dict[str, Any]:
    ahead = one.next
    return {
        **{name: getattr(one, name) for name in ("kind", "category", "unit", "per_month", "why", "last")},
        "next_from": ahead.on_from if ahead else None,
        "next_to": ahead.on_to if ahead else None,
        "early": ahead.early if ahead else None,
        "late": ahead.late if ahead else None,
        "price_kop": one.price_kop,
        "spent_kop": one.spent_kop,
        "purchases": one.purchases,
    }


@room.reads(
    "/my/needs/use", asks=Gate.PERSON, summary=_("What my household uses, by kind"), response=Piece[UseOut]
)
def uses_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, household.uses_of(request.actor, timezone.localdate()), _use)


@room.reads(
    "/my/needs/use/{kind}",
    asks=Gate.PERSON,
    summary=_("One kind: months and prices by shop"),
    response=KindOut,
)
def kind_show(request: ApiRequest, kind: str) -> Any:
    found = household.kind_page(request.actor, kind[:64], timezone.localdate())
    if found is None:
        raise Http404
    months = [
        {"month": str(line.month), "amount": line.amount, "sum_kop": line.sum_kop} for line in found.months
    ]
    return {"use": _use(found.use), "months": months, "shops": found.shops, "trend_kop": found.trend_kop}


@room.reads(
    "/my/needs/wishes", asks=Gate.PERSON, summary=_("Wishes of my household"), response=Piece[WishOut]
)
def wishes_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, household.wishes_of(request.actor))


@room.writes("/my/needs/wishes", asks=Gate.PERSON, summary=_("Tell a wish"), response=Made, status=201)
def wish_make(request: ApiRequest, body: WishIn) -> Any:
    made = services.wish_make(actor=request.actor, now=timezone.now(), **body.model_dump())
    return {"id": made.pk}


@room.writes(
    "/my/needs/wishes/{int:wish_id}/end",
    asks=Gate.PERSON,
    summary=_("A wish is met or taken back"),
    response=Made,
)
def wish_end(request: ApiRequest, wish_id: int, body: EndIn) -> Any:
    try:
        row = services.wish_end(actor=request.actor, wish_id=wish_id, met=body.met, now=timezone.now())
    except Wish.DoesNotExist as absent:
        raise Http404 from absent
    return {"id": row.pk}


def _proposal(one: OwnProposal) -> dict[str, Any]:
    info = one.info
    same = "id kind unit offer_id offer_name households amount items packs item_price_kop hours state computed_at expires_at joined"
    return {
        **{name: getattr(info, name) for name in same.split()},
        "saving_kop": info.saving_kop_month,
        "arithmetic": list(info.arithmetic),
        "place": one.place,
        "own_amount": one.amount,
        "own_price_kop": one.own_price_kop,
        "own_by_wish": one.by_wish,
        "own_kop": one.own_kop,
        "together_kop": one.together_kop,
        "own_saving_kop": one.saving_kop,
        "answer": one.answer,
        "quantity": one.quantity,
        "tolerance": one.tolerance,
        "round_url": one.round.url if one.round else "",
    }


@room.reads(
    "/my/needs/proposals",
    asks=Gate.PERSON,
    summary=_("What would be cheaper together for my household"),
    response=Piece[ProposalOut],
)
def proposals_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.proposals_for(own_login(request.actor)), _proposal)


@room.reads(
    "/my/needs/proposals/{int:proposal_id}",
    asks=Gate.PERSON,
    summary=_("One proposal with its arithmetic"),
    response=ProposalOut,
)
def proposal_show(request: ApiRequest, proposal_id: int) -> Any:
    found = selectors.own_proposal(own_login(request.actor), proposal_id)
    if found is None:
        raise Http404
    return _proposal(found)


@room.writes(
    "/my/needs/proposals/{int:proposal_id}/join",
    asks=Gate.PERSON,
    summary=_("Join a proposal, or change how much"),
    response=Made,
)
def proposal_join(request: ApiRequest, proposal_id: int, body: JoinIn) -> Any:
    try:
        row = services.proposal_join(
            actor=request.actor, proposal_id=proposal_id, now=timezone.now(), **body.model_dump()
        )
    except Proposal.DoesNotExist as absent:
        raise Http404 from absent
    return {"id": row.pk}


@room.writes(
    "/my/needs/proposals/{int:proposal_id}/refuse",
    asks=Gate.PERSON,
    summary=_("Take no part in a proposal"),
    response=Made,
)
def proposal_refuse(request: ApiRequest, proposal_id: int) -> Any:
    try:
        row = services.proposal_refuse(actor=request.actor, proposal_id=proposal_id, now=timezone.now())
    except Proposal.DoesNotExist as absent:
        raise Http404 from absent
    return {"id": row.pk}


@room.writes(
    "/my/needs/muted",
    asks=Gate.PERSON,
    summary=_("No more proposals of a kind"),
    response=list[str],
)
def kind_mute(request: ApiRequest, body: KindIn) -> Any:
    services.kind_mute(actor=request.actor, kind=body.kind, now=timezone.now())
    return household.muted_kinds(request.actor)


@room.writes(
    "/my/needs/muted/back",
    asks=Gate.PERSON,
    summary=_("Proposals of a kind come again"),
    response=list[str],
)
def kind_unmute(request: ApiRequest, body: KindIn) -> Any:
    services.kind_unmute(actor=request.actor, kind=body.kind, now=timezone.now())
    return household.muted_kinds(request.actor)


def _area(territory_id: int | None, month: str) -> dict[str, Any]:
    """Empty where the place is not told."""
    found = area_needs(territory_id or 0, Month.parse(month) if month else None)
    lists = ("settlement_bought", "district_bought", "settlement_wished", "district_wished")
    if found is None:
        return {"month": None, "territory": "", "district": "", **{name: [] for name in lists}}
    cells = {
        name: [{**_cell_fields(line), "subject": line.key} for line in getattr(found, name)] for name in lists
    }
    return {
        "month": str(found.published.month) if found.published else None,
        "territory": found.territory,
        "district": found.district,
        **cells,
    }


def _cell_fields(line: Any) -> dict[str, Any]:
    names = ("unit", "households", "amount", "sum_kop", "price_kop", "solvent", "insolvent")
    return {name: getattr(line, name) for name in names}


@room.reads(
    "/my/needs/neighbours",
    asks=Gate.PERSON,
    summary=_("Published needs where I live"),
    response=AreaOut,
)
def neighbours_show(request: ApiRequest, month: MonthText | Literal[""] = "") -> Any:
    household_id = household.household_id_of(request.actor)
    home = home_of(household_id) if household_id is not None else None
    return _area(home.territory_id if home else None, month)


@room.reads(
    "/o/{int:organisation_id}/needs",
    asks=DemandRight.AREA_VIEW,
    summary=_("Published needs of the organisation’s area"),
    response=AreaOut,
)
def area_show(request: ApiRequest, organisation_id: int, month: MonthText | Literal[""] = "") -> Any:
    place = location_of(organisation_id)
    return _area(place.territory_id if place else None, month)


@room.reads(
    "/o/{int:organisation_id}/needs/proposals",
    asks=DemandRight.AREA_VIEW,
    summary=_("What is proposed to families of the area now"),
    response=Piece[AreaProposalOut],
)
def area_proposals(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    place = location_of(organisation_id)
    found = proposals_in(place.territory_id) if place is not None else []
    names = "id kind unit offer_id offer_name households amount items joined".split()
    return piece(
        paging,
        found,
        lambda one: {
            **{name: getattr(one.info, name) for name in names},
            "place": one.place,
            "saving_kop": one.info.saving_kop_month,
        },
    )


@room.reads(
    "/needs/thresholds",
    asks=DemandRight.THRESHOLDS_EDIT,
    summary=_("When buying together is proposed"),
    response=ThresholdsOut,
)
def thresholds_show(request: ApiRequest) -> Any:
    return limits_now()


@room.changes(
    "/needs/thresholds",
    asks=DemandRight.THRESHOLDS_EDIT,
    summary=_("Change when buying together is proposed"),
    response=ThresholdsOut,
)
def thresholds_set(request: ApiRequest, body: ThresholdsIn) -> Any:
    given = {name: value for name, value in body.given().items() if value is not None}
    return services.thresholds_set(actor=request.actor, now=timezone.now(), **given)
