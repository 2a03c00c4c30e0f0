"""Personal accounts: find, open one or many, change, close; the debt of one."""

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.billing import selectors, services
from koopset.apps.billing.api.router import room
from koopset.apps.billing.permissions import BillingRight
from koopset.foundation.access.batch import BatchResult, Rows, run_batch
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, whole_piece
from koopset.foundation.access.schemas import Id, In, Line, Made, Out
from koopset.foundation.personal.looks import looked
from koopset.kernel.fractions import parse_share


class UnitShare(In):
    """A unit billed on the account; a part of it where owners chose split bills."""

    unit_id: Id
    share: Line = "1"


class AccountIn(In):
    """A personal account; without a number it gets the next."""

    number: Annotated[str, Field(max_length=30)] | None = None
    payer_id: Id | None = None
    units: Annotated[list[UnitShare], Field(min_length=1, max_length=100)]
    opened_on: date
    note: Line = ""


class AccountBatch(In):
    rows: Rows[AccountIn]


class AccountChange(In):
    number: Annotated[str, Field(min_length=1, max_length=30)]
    payer_id: Id | None
    note: Line = ""


class OnDay(In):
    on: date


class AccountOut(Out):
    """An account with its balance: more than 0 is a debt, less an advance."""

    id: int
    number: str
    payment_code: str
    payer_id: int | None
    payer_name: str
    units_text: str
    unit_ids: list[int]
    closed_on: date | None
    balance_kop: int


class DebtOut(Out):
    account_id: int
    total_kop: int
    overdue_kop: int
    overdue_since: date | None
    overdue_days: int
    next_due_on: date | None


def accounts_shown(organisation_id: int, ids: list[int]) -> list[dict[str, Any]]:
    """Accounts as `AccountOut`, in the order of `ids`; ids of other organisations are passed over."""
    labels = selectors.account_labels(organisation_id, ids)
    balances = selectors.balances(organisation_id, ids) if ids else {}
    names = ("id", "number", "payment_code", "payer_id", "payer_name", "units_text", "closed_on")
    return [
        {
            **{name: getattr(labels[pk], name) for name in names},
            "unit_ids": list(labels[pk].unit_ids),
            "balance_kop": balances.get(pk, 0),
        }
        for pk in ids
        if pk in labels
    ]


@room.reads(
    "/o/{int:organisation_id}/personal-accounts",
    asks=BillingRight.ACCOUNT_VIEW,
    summary=_("Personal accounts with their balances"),
    response=Piece[AccountOut],
)
def accounts_list(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    q: str = "",
    state: Literal["open", "closed", "all"] = "open",
) -> Any:
    rows = selectors.accounts_list(request.actor, organisation_id, text=q[:100], state=state)
    count = rows.count()
    ids = [row.pk for row in rows[paging.start : paging.start + paging.limit]] if paging.start < count else []
    looked(request.actor, organisation_id, "billing.accounts", count=len(ids))
    return whole_piece(paging, accounts_shown(organisation_id, ids), count, paging.start)


def _open(request: ApiRequest, organisation_id: int, row: AccountIn, now: datetime) -> int:
    shares: dict[int, Fraction] = {unit.unit_id: parse_share(unit.share) for unit in row.units}
    return services.personal_account_open(
        actor=request.actor,
        organisation_id=organisation_id,
        number=row.number or None,
        payer_id=row.payer_id,
        unit_ids=shares,
        opened_on=row.opened_on,
        note=row.note,
        now=now,
    ).pk


@room.writes(
    "/o/{int:organisation_id}/personal-accounts",
    asks=BillingRight.ACCOUNT_EDIT,
    summary=_("Open a personal account"),
    response=Made,
    status=201,
)
def account_open(request: ApiRequest, organisation_id: int, body: AccountIn) -> Any:
    return {"id": _open(request, organisation_id, body, timezone.now())}


@room.writes(
    "/o/{int:organisation_id}/personal-accounts/batch",
    asks=BillingRight.ACCOUNT_EDIT,
    summary=_("Open many personal accounts"),
    response=BatchResult,
    needs_key=True,
)
def accounts_batch(request: ApiRequest, organisation_id: int, body: AccountBatch) -> Any:
    now = timezone.now()
    return run_batch(body.rows, lambda row: _open(request, organisation_id, row, now))


@room.reads(
    "/o/{int:organisation_id}/personal-accounts/{int:account_id}",
    asks=BillingRight.ACCOUNT_VIEW,
    summary=_("A personal account"),
    response=AccountOut,
)
def account_card(request: ApiRequest, organisation_id: int, account_id: int) -> Any:
    selectors.account_row(request.actor, organisation_id, account_id)
    return accounts_shown(organisation_id, [account_id])[0]


@room.changes(
    "/o/{int:organisation_id}/personal-accounts/{int:account_id}",
    asks=BillingRight.ACCOUNT_EDIT,
    summary=_("Change the number, the payer, the note of a personal account"),
    response=Made,
)
def account_update(request: ApiRequest, organisation_id: int, account_id: int, body: AccountChange) -> Any:
    services.personal_account_update(
        actor=request.actor,
        organisation_id=organisation_id,
        account_id=account_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": account_id}


@room.writes(
    "/o/{int:organisation_id}/personal-accounts/{int:account_id}/close",
    asks=BillingRight.ACCOUNT_EDIT,
    summary=_("Close a personal account"),
    response=Made,
)
def account_close(request: ApiRequest, organisation_id: int, account_id: int, body: OnDay) -> Any:
    services.personal_account_close(
        actor=request.actor,
        organisation_id=organisation_id,
        account_id=account_id,
        closed_on=body.on,
        now=timezone.now(),
    )
    return {"id": account_id}


@room.reads(
    "/o/{int:organisation_id}/personal-accounts/{int:account_id}/debt",
    asks=BillingRight.ACCOUNT_VIEW,
    summary=_("The debt of an account: all, late, since when"),
    response=DebtOut,
)
def account_debt(request: ApiRequest, organisation_id: int, account_id: int) -> Any:
    selectors.account_row(request.actor, organisation_id, account_id)
    return _debt(organisation_id, account_id)


def _debt(organisation_id: int, account_id: int) -> dict[str, Any]:
    debt = selectors.debt_of(organisation_id, account_id, today=timezone.localdate())
    names = set(DebtOut.model_fields) - {"account_id"}
    return {"account_id": account_id, **{name: getattr(debt, name) for name in names}}
