"""Payment documents: issue, print, send those of a month; the PDF of one."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.billing import services
from koopset.apps.billing.api.router import room
from koopset.apps.billing.models import DocumentIssue, PaymentDocument
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors import documents as papers
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, MonthText, Out, Started, started
from koopset.foundation.rights.pages import Gate
from koopset.kernel.period import Month


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


def _issue(issue: DocumentIssue) -> dict[str, Any]:
    names = set(IssueOut.model_fields) - {"id", "month"}
    return {
        "id": issue.pk,
        "month": str(Month.from_number(issue.month)),
        **{name: getattr(issue, name) for name in names},
    }


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
    return {
        "id": row.pk,
        "month": str(Month.from_number(row.month)),
        **{name: getattr(row, name) for name in names},
    }


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
