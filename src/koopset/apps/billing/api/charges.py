"""Charging a month: the preview, the run as it was previewed, corrections."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.billing import selectors, services
from koopset.apps.billing.api.router import room
from koopset.apps.billing.models import ChargeRun
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.wording import arithmetic_text, failure_text
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, Kop, Made, MonthText, Out, Started, started
from koopset.foundation.refusals import text_of_code
from koopset.kernel.period import Month


class PreviewIn(In):
    month: MonthText
    fee_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]


class FeeTotalOut(Out):
    fee_id: int
    title: str
    lines: int
    total_kop: int
    due_on: date


class WarnOut(Out):
    code: str
    text: str
    fee_id: int | None
    unit_ids: list[int]


class PreviewLineOut(Out):
    account_id: int
    unit_id: int | None
    fee_id: int
    amount_kop: int
    arithmetic: str


class PreviewOut(Out):
    """What charging would write; confirm it with its fingerprint. `sample`: the first lines."""

    month: str
    fee_ids: list[int]
    fingerprint: str
    accounts_count: int
    lines_count: int
    total_kop: int
    totals: list[FeeTotalOut]
    warnings: list[WarnOut]
    sample: list[PreviewLineOut]


class ChargeIn(PreviewIn):
    fingerprint: Annotated[str, Field(min_length=1, max_length=64)]


class RunOut(Out):
    """The charging of a month. `state`: waiting, posted, failed."""

    id: int
    month: str
    state: str
    fee_ids: list[int]
    lines_count: int
    total_kop: int
    operation_id: int | None
    job_id: int | None
    failure: str
    failure_text: str
    posted_at: datetime | None


class CorrectionIn(In):
    """A signed change of a charge (`corrects_id`), or a line of its own (account, fee, month). `key` makes repeats harmless."""

    key: Annotated[str, Field(min_length=1, max_length=80, examples=["correct-000123"])]
    amount_kop: Kop
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    corrects_id: Id | None = None
    account_id: Id | None = None
    fee_id: Id | None = None
    unit_id: Id | None = None
    month: MonthText | None = None
    due_on: date | None = None


@room.writes(
    "/o/{int:organisation_id}/charge-preview",
    asks=BillingRight.CHARGE_VIEW,
    summary=_("What charging a month would write; nothing is written"),
    response=PreviewOut,
)
def charge_preview(request: ApiRequest, organisation_id: int, body: PreviewIn) -> Any:
    found = selectors.charge_preview(request.actor, organisation_id, Month.parse(body.month), body.fee_ids)
    names = ("fingerprint", "accounts_count", "lines_count", "total_kop", "totals")
    return {
        "month": str(found.month),
        "fee_ids": list(found.fee_ids),
        **{name: getattr(found, name) for name in names},
        "warnings": [
            {
                "code": warn.code,
                "text": text_of_code(warn.code, warn.params),
                "fee_id": warn.fee_id,
                "unit_ids": list(warn.unit_ids[:500]),
            }
            for warn in found.warnings
        ],
        "sample": [
            {
                "account_id": line.account_id,
                "unit_id": line.unit_id,
                "fee_id": line.fee_id,
                "amount_kop": line.amount_kop,
                "arithmetic": arithmetic_text(line.arithmetic),
            }
            for line in found.lines(20)
        ],
    }


def _run(run: ChargeRun) -> dict[str, Any]:
    month = str(Month.from_number(run.month))
    names = ("state", "fee_ids", "lines_count", "total_kop", "operation_id", "job_id", "failure", "posted_at")
    return {
        "id": run.pk,
        "month": month,
        **{name: getattr(run, name) for name in names},
        "failure_text": failure_text(run) if run.failure else "",
    }


@room.writes(
    "/o/{int:organisation_id}/charge-runs",
    asks=BillingRight.CHARGE_POST,
    summary=_("Charge a month as it was previewed"),
    response=Started,
    status=202,
)
def charge_start(request: ApiRequest, organisation_id: int, body: ChargeIn) -> Any:
    run = services.charge_run_start(
        actor=request.actor,
        organisation_id=organisation_id,
        month=Month.parse(body.month),
        fee_ids=body.fee_ids,
        fingerprint=body.fingerprint,
        now=timezone.now(),
    )
    return started(organisation_id, run.pk, run.job_id)


@room.reads(
    "/o/{int:organisation_id}/charge-runs",
    asks=BillingRight.CHARGE_VIEW,
    summary=_("Charging by months, the latest first"),
    response=Piece[RunOut],
)
def charge_runs_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    rows = ChargeRun.objects.filter(organisation_id=organisation_id).order_by("-month", "-pk")
    return piece(paging, rows, _run)


@room.reads(
    "/o/{int:organisation_id}/charge-runs/{int:run_id}",
    asks=BillingRight.CHARGE_VIEW,
    summary=_("The charging of a month"),
    response=RunOut,
)
def charge_run_card(request: ApiRequest, organisation_id: int, run_id: int) -> Any:
    return _run(ChargeRun.objects.get(organisation_id=organisation_id, pk=run_id))


@room.writes(
    "/o/{int:organisation_id}/corrections",
    asks=BillingRight.CHARGE_CORRECT,
    summary=_("Correct a charge, with the reason"),
    response=Made,
    status=201,
)
def charge_correct(request: ApiRequest, organisation_id: int, body: CorrectionIn) -> Any:
    charge = services.charge_correct(
        actor=request.actor,
        organisation_id=organisation_id,
        month=Month.parse(body.month) if body.month else None,
        now=timezone.now(),
        **body.model_dump(exclude={"month"}),
    )
    return {"id": charge.pk}
