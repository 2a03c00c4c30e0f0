"""The statement as a page, a table and a paper: the same rows for the office and for the resident."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.billing import selectors
from koopset.apps.billing.forms import PeriodForm
from koopset.apps.billing.selectors import AccountLabel, Statement, StatementRow
from koopset.apps.billing.selectors.wording import arithmetic_text, month_words
from koopset.apps.organisations.selectors import document_title, organisation_card
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.templatetags import ks
from koopset.kernel import payment_code
from koopset.kernel.violations import RuleViolation

_TEMPLATE = Path(__file__).resolve().parent.parent / "templates" / "billing" / "print" / "statement_1.typ"


def statement_response(
    request: PageRequest, organisation_id: int, account_id: int, *, back: str
) -> HttpResponseBase:
    """The statement of an account that the caller has let the actor see; `?format=xlsx|pdf` gives a file."""
    account = selectors.account_row(request.actor, organisation_id, account_id, on=timezone.localdate())
    today = timezone.localdate()
    year = date(today.year, 1, 1)
    start = {
        "date_from": (max(year, account.opened_on) if account.opened_on <= today else year),
        "date_to": today,
    }
    form, asked = PeriodForm(initial=start), start
    if request.GET.get("date_from") or request.GET.get("date_to"):
        form = PeriodForm(request.GET)
        asked = form.cleaned_data if form.is_valid() else {}
    statement: Statement | None = None
    if asked:
        try:
            statement = selectors.statement(organisation_id, account_id, asked["date_from"], asked["date_to"])
        except RuleViolation as violation:
            form.refuse(violation)
    wanted = request.GET.get("format")
    if statement is not None and wanted == "xlsx":
        return _xlsx(statement, account.label)
    if statement is not None and wanted == "pdf":
        return _pdf(statement, account.label, organisation_id)
    context = {
        "organisation_id": organisation_id,
        "account": account,
        "code": payment_code.show(account.label.payment_code),
        "form": form,
        "statement": statement,
        "rows": [(row, details(row)) for row in statement.rows] if statement else [],
        "back": back,
        "may_open_books": request.actor.can("ledger:book:view", organisation_id),
    }
    return render(request, "billing/statement.html", context)


def details(row: StatementRow) -> list[tuple[str, str, int]]:
    """(what, arithmetic, kopecks) of the lines behind a row."""
    found = []
    for line in row.lines:
        note = arithmetic_text(line.arithmetic)
        if line.kind == "correction":
            month = month_words(line.corrects_month or line.month)
            note = _("correction for %(month)s: %(reason)s") % {"month": month, "reason": line.reason}
        found.append((line.fee_title, note, line.amount_kop))
    return found


def _xlsx(statement: Statement, label: AccountLabel) -> HttpResponseBase:
    columns = [
        Column(_("Date"), "date", 12),
        Column(_("What"), width=40),
        Column(_("How it was computed"), width=44),
        Column(_("Charged, ₽"), "money", 14),
        Column(_("Paid, ₽"), "money", 14),
        Column(_("Balance, ₽"), "money", 14),
    ]

    def rows() -> Iterator[tuple[object, ...]]:
        yield (statement.date_from, _("Balance at the beginning"), "", None, None, statement.opening_kop)
        for row in statement.rows:
            if not row.lines:
                yield (
                    row.on_date,
                    row.title,
                    "",
                    row.charged_kop or None,
                    row.paid_kop or None,
                    row.balance_kop,
                )
            else:
                balance = row.balance_kop - row.charged_kop
                for title, note, kop in details(row):
                    balance += kop
                    yield (row.on_date, title, note, kop, None, balance)
        yield (
            statement.date_to,
            _("Total"),
            "",
            statement.charged_kop,
            statement.paid_kop,
            statement.closing_kop,
        )

    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    title = _("Statement %(number)s") % {"number": label.number}
    write_xlsx(target, [Sheet(title, columns, rows())], created_at=timezone.now())
    target.seek(0)
    return FileResponse(
        target, as_attachment=True, filename=f"{title} {statement.date_from}–{statement.date_to}.xlsx"
    )


def _pdf(statement: Statement, label: AccountLabel, organisation_id: int) -> HttpResponse:
    from koopset.foundation.pdf import render as render_pdf

    card = organisation_card(organisation_id)
    lines: list[dict[str, Any]] = [
        {
            "day": row.on_date.strftime("%d.%m.%Y"),
            "title": row.title,
            "details": [
                {"title": title, "note": note, "sum": ks.money(kop)} for title, note, kop in details(row)
            ],
            "charged": ks.money(row.charged_kop) if row.charged_kop else "",
            "paid": ks.money(row.paid_kop) if row.paid_kop else "",
            "balance": ks.money(row.balance_kop),
        }
        for row in statement.rows
    ]
    now = timezone.now()
    data = {
        "organisation": card.name_short,
        "title": _("%(title)s No. %(number)s")
        % {"title": document_title(card.form, "statement"), "number": label.number},
        "period": _("from %(first)s to %(last)s")
        % {"first": ks.day(statement.date_from), "last": ks.day(statement.date_to)},
        "payer": label.payer_name,
        "units": label.units_text,
        "made": _("Made on %(day)s") % {"day": ks.moment(now)},
        "heads": [_("Date"), _("What"), _("Charged, ₽"), _("Paid, ₽"), _("Balance, ₽")],
        "opening": [_("Balance at the beginning"), ks.money(statement.opening_kop)],
        "lines": lines,
        "total": [
            _("Total"),
            ks.money(statement.charged_kop),
            ks.money(statement.paid_kop),
            ks.money(statement.closing_kop),
        ],
        "note": _("A balance with a minus is what was paid ahead."),
    }
    response = HttpResponse(render_pdf(_TEMPLATE, data, created_at=now), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="statement-{label.payment_code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
