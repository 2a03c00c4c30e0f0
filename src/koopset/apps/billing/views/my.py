"""A resident's own bills and statements. Whose they are is asked by the selectors; another's answers like an absent one."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from koopset.apps.billing.models import PaymentDocument
from koopset.apps.billing.selectors import accounts_of_actor
from koopset.apps.billing.selectors import documents as selectors
from koopset.apps.billing.selectors.resident import resident_summary
from koopset.apps.billing.views.documents import code_svg, pdf_response
from koopset.apps.billing.views.papers import statement_response
from koopset.apps.organisations.selectors import organisation_card
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.offline import kept_offline


@kept_offline
@page(Gate.HOUSEHOLD)
def documents(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What I owe and the bills of all my accounts."""
    today = timezone.localdate()
    summary = resident_summary(request.actor, organisation_id, today)
    accounts = accounts_of_actor(request.actor, organisation_id, on=today)
    labels = {account.id: account.label for account in accounts}
    rows = selectors.documents_of_accounts(organisation_id, labels)
    context = {
        "organisation_id": organisation_id,
        "summary": summary,
        "accounts": accounts,
        "documents": [(row, labels[row.account_id]) for row in rows],
        "several": len(accounts) > 1,
        "unverified": not organisation_card(organisation_id).is_verified,
    }
    return render(request, "billing/my_documents.html", context)


def _own(
    request: PageRequest, organisation_id: int, document_id: int
) -> tuple[PaymentDocument, selectors.DocumentCard]:
    row, card = selectors.document_of(request.actor, organisation_id, document_id)
    own = {
        account.id for account in accounts_of_actor(request.actor, organisation_id, on=timezone.localdate())
    }
    if row.account_id not in own:  # the office looks at others' papers on its own pages
        raise Forbidden("billing:document:view")
    return row, card


@kept_offline
@page(Gate.HOUSEHOLD)
def document(request: PageRequest, organisation_id: int, document_id: int) -> HttpResponse:
    """One bill with its code."""
    row, card = _own(request, organisation_id, document_id)
    context = {
        "organisation_id": organisation_id,
        "document": card.row,
        "data": card.data,
        "codes": [(code, code_svg(code["record"])) for code in card.codes],
        "deliveries": [],
        "back": reverse("billing:my-documents", args=[organisation_id]),
        "pdf": reverse("billing:my-document-pdf", args=[organisation_id, row.pk]),
        "is_office": False,
    }
    return render(request, "billing/document.html", context)


@page(Gate.HOUSEHOLD)
def document_pdf(request: PageRequest, organisation_id: int, document_id: int) -> HttpResponse:
    """A copy, identical to the original (H3)."""
    row, _card = _own(request, organisation_id, document_id)
    return pdf_response(row, request.GET.get("variant", ""))


@kept_offline
@page(Gate.HOUSEHOLD)
def statement(request: PageRequest, organisation_id: int, account_id: int) -> HttpResponseBase:
    """The statement of one of my accounts for a period (H8)."""
    own = {
        account.id for account in accounts_of_actor(request.actor, organisation_id, on=timezone.localdate())
    }
    if account_id not in own:
        raise Forbidden("billing:account:view")
    return statement_response(
        request, organisation_id, account_id, back=reverse("billing:my-documents", args=[organisation_id])
    )
