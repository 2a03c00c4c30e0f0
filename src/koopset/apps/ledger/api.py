"""The books, for programs: chart, operations, statements, months, the proof."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.ledger import selectors, services
from koopset.apps.ledger.permissions import LedgerRight
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece, whole_piece
from koopset.foundation.access.schemas import BIGGEST_ID, In, Line, Made, MonthText, Out, Positive
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

room = Room(
    "ledger",
    _("Books"),
    {
        LedgerRight.BOOK_VIEW: _("See the books"),
        LedgerRight.BOOK_OPEN: _("Open the books"),
        LedgerRight.CHART_EDIT: _("Change the chart of accounts"),
        LedgerRight.OPERATION_POST: _("Enter operations"),
        LedgerRight.OPERATION_REVERSE: _("Reverse operations"),
        LedgerRight.MONTH_CLOSE: _("Close months"),
        LedgerRight.MONTH_REOPEN: _("Reopen months"),
    },
)

Code = Annotated[str, Field(min_length=1, max_length=12)]


class BookIn(In):
    opened_month: MonthText
    profile: Line = ""


class ChartOut(Out):
    """A line of the chart; `subject` says what its analytic accounts are about."""

    id: int
    code: str
    title: str
    level: int
    kind: str
    subject: str
    is_heading: bool
    is_closed: bool


class ChartIn(In):
    """An account of the chart. `kind`: active, passive, both."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["active", "passive", "both"]
    subject: Literal["", "personal-account", "bank-account", "counterparty", "fund", "buyer", "purchase"] = ""


class OperationIn(In):
    """One entry by hand. `debit_number`, `credit_number`: the subject's number, if the account has one. `key`: a repeat is harmless."""

    key: Annotated[str, Field(min_length=1, max_length=100, examples=["1c-000123"])]
    on_date: date
    title: Annotated[str, Field(min_length=1, max_length=200)]
    debit: Code
    credit: Code
    amount_kop: Positive
    debit_number: Line = ""
    credit_number: Line = ""


class ReverseIn(In):
    on_date: date
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class OperationOut(Out):
    id: int
    kind: str
    on_date: date
    title: str
    entries_count: int
    total_kop: int
    reason: str
    reverses_id: int | None
    reversed_by_id: int | None
    posted_at: datetime
    source_id: int | None


class EntryOut(Out):
    """One debit, one credit, one amount."""

    id: int
    debit_code: str
    debit_subject_id: int
    debit_label: str
    credit_code: str
    credit_subject_id: int
    credit_label: str
    amount_kop: int
    source_id: int | None


class ColumnsOut(Out):
    opening_debit_kop: int
    opening_credit_kop: int
    debit_kop: int
    credit_kop: int
    closing_debit_kop: int
    closing_credit_kop: int


class TrialOut(Out):
    code: str
    title: str
    level: int
    is_heading: bool
    subject: str
    columns: ColumnsOut


class TrialBalanceOut(Out):
    """Оборотно-сальдовая ведомость; `total` balances."""

    rows: list[TrialOut]
    total: ColumnsOut


class CardLineOut(Out):
    entry_id: int
    on_date: date
    operation_id: int
    operation_kind: str
    title: str
    subject_id: int
    label: str
    other_code: str
    other_label: str
    debit_kop: int
    credit_kop: int
    balance_kop: int


class AccountCardOut(Out):
    """Карточка счёта between two dates; `lines` is a piece of them."""

    code: str
    title: str
    subject: str
    subject_id: int | None
    label: str
    opening_kop: int
    debit_kop: int
    credit_kop: int
    closing_kop: int
    lines: Piece[CardLineOut]


class MonthOut(Out):
    month: str
    is_closed: bool
    is_over: bool
    can_close: bool
    can_reopen: bool
    changed_at: datetime | None
    reason: str


class ReasonIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class DiscrepancyOut(Out):
    check: str
    code: str
    subject_id: int
    month: int | None
    operation_id: int | None
    stored_debit_kop: int
    stored_credit_kop: int
    proved_debit_kop: int
    proved_credit_kop: int
    note: str


class VerifiedOut(Out):
    """The proof that totals agree with entries: no discrepancies."""

    is_proved: bool
    discrepancies: list[DiscrepancyOut]


@room.writes(
    "/o/{int:organisation_id}/book",
    asks=LedgerRight.BOOK_OPEN,
    summary=_("Open the books from a month on"),
    response=Made,
    status=201,
)
def book_open(request: ApiRequest, organisation_id: int, body: BookIn) -> Any:
    book = services.book_open(
        actor=request.actor,
        organisation_id=organisation_id,
        profile=body.profile,
        opened_month=Month.parse(body.opened_month),
        now=timezone.now(),
    )
    return {"id": book.pk}


@room.reads(
    "/o/{int:organisation_id}/chart",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("The chart of accounts"),
    response=Piece[ChartOut],
)
def chart_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.chart(request.actor, organisation_id))


@room.writes(
    "/o/{int:organisation_id}/chart",
    asks=LedgerRight.CHART_EDIT,
    summary=_("Add an account to the chart"),
    response=Made,
    status=201,
)
def chart_account_add(request: ApiRequest, organisation_id: int, body: ChartIn) -> Any:
    row = services.chart_account_add(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.reads(
    "/o/{int:organisation_id}/operations",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("Operations, the latest first; offset is taken down to a whole piece"),
    response=Piece[OperationOut],
)
def operations_list(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    month_from: MonthText | None = None,
    month_to: MonthText | None = None,
    kind: str = "",
    q: str = "",
) -> Any:
    found = selectors.journal(
        request.actor,
        organisation_id,
        month_from=Month.parse(month_from) if month_from else None,
        month_to=Month.parse(month_to) if month_to else None,
        kind=kind[:40],
        text=q[:100],
        page=paging.page,
        page_size=paging.limit,
    )
    return _page(paging, found.rows, found.count, found.page)


def _page(paging: Paging, rows: Any, count: int, shown: int) -> dict[str, Any]:
    """A piece of a list that is kept in pages. The selector shows its last page for one beyond the end; a program gets nothing."""
    start = (paging.page - 1) * paging.limit
    return whole_piece(paging, rows if shown == paging.page else [], count, start)


@room.reads(
    "/o/{int:organisation_id}/operations/{int:operation_id}",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("An operation"),
    response=OperationOut,
)
def operation_card(request: ApiRequest, organisation_id: int, operation_id: int) -> Any:
    found = selectors.operation_card(request.actor, organisation_id, operation_id, page_size=1)
    if found is None:
        raise Http404
    return found.operation


@room.reads(
    "/o/{int:organisation_id}/operations/{int:operation_id}/entries",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("Entries of an operation; offset is taken down to a whole piece"),
    response=Piece[EntryOut],
)
def entries_list(request: ApiRequest, organisation_id: int, operation_id: int, paging: Query[Paging]) -> Any:
    found = selectors.operation_card(
        request.actor, organisation_id, operation_id, page=paging.page, page_size=paging.limit
    )
    if found is None:
        raise Http404
    return _page(paging, found.entries, found.operation.entries_count, found.page)


@room.writes(
    "/o/{int:organisation_id}/operations",
    asks=LedgerRight.OPERATION_POST,
    summary=_("Enter an operation by hand"),
    response=Made,
    status=201,
)
def operation_enter(request: ApiRequest, organisation_id: int, body: OperationIn) -> Any:
    row = services.operation_enter(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/operations/{int:operation_id}/reverse",
    asks=LedgerRight.OPERATION_REVERSE,
    summary=_("Reverse an operation"),
    response=Made,
    status=201,
)
def operation_reverse(request: ApiRequest, organisation_id: int, operation_id: int, body: ReverseIn) -> Any:
    row = services.operation_reverse(
        actor=request.actor,
        organisation_id=organisation_id,
        operation_id=operation_id,
        on_date=body.on_date,
        reason=body.reason,
        now=timezone.now(),
    )
    return {"id": row.pk}


@room.reads(
    "/o/{int:organisation_id}/trial-balance",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("The trial balance of months"),
    response=TrialBalanceOut,
)
def trial_balance(
    request: ApiRequest, organisation_id: int, month_from: MonthText, month_to: MonthText
) -> Any:
    rows = selectors.trial_balance(
        request.actor, organisation_id, Month.parse(month_from), Month.parse(month_to)
    )
    return {"rows": rows, "total": selectors.total_of(rows)}


@room.reads(
    "/o/{int:organisation_id}/accounts/{code}/card",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("The card of an account between two dates; offset is taken down to a whole piece"),
    response=AccountCardOut,
)
def account_card(
    request: ApiRequest,
    organisation_id: int,
    code: str,
    date_from: date,
    date_to: date,
    paging: Query[Paging],
    subject_id: Annotated[int, Field(ge=0, le=BIGGEST_ID)] | None = None,
) -> Any:
    try:
        found = selectors.account_card(
            request.actor,
            organisation_id,
            code,
            subject_id,
            date_from,
            date_to,
            page=paging.page,
            page_size=paging.limit,
        )
    except RuleViolation as violation:
        if violation.code == "ledger.unknown_account":
            raise Http404 from violation
        raise
    names = set(AccountCardOut.model_fields) - {"lines"}
    return {
        **{name: getattr(found, name) for name in names},
        "lines": _page(paging, found.lines, found.count, found.page),
    }


def _month(state: selectors.MonthState) -> dict[str, Any]:
    names = set(MonthOut.model_fields) - {"month"}
    return {"month": str(state.month), **{name: getattr(state, name) for name in names}}


@room.reads(
    "/o/{int:organisation_id}/months",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("Months of the books: open and closed"),
    response=Piece[MonthOut],
)
def months_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    rows = selectors.month_states(request.actor, organisation_id, today=timezone.localdate())
    return piece(paging, rows, _month)


def _asked(month: str) -> Month:
    try:
        return Month.parse(month)
    except RuleViolation as violation:
        raise Http404 from violation


@room.writes(
    "/o/{int:organisation_id}/months/{month}/close",
    asks=LedgerRight.MONTH_CLOSE,
    summary=_("Close a month"),
    response=Made,
)
def month_close(request: ApiRequest, organisation_id: int, month: str) -> Any:
    row = services.month_close(
        actor=request.actor, organisation_id=organisation_id, month=_asked(month), now=timezone.now()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/months/{month}/reopen",
    asks=LedgerRight.MONTH_REOPEN,
    summary=_("Reopen a month, with the reason"),
    response=Made,
)
def month_reopen(request: ApiRequest, organisation_id: int, month: str, body: ReasonIn) -> Any:
    row = services.month_reopen(
        actor=request.actor,
        organisation_id=organisation_id,
        month=_asked(month),
        reason=body.reason,
        now=timezone.now(),
    )
    return {"id": row.pk}


@room.reads(
    "/o/{int:organisation_id}/book/verify",
    asks=LedgerRight.BOOK_VIEW,
    summary=_("Prove the totals of the books against their entries"),
    response=VerifiedOut,
)
def book_verify(request: ApiRequest, organisation_id: int) -> Any:
    found = selectors.verify(organisation_id)
    return {"is_proved": not found, "discrepancies": found[:500]}
