"""Lists and papers of a round: wants as a table, the order as PDF, XLSX, CommerceML."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from decimal import Decimal

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koopset.apps.purchases import selectors
from koopset.apps.purchases.models import Round
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.personal.looks import looked
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.kernel.violations import RuleViolation

PER_PAGE = 100


def _stopped(organisation_id: int, round_id: int) -> Round:
    row = get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    if row.stopped_at is None:
        raise Http404
    return row


@page(PurchaseRight.ROUND_VIEW)
def wants(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """Who wants what and gets how many."""
    row = get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    rows = list(selectors.want_rows(request.actor, organisation_id, round_id))
    context = {
        "organisation_id": organisation_id,
        "round_id": round_id,
        "title": row.title,
        "is_frozen": row.stopped_at is not None,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    looked(request.actor, organisation_id, "purchases.wants", count=len({one.participant for one in rows}))
    return render(request, "purchases/wants.html", context)


@page(PurchaseRight.ROUND_VIEW)
def wants_xlsx(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponseBase:
    """The same as XLSX."""
    row = get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    found = list(selectors.want_rows(request.actor, organisation_id, round_id))

    def rows() -> Iterator[tuple[object, ...]]:
        for one in found:
            yield (
                one.participant,
                one.article,
                one.good,
                Decimal(one.wanted) / one.per,
                Decimal(one.tolerance) / one.per,
                None if one.allocated is None else Decimal(one.allocated) / one.per,
                one.sum_kop,
            )

    columns = [
        Column(_("Household"), width=28),
        Column(_("Article"), width=14),
        Column(_("Good"), width=40),
        Column(_("Wants"), "number", 12),
        Column(_("Would also take"), "number", 14),
        Column(pgettext("round", "Gets"), "number", 12),
        Column(_("Sum, ₽"), "money", 14),
    ]
    looked(request.actor, organisation_id, "purchases.wants", count=len({one.participant for one in found}))
    return _xlsx([Sheet(_("Wants"), columns, rows())], f"{_('Wants')} {row.pk}.xlsx")


def _xlsx(sheets: list[Sheet], name: str) -> FileResponse:
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(target, sheets, created_at=timezone.now())
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name)


@page(PurchaseRight.ROUND_VIEW)
def order_xlsx(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponseBase:
    """The order as a table, from «stop» on."""
    row = _stopped(organisation_id, round_id)
    columns = [
        Column(_("Article"), width=16),
        Column(_("Barcode"), width=16),
        Column(_("Name"), width=48),
        Column(_("Packs"), "number", 10),
        Column(_("In a pack"), "number", 10),
        Column(_("In all"), "number", 12),
        Column(_("Price, ₽"), "money", 12),
        Column(_("Sum, ₽"), "money", 14),
    ]
    rows = [
        (
            line.article,
            line.gtin,
            line.name,
            None if line.by_weight else line.packs,
            None if line.by_weight else line.pack,
            Decimal(line.units) / (1000 if line.by_weight else 1),
            line.price_kop,
            line.sum_kop,
        )
        for line in selectors.order_lines(organisation_id, round_id)
    ]
    return _xlsx(
        [Sheet(pgettext("supplier", "Order"), columns, rows)],
        f"{pgettext('supplier', 'Order')} {row.pk}.xlsx",
    )


@page(PurchaseRight.ROUND_VIEW)
def order_xml(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """The order as a document of CommerceML, which 1С takes; from «stop» on."""
    row = _stopped(organisation_id, round_id)
    response = HttpResponse(
        selectors.order_commerceml(organisation_id, round_id), content_type="application/xml; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="order-{row.pk}.xml"'
    return response


@page(PurchaseRight.ROUND_VIEW)
def order_pdf(request: PageRequest, organisation_id: int, round_id: int) -> HttpResponse:
    """The order as it was sent, byte for byte."""
    get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    paper = selectors.order_paper(request.actor, organisation_id, round_id)
    if paper is None:
        raise Http404
    try:
        made = selectors.order_pdf(paper)
    except RuleViolation as violation:
        return HttpResponse(text_of(violation), status=409, content_type="text/plain; charset=utf-8")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="order-{paper.number}.pdf"'
    return response
