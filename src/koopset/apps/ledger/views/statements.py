"""The trial balance, its subjects, the card of an account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.ledger import ports, selectors, services
from koopset.apps.ledger.forms import BookOpenForm
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.views.frame import (
    asked_days,
    asked_page,
    asked_range,
    kind_names,
    leaf,
    show,
    table_file,
)
from koopset.foundation.files.spreadsheets import Column, Sheet
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

SUBJECTS_PER_PAGE = 100
LINES_PER_PAGE = 50


@page(LedgerRight.BOOK_VIEW)
def trial_balance(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The trial balance of some months; before the books are open, the way to open them."""
    if selectors.book_of(organisation_id) is None:
        return show(request, organisation_id, "no_book", "trial_balance")
    start, end = asked_range(request, organisation_id)
    rows = selectors.trial_balance(request.actor, organisation_id, start, end)
    return show(
        request,
        organisation_id,
        "trial_balance",
        "trial_balance",
        start=start,
        end=end,
        rows=rows,
        total=selectors.total_of(rows),
        state=selectors.month_state(organisation_id, end),
    )


@page(LedgerRight.BOOK_OPEN)
def book_open(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Open the books."""
    initial = {"month": str(Month(timezone.localdate().year, 1))}
    form = BookOpenForm(
        request.POST or None, initial=initial, profiles=selectors.profile_choices(organisation_id)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.book_open(
                actor=request.actor,
                organisation_id=organisation_id,
                profile=form.cleaned_data["profile"],
                opened_month=form.cleaned_data["month"],
                now=timezone.now(),
            )
            tell(request, _("The books are open."))
            return redirect("ledger:trial_balance", organisation_id)
        except RuleViolation as violation:
            form.refuse(violation)
    return show(request, organisation_id, "book_open", "trial_balance", form=form)


def _columns(first: list[Column]) -> list[Column]:
    return [
        *first,
        Column(_("Opening, debit"), "money"),
        Column(_("Opening, credit"), "money"),
        Column(_("Turnover, debit"), "money"),
        Column(_("Turnover, credit"), "money"),
        Column(_("Closing, debit"), "money"),
        Column(_("Closing, credit"), "money"),
    ]


@page(LedgerRight.BOOK_VIEW)
def trial_balance_xlsx(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The trial balance as a table."""
    start, end = asked_range(request, organisation_id)
    rows = selectors.trial_balance(request.actor, organisation_id, start, end)
    sheet = Sheet(
        _("Trial balance"),
        _columns([Column(_("Ledger account"), width=10), Column(_("Name"), width=44)]),
        [
            *((row.code, row.title, *row.columns.values()) for row in rows),
            ("", _("Total"), *selectors.total_of(rows).values()),
        ],
    )
    return table_file(f"osv-{start}-{end}", sheet)


@page(LedgerRight.BOOK_VIEW)
def trial_subjects(request: PageRequest, organisation_id: int, code: str) -> HttpResponse:
    """The lines of one account by what it is divided by."""
    line = next((one for one in selectors.chart(request.actor, organisation_id) if one.code == code), None)
    if line is None:
        raise Http404
    start, end = asked_range(request, organisation_id)
    number = asked_page(request)
    rows, count = selectors.trial_subjects(
        request.actor,
        organisation_id,
        code,
        start,
        end,
        offset=(number - 1) * SUBJECTS_PER_PAGE,
        limit=SUBJECTS_PER_PAGE,
    )
    return show(
        request,
        organisation_id,
        "trial_subjects",
        "trial_balance",
        line=line,
        start=start,
        end=end,
        rows=rows,
        page=leaf(count, number, SUBJECTS_PER_PAGE),
    )


@page(LedgerRight.BOOK_VIEW)
def trial_subjects_xlsx(request: PageRequest, organisation_id: int, code: str) -> HttpResponse:
    """The same as a table, all lines."""
    start, end = asked_range(request, organisation_id)

    def rows() -> Iterator[tuple[Any, ...]]:
        offset = 0
        while True:
            part, count = selectors.trial_subjects(
                request.actor, organisation_id, code, start, end, offset=offset, limit=5_000
            )
            for row in part:
                yield (row.label or str(row.subject_id or ""), *row.columns.values())
            offset += 5_000
            if offset >= count:
                return

    return table_file(
        f"osv-{code}-{start}-{end}", Sheet(code, _columns([Column(_("Divided by"), width=34)]), rows())
    )


def _subject(request: PageRequest) -> int | None:
    text = request.GET.get("subject", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@page(LedgerRight.BOOK_VIEW)
def account_card(request: PageRequest, organisation_id: int, code: str) -> HttpResponse:
    """Entries of an account with the balance after each."""
    day_from, day_to = asked_days(request, organisation_id)
    subject_id = _subject(request)
    try:
        card = selectors.account_card(
            request.actor,
            organisation_id,
            code,
            subject_id,
            day_from,
            day_to,
            page=asked_page(request),
            page_size=LINES_PER_PAGE,
        )
    except RuleViolation as unknown:
        raise Http404 from unknown
    return show(
        request,
        organisation_id,
        "account_card",
        "trial_balance",
        card=card,
        day_from=day_from,
        day_to=day_to,
        page=leaf(card.count, card.page, LINES_PER_PAGE),
        kinds=kind_names(),
        subject_url=ports.subject_url(card.subject, organisation_id, subject_id or 0),
    )


@page(LedgerRight.BOOK_VIEW)
def account_card_xlsx(request: PageRequest, organisation_id: int, code: str) -> HttpResponse:
    """The card as a table, all lines of the days."""
    day_from, day_to = asked_days(request, organisation_id)
    subject_id = _subject(request)

    def rows() -> Iterator[tuple[Any, ...]]:
        number = 1
        while True:
            card = selectors.account_card(
                request.actor,
                organisation_id,
                code,
                subject_id,
                day_from,
                day_to,
                page=number,
                page_size=5_000,
            )
            for line in card.lines:
                yield (
                    line.on_date,
                    line.title,
                    f"{line.code} {line.label}".strip(),
                    f"{line.other_code} {line.other_label}".strip(),
                    line.debit_kop,
                    line.credit_kop,
                    line.balance_kop,
                )
            number += 1
            if number > card.pages:
                return

    columns = [
        Column(_("Date"), "date", 12),
        Column(_("Operation"), width=44),
        Column(_("Ledger account"), width=24),
        Column(_("Against account"), width=24),
        Column(_("Debit"), "money"),
        Column(_("Credit"), "money"),
        Column(_("Balance"), "money"),
    ]
    if not any(line.code == code for line in selectors.chart(request.actor, organisation_id)):
        raise Http404
    return table_file(f"card-{code}", Sheet(code, columns, rows()))
