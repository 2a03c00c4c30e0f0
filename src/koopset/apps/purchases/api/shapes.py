"""Shapes of what is asked and answered about joint purchases."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from koopset.apps.purchases import services
from koopset.foundation.access.schemas import Id, In, Line, Out

Units = Annotated[int, Field(ge=0, le=10**9, description="pieces; grams or millilitres by weight")]
Sum = Annotated[int, Field(ge=0, le=10**12, description="kopecks")]


class RoundLineOut(Out):
    """A round in a list. `until` is when its present stage ends."""

    id: int
    organisation_id: int
    title: str
    supplier_name: str
    operator_name: str
    state: str
    until: datetime | None
    goods: int
    buyers: int
    mine: int


class GoodOut(Out):
    """A good: what all want, what would be (or is) ordered, what the open pack lacks, and the asking household's part.

    Units are pieces, or grams and millilitres `by_weight`; `price_kop` is of `per` units at the break reached.
    """

    id: int
    name: str
    article: str
    by_weight: bool
    unit: str
    per: int
    pack: int
    min_packs: int
    price_kop: int
    wanted: int
    tolerance: int
    buyers: int
    will_order: int
    packs: int
    missing: int
    mine_firm: int
    mine_extra: int
    mine_got: int | None
    mine_kop: int
    mine_reason: str


class PartsOut(Out):
    """Where the money goes. The platform takes nothing."""

    goods: int
    transport: int
    fee: int
    platform: int
    total: int


class RoundOut(Out):
    """A round whole. `holder` tells by what contract the money is taken and `operator_name` by whom."""

    id: int
    organisation_id: int
    title: str
    about: str
    state: str
    supplier_name: str
    operator_name: str
    operator_form: str
    holder: str
    rule: str
    tolerance_allowed: bool
    minimum_kop: int
    minimum_met: bool
    transport_kop: int
    fee_bp: int
    fee_source: str
    handed_out: str
    access: str
    open_until: datetime | None
    boxfill_until: datetime | None
    stopped_at: datetime | None
    sent_at: datetime | None
    cancel_reason: str
    repeats_id: int | None
    decision_id: int | None
    buyers: int
    all_kop: int
    all_parts: PartsOut
    mine: PartsOut
    goods: list[GoodOut]


class RoundsOut(Out):
    """Rounds that may be joined, those one is in, those that are over."""

    near: list[RoundLineOut]
    mine: list[RoundLineOut]
    past: list[RoundLineOut]


class WantIn(In):
    """What is wanted of a good from now on: `quantity` firmly, `tolerance` more if it fills a pack."""

    good_id: Id
    quantity: Units
    tolerance: Units = 0


class WantsIn(In):
    """Goods that are not named stay as they are. All or nothing."""

    wants: Annotated[list[WantIn], Field(min_length=1, max_length=2000)]


class RecordOut(Out):
    """A change that was written: signed units."""

    id: int
    good_id: int
    quantity: int
    tolerance: int


class CodeIn(In):
    """The secret part of a link of invitation."""

    code: Annotated[str, Field(min_length=1, max_length=24)]


class SettingsIn(In):
    """How a round is run; frozen when it opens. `fee_bp` in hundredths of a per cent."""

    title: Line
    supplier_name: Line
    about: Annotated[str, Field(max_length=4000)] = ""
    supplier_inn: Annotated[str, Field(max_length=12)] = ""
    rule: Literal["by_time", "pro_rata"] = "by_time"
    tolerance_allowed: bool = True
    minimum_kop: Sum = 0
    transport_kop: Sum = 0
    transport_split: Literal["by_value", "by_weight", "equally"] = "by_value"
    fee_bp: Annotated[int, Field(ge=0, le=10_000)] = 0
    fee_source: Line = ""
    holder: Literal["body", "agent", "seller"] = "body"
    handed_out: Annotated[str, Field(max_length=400)] = ""
    access: Literal["members", "neighbours", "invited"] = "members"
    territory_id: Id | None = None
    open_until: datetime | None = None
    boxfill_until: datetime | None = None

    def settings(self) -> services.Settings:
        """As the service takes them."""
        return services.Settings(**self.model_dump())


class BreakIn(In):
    from_units: Annotated[int, Field(ge=1, le=10**9)]
    price_kop: Annotated[int, Field(ge=1, le=10**12)]


class GoodIn(In):
    """A good typed by hand. By weight `pack`, `limit` and breaks are in grams or millilitres, the price is of a kilogram or litre."""

    name: Line
    price_kop: Annotated[int, Field(ge=1, le=10**12)]
    unit: Literal["pcs", "kg", "g", "l", "ml", "t", "m3", "m"] = "pcs"
    amount: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=6)] = Decimal(1)
    by_weight: bool = False
    pack: Annotated[int, Field(ge=1, le=10**6)] = 1
    min_packs: Annotated[int, Field(ge=0, le=10**6)] = 0
    limit: Annotated[int, Field(ge=1, le=10**9)] | None = None
    breaks: Annotated[list[BreakIn], Field(max_length=50)] = []
    article: Annotated[str, Field(max_length=80)] = ""
    gtin: Annotated[str, Field(max_length=14)] = ""

    def typed(self) -> services.GoodTyped:
        """As the service takes it."""
        values = self.model_dump(exclude={"breaks"})
        return services.GoodTyped(
            **values, breaks=tuple((one.from_units, one.price_kop) for one in self.breaks)
        )


class OffersIn(In):
    offer_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class UntilIn(In):
    until: datetime


class BoxfillIn(In):
    """`until`: when it stops by itself; left out, what was set."""

    until: datetime | None = None


class StopIn(In):
    """`below_minimum`: the supplier agreed to less than the minimum."""

    below_minimum: bool = False


class ReasonIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class StateOut(Out):
    id: int
    state: str


class WantRowOut(Out):
    """One household and one good. `allocated` and `sum_kop` from the stop on."""

    participant: str
    good: str
    article: str
    wanted: int
    tolerance: int
    allocated: int | None
    per: int
    sum_kop: int | None


class OrderLineOut(Out):
    article: str
    gtin: str
    name: str
    unit: str
    by_weight: bool
    pack: int
    packs: int
    units: int
    price_kop: int
    sum_kop: int


class DifferenceOut(Out):
    what: str
    good_id: int
    participant_id: int
    computed: str
    stands: str


class ReplayOut(Out):
    """An allocation computed once more: nothing in `differences` means that it is the same."""

    run_id: int
    stage: str
    lines: int
    differences: list[DifferenceOut]
