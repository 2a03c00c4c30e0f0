"""A file of prices on its way into a list: the file, its columns, the preview, the progress, the result."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.catalogue.offers import selectors, services
from koopset.apps.catalogue.offers.formats.price_columns import BREAK, FIELDS
from koopset.apps.catalogue.offers.forms import FileForm, unit_name
from koopset.apps.catalogue.offers.models import ListImport
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.foundation.jobs import Job
from koopset.foundation.refusals import text_of_code
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.forms import RefusableForm
from koopset.kernel.violations import RuleViolation

FIELD_NAMES = {
    "name": _("Name of goods"),
    "price": _("Price of one item"),
    "article": _("Article"),
    "gtin": _("Barcode (GTIN)"),
    "group": _("Group"),
    "unit": _("Unit or amount: kg, 0,5 kg, 10 pcs"),
    "amount": _("Weight or volume of one item"),
    "pack": _("Items in a pack"),
    "minimum": _("Least order, items"),
    "vat": _("VAT"),
    "stock": _("In stock"),
    "available": _("May be ordered: yes or no"),
    "note": _("Remark"),
}
#: Thresholds that a select offers for a price by quantity; others are typed beside.
STEPS = (2, 3, 5, 10, 20, 50, 100, 500, 1000)


@page(OffersRight.LIST_EDIT)
def bring(request: PageRequest, organisation_id: int, price_list_id: int) -> HttpResponse:
    """Choose a file; files brought before are below."""
    row = selectors.list_of_office(request.actor, organisation_id, price_list_id)
    if row is None:
        raise Http404
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = services.import_start(
                actor=request.actor,
                organisation_id=organisation_id,
                price_list_id=row.pk,
                name=upload.name,
                content=upload.file,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            return redirect("offers:import", organisation_id=organisation_id, import_id=made.pk)
    context = {
        "form": form,
        "price_list": row,
        "imports": selectors.imports_of(organisation_id, row.pk),
        "organisation_id": organisation_id,
    }
    return render(request, "offers/bring.html", context)


@page(OffersRight.LIST_EDIT)
def import_page(request: PageRequest, organisation_id: int, import_id: int) -> HttpResponse:
    """One file on its way."""
    row = selectors.import_row(organisation_id, import_id)
    if row is None:
        raise Http404
    form = RefusableForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _act(request, organisation_id, row)
        except RuleViolation as violation:
            form.refuse(violation)
            row.refresh_from_db()
    job = Job.objects.filter(organisation_id=organisation_id, pk=row.job_id).first() if row.job_id else None
    if row.state == ListImport.State.RUNNING and job is not None and job.state in ("failed", "cancelled"):
        row.state = ListImport.State.CANCELLED
    context = {
        "organisation_id": organisation_id,
        "import": row,
        "price_list": row.price_list,
        "form": form,
        "columns": _columns(request, row),
        "types": row.mapping.get("types", []),
        "price_type": row.mapping.get("price_type", ""),
        "price_net": row.mapping.get("price_net", False),
        "job": job,
        "progress_url": reverse(
            "jobs:progress", kwargs={"organisation_id": organisation_id, "job_id": row.job_id}
        )
        if row.job_id
        else "",
        **_told(row),
    }
    return render(request, f"offers/import_{row.state}.html", context)


def _act(request: PageRequest, organisation_id: int, row: ListImport) -> HttpResponse:
    common: dict[str, Any] = {
        "actor": request.actor,
        "organisation_id": organisation_id,
        "import_id": row.pk,
        "now": timezone.now(),
    }
    action = request.POST.get("action", "")
    if action == "check":
        whole = request.POST.get("is_whole") == "1"
        if row.format == "commerceml":
            services.import_check(
                price_type=request.POST.get("price_type", "")[:100], is_whole=whole, **common
            )
        else:
            services.import_check(
                columns=_named(request, row),
                price_net=request.POST.get("price_net") == "1",
                is_whole=whole,
                **common,
            )
    elif action == "run":
        services.import_run(**common)
    elif action == "cancel":
        services.import_cancel(**common)
        return redirect("offers:list", organisation_id=organisation_id, price_list_id=row.price_list_id)
    return redirect("offers:import", organisation_id=organisation_id, import_id=row.pk)


def _named(request: PageRequest, row: ListImport) -> dict[str, int]:
    """The fields as they were named on the page: a threshold typed beside a column makes it a price by quantity."""
    found: dict[str, int] = {}
    for index in range(int(row.mapping.get("width", 0))):
        name = request.POST.get(f"column-{index}", "")[:20]
        if name == "break":
            number = request.POST.get(f"from-{index}", "").strip()
            name = (
                f"break:{number}" if number.isascii() and number.isdigit() and len(number) < 8 else "break:0"
            )
        if not name:
            continue
        if name in found:
            raise RuleViolation("offers.column_twice")
        found[name] = index
    return found


def _columns(request: PageRequest, row: ListImport) -> list[dict[str, Any]]:
    """The columns of the file with what is chosen for each and examples from it."""
    mapping = row.mapping
    chosen = {index: name for name, index in mapping.get("columns", {}).items()}
    heading = mapping.get("heading", [])
    again = request.POST.get("action") == "check"
    found = []
    for index in range(mapping.get("width", 0)):
        examples = [line[index] for line in mapping.get("sample", []) if index < len(line) and line[index]]
        head = heading[index] if index < len(heading) else ""
        if not examples and not head:
            continue
        asked = request.POST.get(f"column-{index}", "") if again else chosen.get(index, "")
        step = BREAK.fullmatch(asked)
        packs = step is not None and step[2] == "p"
        options = [(name, str(FIELD_NAMES[name]), name == asked) for name in FIELDS]
        if packs and step is not None:
            options.append((asked, str(_("Price from %(count)s packs")) % {"count": step[1]}, True))
        options.append(
            (
                "break",
                str(_("Price by quantity, from …")),
                asked == "break" or (step is not None and not packs),
            )
        )
        found.append(
            {
                "index": index,
                "head": head,
                "examples": examples[:3],
                "options": options,
                "from": request.POST.get(f"from-{index}", "")[:7]
                if again
                else (step[1] if step and not packs else ""),
            }
        )
    return found


def _told(row: ListImport) -> dict[str, Any]:
    """What the report says, in the language of the reader."""
    report = row.report
    counts = report.get("counts", {})
    return {
        "counts": counts,
        "will_load": sum(counts.get(name, 0) for name in ("new", "changed", "archived"))
        + counts.get("gone", 0),
        "findings": [
            {**one, "text": text_of_code(one["code"], one["params"])} for one in report.get("findings", [])
        ],
        "changes": report.get("changes", []),
        "sample": [{**one, "unit": unit_name(one["unit"])} for one in report.get("sample", [])],
        "ignored": report.get("ignored", []),
        "report": report,
        "done": report.get("done", {}),
        "failed": [
            {**one, "text": text_of_code(one["code"], one["params"])} for one in report.get("failed", [])[:50]
        ],
    }
