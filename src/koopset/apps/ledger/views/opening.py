"""Opening balances: one by hand, or a table."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.ledger import selectors, services
from koopset.apps.ledger.formats.opening_table import read_opening_table
from koopset.apps.ledger.forms import OpeningFileForm, OpeningForm
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.selectors.wording import words
from koopset.apps.ledger.services import OpeningBalance
from koopset.apps.ledger.views.frame import show, table_file
from koopset.foundation.files.spreadsheets import Column, Sheet, read_rows
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

SHOWN = 50


@page(LedgerRight.OPERATION_POST)
def opening_balances(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What stood before the books, what is still missing (the balance of 000), and two ways to enter more."""
    chart = selectors.chart(request.actor, organisation_id)
    asked = request.POST.get("form", "")
    form = OpeningForm(request.POST if asked == "one" else None, chart=chart)
    file_form = OpeningFileForm(*(request.POST, request.FILES) if asked == "file" else (None, None))
    wrong: list[tuple[int, str]] = []
    try:
        if asked == "one" and form.is_valid():
            data = form.cleaned_data
            subject_id = selectors.subject_of(organisation_id, data["code"], data["number"], field="number")
            balance = OpeningBalance(data["code"], subject_id, data["debit"], data["credit"])
            return _posted(request, organisation_id, data["key"], [balance])
        if asked == "file" and file_form.is_valid():
            balances, refused, key = _read(organisation_id, file_form.cleaned_data["file"])
            if refused:
                wrong = [(one.line or 0, words(one)) for one in refused]
                raise RuleViolation("ledger.bad_rows", field="file", count=len(refused))
            return _posted(request, organisation_id, key, balances)
    except RuleViolation as violation:
        violation.field = {"subject": "number", "amount": "debit"}.get(violation.field or "", violation.field)
        (file_form if asked == "file" else form).refuse(violation)
    found = selectors.journal(request.actor, organisation_id, kind="ledger.opening", page_size=SHOWN)
    return show(
        request,
        organisation_id,
        "opening_balances",
        "opening",
        form=form,
        file_form=file_form,
        wrong=wrong[:SHOWN],
        posted=found.rows,
        rest_kop=selectors.balance(organisation_id, "000"),
        has_book=bool(chart),
    )


def _posted(
    request: PageRequest, organisation_id: int, key: str, balances: list[OpeningBalance]
) -> HttpResponse:
    services.opening_balances_post(
        actor=request.actor, organisation_id=organisation_id, key=key, balances=balances, now=timezone.now()
    )
    tell(request, _("Opening balances are posted."))
    return redirect("ledger:opening_balances", organisation_id)


def _read(organisation_id: int, upload: Any) -> tuple[list[OpeningBalance], list[RuleViolation], str]:
    """Balances of a table, its wrong lines, and a key by which the same file is never posted twice."""
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile() as file:
        for chunk in upload.chunks():
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        table = read_opening_table(read_rows(Path(file.name), upload.name))
    found, wrong = selectors.opening_subjects(organisation_id, table.rows)
    refused = sorted([*table.wrong, *wrong], key=lambda one: one.line or 0)
    return [OpeningBalance(*balance) for balance in found], refused, f"file {digest.hexdigest()}"


@page(LedgerRight.OPERATION_POST)
def opening_template(request: PageRequest, organisation_id: int) -> HttpResponse:
    """An empty table to fill."""
    columns = [
        Column(_("Ledger account"), width=12),
        Column(_("Number"), width=26),
        Column(_("Debit"), "money"),
        Column(_("Credit"), "money"),
    ]
    return table_file("opening-balances", Sheet(_("Opening balances"), columns, []))
