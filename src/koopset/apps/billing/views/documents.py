"""Payment documents for the office: issue a month, print, send, look at one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.billing import services
from koopset.apps.billing.formats.payment_code_56042 import qr_svg
from koopset.apps.billing.formats.receipt import record_bytes
from koopset.apps.billing.forms import IssueForm
from koopset.apps.billing.models import DocumentDelivery, DocumentIssue, PaymentDocument
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors import documents as selectors
from koopset.apps.billing.selectors.accounts import account_labels
from koopset.apps.organisations import selectors as organisations
from koopset.foundation.files import StoredFile
from koopset.foundation.jobs import Job
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


def code_svg(record: str) -> SafeString:
    """The square of a record as inline SVG: digits and our own markup only."""
    return mark_safe(qr_svg(record_bytes(record)))


def pdf_response(document: PaymentDocument, variant: str) -> HttpResponse:
    """The very bytes that were issued."""
    chosen = selectors.PLAIN if variant == selectors.PLAIN else selectors.FULL
    response = HttpResponse(selectors.document_pdf(document, variant=chosen), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.number.replace("/", "-")}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page(BillingRight.DOCUMENT_VIEW)
def issues(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Issues of documents, and the form for the next."""
    rows = list(selectors.issues(request.actor, organisation_id)[:60])
    refusal = ""
    try:
        organisations.payee_for_codes(organisation_id)
    except RuleViolation as violation:
        refusal = text_of(violation)
    context = {
        "organisation_id": organisation_id,
        "issues": rows,
        "form": IssueForm(initial={"month": str(Month.of(timezone.localdate()))}),
        "refusal": refusal,
        "may_issue": request.actor.can(BillingRight.DOCUMENT_ISSUE, organisation_id),
    }
    return render(request, "billing/document_issues.html", context)


@page(BillingRight.DOCUMENT_ISSUE)
@require_POST
def issue_start(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Ask for the documents of a month."""
    form = IssueForm(request.POST)
    if form.is_valid():
        try:
            issue = services.documents_issue(
                actor=request.actor,
                organisation_id=organisation_id,
                month=form.cleaned_data["month"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            tell(request, text_of(violation), level=40)
        else:
            return redirect("billing:document-issue", organisation_id=organisation_id, issue_id=issue.pk)
    else:
        tell(request, _("Choose the month."), level=40)
    return redirect("billing:document-issues", organisation_id=organisation_id)


@page(BillingRight.DOCUMENT_VIEW)
def issue(request: PageRequest, organisation_id: int, issue_id: int) -> HttpResponse:
    """One issue: its progress, its files, what was sent."""
    row = get_object_or_404(DocumentIssue, organisation_id=organisation_id, pk=issue_id)
    files = {
        variant: StoredFile.objects.filter(organisation_id=organisation_id, pk=file_id).first()
        for variant, file_id in row.print_files.items()
    }
    documents = list(
        PaymentDocument.objects.filter(organisation_id=organisation_id, issue_id=issue_id)
        .defer("data")
        .order_by("number")[:50]
    )
    labels = account_labels(organisation_id, [document.account_id for document in documents])
    context = {
        "organisation_id": organisation_id,
        "issue": row,
        "job": Job.objects.filter(organisation_id=organisation_id, pk=row.job_id).first()
        if row.job_id
        else None,
        "full": files.get(selectors.FULL),
        "plain": files.get(selectors.PLAIN),
        "documents": [(document, labels.get(document.account_id)) for document in documents],
        "sent": DocumentDelivery.objects.filter(
            organisation_id=organisation_id,
            document__issue_id=issue_id,
            channel=DocumentDelivery.Channel.NOTICE,
        ).count(),
        "may_issue": request.actor.can(BillingRight.DOCUMENT_ISSUE, organisation_id),
    }
    return render(request, "billing/document_issue.html", context)


@page(BillingRight.DOCUMENT_ISSUE)
@require_POST
def issue_print(request: PageRequest, organisation_id: int, issue_id: int) -> HttpResponse:
    """Ask for one file with all of them."""
    get_object_or_404(DocumentIssue, organisation_id=organisation_id, pk=issue_id)
    try:
        services.documents_print(
            actor=request.actor,
            organisation_id=organisation_id,
            issue_id=issue_id,
            variant=request.POST.get("variant", selectors.FULL),
            now=timezone.now(),
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    return redirect("billing:document-issue", organisation_id=organisation_id, issue_id=issue_id)


@page(BillingRight.DOCUMENT_ISSUE)
@require_POST
def issue_send(request: PageRequest, organisation_id: int, issue_id: int) -> HttpResponse:
    """Send them to those who can be reached."""
    get_object_or_404(DocumentIssue, organisation_id=organisation_id, pk=issue_id)
    try:
        services.documents_send(
            actor=request.actor, organisation_id=organisation_id, issue_id=issue_id, now=timezone.now()
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    else:
        tell(request, _("The documents are being sent. Nobody gets one twice."))
    return redirect("billing:document-issue", organisation_id=organisation_id, issue_id=issue_id)


@page(BillingRight.DOCUMENT_VIEW)
def document(request: PageRequest, organisation_id: int, document_id: int) -> HttpResponse:
    """One document as it was issued."""
    row, card = selectors.document_of(request.actor, organisation_id, document_id)
    context = {
        "organisation_id": organisation_id,
        "document": card.row,
        "data": card.data,
        "codes": [(code, code_svg(code["record"])) for code in card.codes],
        "deliveries": DocumentDelivery.objects.filter(organisation_id=organisation_id, document_id=row.pk),
        "back": reverse("billing:account", args=[organisation_id, row.account_id]),
        "pdf": reverse("billing:document-pdf", args=[organisation_id, row.pk]),
        "is_office": True,
    }
    return render(request, "billing/document.html", context)


@page(BillingRight.DOCUMENT_VIEW)
def document_pdf(request: PageRequest, organisation_id: int, document_id: int) -> HttpResponse:
    """A copy, identical to the original (H3)."""
    row, _card = selectors.document_of(request.actor, organisation_id, document_id)
    return pdf_response(row, request.GET.get("variant", ""))
