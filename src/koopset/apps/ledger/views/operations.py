"""The journal, the page of an operation, an entry by hand, a reversal."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.ledger import selectors, services
from koopset.apps.ledger.forms import OperationForm, ReversalForm
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.services.operation_reverse import OWN
from koopset.apps.ledger.views.frame import asked_month, asked_page, kind_names, leaf, show, table_file
from koopset.apps.people.selectors import login_names
from koopset.foundation.files.spreadsheets import Column, Sheet
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PER_PAGE = 50
ENTRIES_PER_PAGE = 100
EXPORTED = 50_000


@page(LedgerRight.BOOK_VIEW)
def journal(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Operations, the latest first."""
    start, end = asked_month(request, "from"), asked_month(request, "to")
    kind, text = request.GET.get("kind", "")[:40], request.GET.get("q", "")[:100]
    found = selectors.journal(
        request.actor,
        organisation_id,
        month_from=start,
        month_to=end,
        kind=kind,
        text=text,
        page=asked_page(request),
        page_size=PER_PAGE,
    )
    names = kind_names()
    return show(
        request,
        organisation_id,
        "journal",
        "journal",
        journal=found,
        start=start,
        end=end,
        kind=kind,
        kinds=names,
        kind_choices=[(one, names.get(one, one)) for one in found.kinds],
        active=sum(bool(value) for value in (start, end, kind)),
        sought=bool(start or end or kind or text),
        page=leaf(found.count, found.page, PER_PAGE),
        has_book=selectors.book_of(organisation_id) is not None,
    )


@page(LedgerRight.BOOK_VIEW)
def journal_xlsx(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The journal as a table, by the filters of the address."""
    found = selectors.journal(
        request.actor,
        organisation_id,
        month_from=asked_month(request, "from"),
        month_to=asked_month(request, "to"),
        kind=request.GET.get("kind", "")[:40],
        text=request.GET.get("q", "")[:100],
        page_size=EXPORTED,
    )
    names = kind_names()
    columns = [
        Column(_("Date"), "date", 12),
        Column(_("Operation"), width=50),
        Column(_("Kind"), width=24),
        Column(_("Entries"), "number", 10),
        Column(_("Sum"), "money"),
        Column(_("Reason"), width=40),
    ]
    rows = [
        (row.on_date, row.title, names.get(row.kind, row.kind), row.entries_count, row.total_kop, row.reason)
        for row in found.rows
    ]
    return table_file("journal", Sheet(_("Journal"), columns, rows))


@page(LedgerRight.BOOK_VIEW)
def operation(request: PageRequest, organisation_id: int, operation_id: int) -> HttpResponse:
    """One operation down to its entries, with the document behind it."""
    card = selectors.operation_card(
        request.actor, organisation_id, operation_id, page=asked_page(request), page_size=ENTRIES_PER_PAGE
    )
    if card is None:
        raise Http404
    row = card.operation
    by = login_names([row.posted_by], organisation_id=organisation_id) if row.posted_by else {}
    return show(
        request,
        organisation_id,
        "operation",
        "journal",
        card=card,
        row=row,
        kind_name=kind_names().get(row.kind, row.kind),
        posted_by=by.get(row.posted_by or 0, ""),
        page=leaf(row.entries_count, card.page, ENTRIES_PER_PAGE),
        is_own=row.kind.startswith(OWN) and not row.source_id,
    )


@page(LedgerRight.OPERATION_POST)
def operation_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """An entry by hand."""
    chart = selectors.chart(request.actor, organisation_id)
    form = OperationForm(request.POST or None, chart=chart, initial={"on_date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = services.operation_enter(
                actor=request.actor,
                organisation_id=organisation_id,
                amount_kop=data.pop("amount"),
                now=timezone.now(),
                **data,
            )
            tell(request, _("Posted."))
            return redirect("ledger:operation", organisation_id, made.pk)
        except RuleViolation as violation:
            form.refuse(violation)
    return show(request, organisation_id, "operation_new", "journal", form=form, has_book=bool(chart))


@page(LedgerRight.OPERATION_REVERSE)
def operation_reverse(request: PageRequest, organisation_id: int, operation_id: int) -> HttpResponse:
    """Take an operation back by its mirror."""
    card = selectors.operation_card(request.actor, organisation_id, operation_id, page_size=10)
    if card is None:
        raise Http404
    form = ReversalForm(request.POST or None, initial={"on_date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.operation_reverse(
                actor=request.actor,
                organisation_id=organisation_id,
                operation_id=operation_id,
                now=timezone.now(),
                **form.cleaned_data,
            )
            tell(request, _("Reversed."))
            return redirect("ledger:operation", organisation_id, made.pk)
        except RuleViolation as violation:
            form.refuse(violation)
    return show(
        request, organisation_id, "operation_reverse", "journal", form=form, card=card, row=card.operation
    )
