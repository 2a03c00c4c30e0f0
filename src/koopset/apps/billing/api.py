"""Personal accounts, fees, charging, documents, debts, for programs."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from koopset.apps.billing import selectors, services
from koopset.apps.billing.models import ChargeRun, DocumentIssue, Fee, PaymentDocument
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors import documents as papers
from koopset.apps.billing.selectors.wording import arithmetic_text
from koopset.foundation.access.batch import BatchResult, Rows, run_batch
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece, whole_piece
from koopset.foundation.access.schemas import Id, In, Kop, Line, Made, MonthText, Out, Started, started
from koopset.foundation.refusals import text_of_code
from koopset.foundation.rights.pages import Gate
from koopset.kernel.fractions import parse_share
from koopset.kernel.period import Month

room = Room(
    "billing",
    _("Charging"),
    {
        BillingRight.ACCOUNT_VIEW: _("See personal accounts and statements"),
        BillingRight.ACCOUNT_EDIT: _("Open, change and close personal accounts"),
        BillingRight.FEE_VIEW: _("See fees"),
        BillingRight.FEE_EDIT: _("Set and end fees"),
        BillingRight.CHARGE_VIEW: _("See charging"),
        BillingRight.CHARGE_POST: _("Charge months"),
        BillingRight.CHARGE_CORRECT: _("Correct charges"),
        BillingRight.DOCUMENT_VIEW: _("See payment documents of all"),
        BillingRight.DOCUMENT_ISSUE: _("Issue and send payment documents"),
        BillingRight.DEBTOR_VIEW: _("See debtors"),
    },
)


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


class MyDebts(Out):
    """What the key's owner owes here, account by account."""

    total_kop: int
    overdue_kop: int
    next_due_on: date | None
    accounts: list[AccountOut]


class FeeIn(In):
    """A fee by a decision. `rate`: roubles a unit of `base`, or with method split the whole sum to be divided."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    kind: Literal["membership", "target", "non-member", "utility", "penalty"]
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


class IssueIn(In):
    month: MonthText
    bank_account_id: Id | None = None


class PrintIn(In):
    """`variant`: full or plain."""

    variant: Literal["full", "plain"] = "full"


class IssueOut(Out):
    """One issuing of documents of a month. `state`: waiting, done, failed."""

    id: int
    month: str
    ordinal: int
    state: str
    documents_count: int
    total_kop: int
    job_id: int | None
    print_files: dict[str, int]
    created_at: datetime


class DocumentOut(Out):
    """An issued payment document: frozen, its PDF gives the same bytes for ever."""

    id: int
    number: str
    account_id: int
    month: str
    due_on: date
    total_kop: int
    sha256: str
    issued_at: datetime


def month_of(number: int) -> str:
    return str(Month.from_number(number))


def _accounts(organisation_id: int, ids: list[int]) -> list[dict[str, Any]]:
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
    return whole_piece(paging, _accounts(organisation_id, ids), count, paging.start)


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
    return _accounts(organisation_id, [account_id])[0]


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


def _charge(row: selectors.ChargeRow) -> dict[str, Any]:
    names = set(ChargeOut.model_fields) - {"month", "arithmetic"}
    return {
        **{name: getattr(row, name) for name in names},
        "month": month_of(row.month),
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
        "accounts": _accounts(organisation_id, ids),
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


def _fee(fee: Fee) -> dict[str, Any]:
    names = set(FeeOut.model_fields) - {"id", "from_month", "to_month"}
    return {
        **{name: getattr(fee, name) for name in names},
        "id": fee.pk,
        "from_month": month_of(fee.from_month),
        "to_month": month_of(fee.to_month) if fee.to_month else None,
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
    month = month_of(run.month)
    names = ("state", "fee_ids", "lines_count", "total_kop", "operation_id", "job_id", "failure", "posted_at")
    return {
        "id": run.pk,
        "month": month,
        **{name: getattr(run, name) for name in names},
        "failure_text": text_of_code(run.failure, {"month": month}) if run.failure else "",
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
    return whole_piece(paging, rows, found.count, paging.start)


def _issue(issue: DocumentIssue) -> dict[str, Any]:
    names = set(IssueOut.model_fields) - {"id", "month"}
    return {"id": issue.pk, "month": month_of(issue.month), **{name: getattr(issue, name) for name in names}}


@room.writes(
    "/o/{int:organisation_id}/document-issues",
    asks=BillingRight.DOCUMENT_ISSUE,
    summary=_("Issue the payment documents of a month"),
    response=Started,
    status=202,
)
def documents_issue(request: ApiRequest, organisation_id: int, body: IssueIn) -> Any:
    issue = services.documents_issue(
        actor=request.actor,
        organisation_id=organisation_id,
        month=Month.parse(body.month),
        bank_account_id=body.bank_account_id,
        now=timezone.now(),
    )
    return started(organisation_id, issue.pk, issue.job_id)


@room.reads(
    "/o/{int:organisation_id}/document-issues",
    asks=BillingRight.DOCUMENT_VIEW,
    summary=_("Issues of payment documents"),
    response=Piece[IssueOut],
)
def issues_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, papers.issues(request.actor, organisation_id), _issue)


@room.reads(
    "/o/{int:organisation_id}/document-issues/{int:issue_id}",
    asks=BillingRight.DOCUMENT_VIEW,
    summary=_("One issue of payment documents"),
    response=IssueOut,
)
def issue_card(request: ApiRequest, organisation_id: int, issue_id: int) -> Any:
    return _issue(DocumentIssue.objects.get(organisation_id=organisation_id, pk=issue_id))


@room.writes(
    "/o/{int:organisation_id}/document-issues/{int:issue_id}/print",
    asks=BillingRight.DOCUMENT_ISSUE,
    summary=_("Make one file with all documents of an issue"),
    response=Started,
    status=202,
)
def documents_print(request: ApiRequest, organisation_id: int, issue_id: int, body: PrintIn) -> Any:
    issue = services.documents_print(
        actor=request.actor,
        organisation_id=organisation_id,
        issue_id=issue_id,
        variant=body.variant,
        now=timezone.now(),
    )
    return started(organisation_id, issue.pk, issue.job_id)


@room.writes(
    "/o/{int:organisation_id}/document-issues/{int:issue_id}/send",
    asks=BillingRight.DOCUMENT_ISSUE,
    summary=_("Send the documents of an issue; nobody gets one twice"),
    response=Started,
    status=202,
)
def documents_send(request: ApiRequest, organisation_id: int, issue_id: int) -> Any:
    issue = services.documents_send(
        actor=request.actor, organisation_id=organisation_id, issue_id=issue_id, now=timezone.now()
    )
    return started(organisation_id, issue.pk, issue.job_id)


def _document(row: PaymentDocument) -> dict[str, Any]:
    names = set(DocumentOut.model_fields) - {"id", "month"}
    return {"id": row.pk, "month": month_of(row.month), **{name: getattr(row, name) for name in names}}


@room.reads(
    "/o/{int:organisation_id}/document-issues/{int:issue_id}/documents",
    asks=BillingRight.DOCUMENT_VIEW,
    summary=_("Payment documents of an issue"),
    response=Piece[DocumentOut],
)
def documents_list(request: ApiRequest, organisation_id: int, issue_id: int, paging: Query[Paging]) -> Any:
    rows = PaymentDocument.objects.filter(organisation_id=organisation_id, issue_id=issue_id)
    return piece(paging, rows.defer("data").order_by("number"), _document)


def _pdf(request: ApiRequest, organisation_id: int, document_id: int, variant: str) -> HttpResponse:
    document, _card = papers.document_of(request.actor, organisation_id, document_id)
    response = HttpResponse(papers.document_pdf(document, variant=variant), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.number.replace("/", "-")}.pdf"'
    return response


@room.reads(
    "/o/{int:organisation_id}/documents/{int:document_id}/pdf",
    asks=BillingRight.DOCUMENT_VIEW,
    summary=_("A payment document as PDF, the very bytes that were issued"),
)
def document_pdf(
    request: ApiRequest,
    organisation_id: int,
    document_id: int,
    variant: Literal["full", "plain"] = "full",
) -> Any:
    return _pdf(request, organisation_id, document_id, variant)


@room.reads(
    "/o/{int:organisation_id}/my/documents/{int:document_id}/pdf",
    asks=Gate.HOUSEHOLD,
    summary=_("One's own payment document as PDF"),
)
def my_document_pdf(
    request: ApiRequest,
    organisation_id: int,
    document_id: int,
    variant: Literal["full", "plain"] = "full",
) -> Any:
    return _pdf(request, organisation_id, document_id, variant)
