"""Fees and tariffs, set and ended by decisions."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.billing import services
from koopset.apps.billing.api.router import room
from koopset.apps.billing.models import Fee
from koopset.apps.billing.permissions import BillingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, Made, MonthText, Out
from koopset.kernel.period import Month


class FeeIn(In):
    """A fee by a decision. `rate`: roubles a unit of `base`, or with method split the whole sum to be divided. `kind`: of those that the
    legal form of the organisation has.
    """

    title: Annotated[str, Field(min_length=1, max_length=120)]
    kind: Literal["membership", "target", "non-member", "utility", "penalty", "share", "entry", "repair"]
    base: Literal["account", "unit", "area", "sotka", "share"]
    rate: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
    decision_id: Id
    from_month: MonthText
    to_month: MonthText | None = None
    method: Literal["rate", "split"] = "rate"
    audience: Literal["all", "members", "non-members"] = "all"
    period: Literal["month", "quarter", "year", "once"] = "month"
    due_day: Annotated[int, Field(ge=1, le=28)] = 10
    bank_account_id: Id | None = None
    debit_code: Annotated[str, Field(max_length=12)] | None = None
    credit_code: Annotated[str, Field(max_length=12)] | None = None
    position: Annotated[int, Field(ge=0, le=30_000)] = 100


class FeeEnd(In):
    to_month: MonthText


class FeeOut(Out):
    id: int
    title: str
    kind: str
    base: str
    method: str
    rate: Decimal
    audience: str
    period: str
    decision_id: int
    from_month: str
    to_month: str | None
    due_day: int
    bank_account_id: int | None
    debit_code: str
    credit_code: str


def _fee(fee: Fee) -> dict[str, Any]:
    names = set(FeeOut.model_fields) - {"id", "from_month", "to_month"}
    return {
        **{name: getattr(fee, name) for name in names},
        "id": fee.pk,
        "from_month": str(Month.from_number(fee.from_month)),
        "to_month": str(Month.from_number(fee.to_month)) if fee.to_month else None,
    }


@room.reads(
    "/o/{int:organisation_id}/fees",
    asks=BillingRight.FEE_VIEW,
    summary=_("Fees and tariffs"),
    response=Piece[FeeOut],
)
def fees_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    rows = Fee.objects.filter(organisation_id=organisation_id).order_by("position", "pk")
    return piece(paging, rows, _fee)


@room.writes(
    "/o/{int:organisation_id}/fees",
    asks=BillingRight.FEE_EDIT,
    summary=_("Set a fee by a decision"),
    response=Made,
    status=201,
)
def fee_create(request: ApiRequest, organisation_id: int, body: FeeIn) -> Any:
    values = body.model_dump(exclude={"from_month", "to_month"})
    fee = services.fee_create(
        actor=request.actor,
        organisation_id=organisation_id,
        from_month=Month.parse(body.from_month),
        to_month=Month.parse(body.to_month) if body.to_month else None,
        now=timezone.now(),
        **values,
    )
    return {"id": fee.pk}


@room.writes(
    "/o/{int:organisation_id}/fees/{int:fee_id}/end",
    asks=BillingRight.FEE_EDIT,
    summary=_("Charge a fee for the last time in a month"),
    response=Made,
)
def fee_end(request: ApiRequest, organisation_id: int, fee_id: int, body: FeeEnd) -> Any:
    services.fee_end(
        actor=request.actor,
        organisation_id=organisation_id,
        fee_id=fee_id,
        to_month=Month.parse(body.to_month),
        now=timezone.now(),
    )
    return {"id": fee_id}
