"""What an account is made of: charged lines, the statement between two dates; a resident's own debts."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.billing import selectors
from koopset.apps.billing.api.accounts import AccountOut, accounts_shown
from koopset.apps.billing.api.router import room
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.wording import arithmetic_text
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import MonthText, Out
from koopset.foundation.rights.pages import Gate
from koopset.kernel.period import Month


class ChargeOut(Out):
    """A line of an account; a correction is signed."""

    id: int
    kind: str
    fee_id: int
    fee_title: str
    unit_id: int | None
    month: str
    amount_kop: int
    arithmetic: str
    due_on: date
    reason: str
    corrects_id: int | None
    operation_id: int


class StatementRowOut(Out):
    on_date: date
    kind: str
    operation_id: int
    title: str
    charged_kop: int
    paid_kop: int
    balance_kop: int


class StatementOut(Out):
    """An account between two dates: what was charged, what was paid, the balance after each line."""

    account_id: int
    date_from: date
    date_to: date
    opening_kop: int
    charged_kop: int
    paid_kop: int
    closing_kop: int
    rows: list[StatementRowOut]


class MyDebts(Out):
    """What the key's owner owes here, account by account."""

    total_kop: int
    overdue_kop: int
    next_due_on: date | None
    accounts: list[AccountOut]


def _charge(row: selectors.ChargeRow) -> dict[str, Any]:
    names = set(ChargeOut.model_fields) - {"month", "arithmetic"}
    return {
        **{name: getattr(row, name) for name in names},
        "month": str(Month.from_number(row.month)),
        "arithmetic": arithmetic_text(row.arithmetic),
    }


@room.reads(
    "/o/{int:organisation_id}/personal-accounts/{int:account_id}/charges",
    asks=BillingRight.ACCOUNT_VIEW,
    summary=_("Lines charged on an account"),
    response=Piece[ChargeOut],
)
def charges_list(
    request: ApiRequest,
    organisation_id: int,
    account_id: int,
    paging: Query[Paging],
    month_from: MonthText | None = None,
    month_to: MonthText | None = None,
) -> Any:
    selectors.account_row(request.actor, organisation_id, account_id)
    rows = selectors.charges_of_account(
        organisation_id,
        account_id,
        month_from=Month.parse(month_from).number if month_from else None,
        month_to=Month.parse(month_to).number if month_to else None,
    )
    return piece(paging, rows, _charge)


@room.reads(
    "/o/{int:organisation_id}/personal-accounts/{int:account_id}/statement",
    asks=BillingRight.ACCOUNT_VIEW,
    summary=_("The statement of an account between two dates"),
    response=StatementOut,
)
def account_statement(
    request: ApiRequest, organisation_id: int, account_id: int, date_from: date, date_to: date
) -> Any:
    selectors.account_row(request.actor, organisation_id, account_id)
    return selectors.statement(organisation_id, account_id, date_from, date_to)


@room.reads(
    "/o/{int:organisation_id}/my/debts",
    asks=Gate.HOUSEHOLD,
    summary=_("What the key's owner owes here"),
    response=MyDebts,
)
def my_debts(request: ApiRequest, organisation_id: int) -> Any:
    own = selectors.accounts_of_actor(request.actor, organisation_id)
    ids = [row.id for row in own]
    debts = selectors.debts_of(organisation_id, ids, today=timezone.localdate())
    days = [debt.next_due_on for debt in debts.values() if debt.next_due_on]
    return {
        "total_kop": sum(debt.total_kop for debt in debts.values()),
        "overdue_kop": sum(debt.overdue_kop for debt in debts.values()),
        "next_due_on": min(days, default=None),
        "accounts": accounts_shown(organisation_id, ids),
    }


@room.reads(
    "/o/{int:organisation_id}/my/personal-accounts/{int:account_id}/statement",
    asks=Gate.HOUSEHOLD,
    summary=_("The statement of one's own account between two dates"),
    response=StatementOut,
)
def my_statement(
    request: ApiRequest, organisation_id: int, account_id: int, date_from: date, date_to: date
) -> Any:
    selectors.account_row(request.actor, organisation_id, account_id)
    return selectors.statement(organisation_id, account_id, date_from, date_to)
