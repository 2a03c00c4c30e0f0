"""Payment documents: what is issued, and the very bytes that were issued (H3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from koopset.apps.billing.formats.receipt import record_bytes, square
from koopset.apps.billing.models import DocumentIssue, PaymentDocument
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.selectors.accounts import accounts_of_actor
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.kernel.violations import RuleViolation

#: Raised whenever the template changes: an issued paper is rendered by the template of its own version.
TEMPLATE_VERSION = 2
FULL, PLAIN = "full", "plain"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An issued document in a list."""

    id: int
    number: str
    account_id: int
    month: int
    due_on: date
    total_kop: int
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """An issued document with its frozen data; `codes` are (title, sum in kopecks, record) of its payment codes."""

    row: DocumentRow
    data: dict[str, Any]

    @property
    def codes(self) -> list[dict[str, Any]]:
        """Payment codes; empty when there is nothing to pay."""
        return list(self.data["codes"])


def template_of(version: int) -> Path:
    """The template of a version."""
    return (
        Path(str(files("koopset.apps.billing")))
        / "templates"
        / "billing"
        / "print"
        / f"payment_document_{version}.typ"
    )


def printed(data: dict[str, Any], version: int, variant: str = FULL) -> dict[str, Any]:
    """Frozen data as the template of a version takes them: codes drawn, personal data left out of the variant without them."""
    plain = variant == PLAIN
    codes = [
        {
            "title": code["title"],
            "sum": code["sum"],
            "payee": code["payee"],
            "purpose": code["purpose"],
            "qr": square(record_bytes(code["record_plain"] if plain else code["record"]), version),
        }
        for code in data["codes"]
    ]
    shown = {key: value for key, value in data.items() if key != "codes"} | {"codes": codes}
    if plain:
        shown |= {"payer": "", "payer_address": ""}
    return shown


def pdf_of_data(data: dict[str, Any], *, version: int, created_at: datetime, variant: str = FULL) -> bytes:
    """The PDF of frozen data: equal bytes for equal data, version and time."""
    from koopset.foundation.pdf import render

    return render(
        template_of(version), {"documents": [printed(data, version, variant)]}, created_at=created_at
    )


def pdfs_of_data(data: Iterable[dict[str, Any]], *, version: int, created_at: datetime) -> Iterator[bytes]:
    """The same for many, a file each: what the typesetter has read of the template and the fonts serves them all."""
    from koopset.foundation.pdf import render_many

    papers = ({"documents": [printed(one, version)]} for one in data)
    return render_many(template_of(version), papers, created_at=created_at)


def document_pdf(document: PaymentDocument, *, variant: str = FULL) -> bytes:
    """The PDF as it was issued. Raises billing.frozen_changed rather than show other bytes than those that were issued."""
    content = pdf_of_data(
        document.data, version=document.template_version, created_at=document.issued_at, variant=variant
    )
    if variant == FULL and hashlib.sha256(content).hexdigest() != document.sha256:
        raise RuleViolation("billing.frozen_changed")
    return content


def print_parts(
    organisation_id: int, issue: DocumentIssue, *, variant: str = FULL, chunk: int = 200
) -> Iterator[bytes]:
    """All documents of an issue as PDF files of `chunk` documents each, in the order of the accounts. Constant memory."""
    from koopset.foundation.pdf import render_many

    parts = _parts(organisation_id, issue, variant, chunk)
    return render_many(template_of(issue.template_version), parts, created_at=issue.created_at, chunk=1)


def _parts(organisation_id: int, issue: DocumentIssue, variant: str, chunk: int) -> Iterator[dict[str, Any]]:
    last = ""
    while True:
        rows = list(
            PaymentDocument.objects.filter(
                organisation_id=organisation_id, issue_id=issue.pk, number__gt=last
            )
            .order_by("number")
            .values_list("number", "data")[:chunk]
        )
        if not rows:
            return
        last = rows[-1][0]
        yield {"documents": [printed(data, issue.template_version, variant) for _number, data in rows]}


def _row(document: PaymentDocument) -> DocumentRow:
    return DocumentRow(
        document.pk,
        document.number,
        document.account_id,
        document.month,
        document.due_on,
        document.total_kop,
        document.issued_at,
    )


def may_see_document(actor: Actor, organisation_id: int, document: PaymentDocument) -> bool:
    """The office, or those whose account it is today."""
    if actor.can(BillingRight.DOCUMENT_VIEW, organisation_id):
        return True
    return document.account_id in {account.id for account in accounts_of_actor(actor, organisation_id)}


def document_of(actor: Actor, organisation_id: int, document_id: int) -> tuple[PaymentDocument, DocumentCard]:
    """A document for whoever may see it. Raises Forbidden, also where there is none."""
    document = PaymentDocument.objects.filter(organisation_id=organisation_id, pk=document_id).first()
    if document is None or not may_see_document(actor, organisation_id, document):
        raise Forbidden(BillingRight.DOCUMENT_VIEW)
    return document, DocumentCard(_row(document), document.data)


def documents_of_accounts(
    organisation_id: int, account_ids: Iterable[int], *, limit: int = 120
) -> list[DocumentRow]:
    """The documents of accounts, the latest first. Asks no right: the caller has."""
    rows = PaymentDocument.objects.filter(organisation_id=organisation_id, account_id__in=list(account_ids))
    return [_row(document) for document in rows.defer("data").order_by("-month", "-pk")[:limit]]


def issues(actor: Actor, organisation_id: int) -> QuerySet[DocumentIssue]:
    """Issues of documents, the latest first. Raises Forbidden."""
    actor.require(BillingRight.DOCUMENT_VIEW, organisation_id)
    return DocumentIssue.objects.filter(organisation_id=organisation_id).order_by("-month", "-ordinal")
