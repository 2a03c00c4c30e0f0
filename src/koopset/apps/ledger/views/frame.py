"""What every page of the books shares: the tabs, the period in the address, the way to a table."""

from __future__ import annotations

import tempfile
from datetime import date
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from koopset.apps.ledger import ports, selectors
from koopset.apps.ledger.permissions import LedgerRight
from koopset.foundation.files.spreadsheets import Sheet, write_xlsx
from koopset.foundation.rights.pages import PageRequest
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

#: The furthest page one can leaf to: a filter finds more than leafing does.
LAST_PAGE = 10_000


def show(request: PageRequest, organisation_id: int, template: str, tab: str, **context: Any) -> HttpResponse:
    """Render a page of the books with its tabs and what the visitor may do."""
    rights = {right.name.lower(): request.actor.can(right, organisation_id) for right in LedgerRight}
    return render(
        request,
        f"ledger/{template}.html",
        {"organisation_id": organisation_id, "tab": tab, "may": rights, **context},
    )


def asked_month(request: PageRequest, name: str) -> Month | None:
    """A month of the address, "2026-11"; None where there is none or it cannot be read."""
    try:
        return Month.parse(request.GET.get(name, ""))
    except RuleViolation:
        return None


def asked_range(request: PageRequest, organisation_id: int) -> tuple[Month, Month]:
    """The months of a statement: those of the address, or this year until now."""
    current = Month.of(timezone.localdate())
    book = selectors.book_of(organisation_id)
    first = Month.from_number(book.opened_month) if book else current
    start = asked_month(request, "from") or max(first, Month(current.year, 1))
    end = asked_month(request, "to") or max(current, start)
    if end < start:
        start, end = end, start
    return start, end


def asked_days(request: PageRequest, organisation_id: int) -> tuple[date, date]:
    """The days of a card: those of the address, or the months of a statement."""
    start, end = asked_range(request, organisation_id)
    days = []
    for name, default in (("day_from", start.first), ("day_to", end.last)):
        try:
            days.append(parse_date(request.GET.get(name, "")) or default)
        except ValueError:
            days.append(default)
    return min(days), max(days)


def asked_page(request: PageRequest) -> int:
    """The page of a list, from 1."""
    text = request.GET.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def leaf(count: int, number: int, size: int) -> Any:
    """The page for the pager of a list that the database has cut already."""
    return Paginator(range(count), size).get_page(number)


def kind_names() -> dict[str, str]:
    """Kinds of operations by the names people give them."""
    return {kind: str(name) for kind, name in ports.operation_kinds().items()}


def table_file(name: str, sheet: Sheet) -> HttpResponse:
    """A sheet to take away."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(file, [sheet])
    file.seek(0)
    # A streamed response is one to everybody but the type checker.
    return cast("HttpResponse", FileResponse(file, as_attachment=True, filename=f"{name}.xlsx"))
