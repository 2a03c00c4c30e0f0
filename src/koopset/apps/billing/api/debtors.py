"""Who owes, how much and since when."""

from datetime import date
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.billing import selectors
from koopset.apps.billing.api.router import room
from koopset.apps.billing.permissions import BillingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, whole_piece
from koopset.foundation.access.schemas import Out
from koopset.foundation.personal.looks import looked


class DebtorOut(Out):
    account_id: int
    number: str
    payment_code: str
    payer_id: int | None
    payer_name: str
    units_text: str
    debt_kop: int
    overdue_kop: int
    since: date | None
    days: int


@room.reads(
    "/o/{int:organisation_id}/debtors",
    asks=BillingRight.DEBTOR_VIEW,
    summary=_("Debtors, the greatest debt first"),
    response=Piece[DebtorOut],
)
def debtors_list(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    q: str = "",
    older_than: Literal[0, 30, 90, 180, 365] = 0,
    only_late: bool = False,
) -> Any:
    found = selectors.debtors(
        request.actor,
        organisation_id,
        today=timezone.localdate(),
        text=q[:100],
        older_than=older_than,
        only_late=only_late,
        first=paging.start,
        limit=paging.limit,
    )
    names = ("number", "payment_code", "payer_id", "payer_name", "units_text")
    rows = [
        {
            "account_id": row.account.id,
            **{name: getattr(row.account, name) for name in names},
            "debt_kop": row.debt_kop,
            "overdue_kop": row.overdue_kop,
            "since": row.since,
            "days": row.days,
        }
        for row in found.rows
    ]
    looked(request.actor, organisation_id, "billing.debtors", count=len(rows))
    return whole_piece(paging, rows, found.count, paging.start)
