"""Debtors for those who may see them. Names are shown here and nowhere public (law.md g)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.billing import selectors
from koopset.apps.billing.permissions import BillingRight
from koopset.apps.billing.rules.overdue import AGES
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import PageRequest, page

PAGE_SIZE = 50


def _asked(request: PageRequest) -> tuple[str, int, bool]:
    text, age = request.GET.get("q", "")[:100], request.GET.get("age", "")
    older = int(age) if age in {str(days) for days in AGES} else 0
    return text, older, age == "late"


class _Pages:
    """A list of which only the shown page is read in full."""

    def __init__(self, request: PageRequest, organisation_id: int) -> None:
        self.request, self.organisation_id = request, organisation_id
        self.text, self.older, self.late = _asked(request)
        self.total_kop = 0
        self._found: selectors.Debtors | None = None
        self._first = -1

    def _read(self, first: int) -> selectors.Debtors:
        if self._found is None or self._first != first:
            self._found = selectors.debtors(
                self.request.actor,
                self.organisation_id,
                today=timezone.localdate(),
                text=self.text,
                older_than=self.older,
                only_late=self.late,
                first=first,
                limit=PAGE_SIZE,
            )
            self._first = first
            self.total_kop = self._found.total_kop
        return self._found

    def count(self) -> int:
        wanted = self.request.GET.get("page", "1")
        number = int(wanted) if wanted.isdigit() and len(wanted) < 7 else 1
        found = self._found or self._read(max(0, number - 1) * PAGE_SIZE)
        return found.count

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, piece: slice) -> tuple[selectors.Debtor, ...]:
        return self._read(piece.start or 0).rows


@page(BillingRight.DEBTOR_VIEW)
def debtors(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The list, the greatest debt first."""
    rows = _Pages(request, organisation_id)
    pages: Paginator[selectors.Debtor] = Paginator(rows, PAGE_SIZE)  # type: ignore[arg-type]
    shown = pages.get_page(request.GET.get("page"))
    found = list(shown)
    looked(request.actor, organisation_id, "billing.debtors", count=len(found))
    context = {
        "organisation_id": organisation_id,
        "page": shown,
        "rows": found,
        "count": rows.count(),
        "total_kop": rows.total_kop,
        "age": request.GET.get("age", ""),
        "ages": [
            ("", _("all debts")),
            ("late", _("overdue")),
            *((str(days), _("older than %(days)s days") % {"days": days}) for days in AGES),
        ],
        "active": int(bool(rows.older or rows.late)),
        "sought": bool(rows.text or rows.older or rows.late),
    }
    return render(request, "billing/debtors.html", context)


@page(BillingRight.DEBTOR_VIEW)
def debtors_xlsx(request: PageRequest, organisation_id: int) -> HttpResponseBase:
    """The whole list as XLSX, with the filters of the page."""
    text, older, late = _asked(request)
    today = timezone.localdate()
    found = selectors.debtors(
        request.actor, organisation_id, today=today, text=text, older_than=older, only_late=late, limit=None
    )

    looked(request.actor, organisation_id, "billing.debtors-file", count=len(found.rows))

    def rows() -> Iterator[tuple[object, ...]]:
        for row in found.rows:
            yield (
                row.account.units_text,
                row.account.payer_name,
                row.account.number,
                row.account.payment_code,
                row.debt_kop,
                row.overdue_kop,
                row.since,
                row.days,
            )

    columns = [
        Column(_("Plot or flat"), width=28),
        Column(_("Payer"), width=28),
        Column(_("Account"), width=16),
        Column(_("Payment code"), width=14),
        Column(_("Debt, ₽"), "money", 14),
        Column(_("Overdue, ₽"), "money", 14),
        Column(_("Overdue since"), "date", 14),
        Column(_("Days"), "number", 8),
    ]
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    title = _("Debtors on %(date)s") % {"date": today.strftime("%d.%m.%Y")}
    write_xlsx(target, [Sheet(title, columns, rows())], created_at=timezone.now())
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{title}.xlsx")
