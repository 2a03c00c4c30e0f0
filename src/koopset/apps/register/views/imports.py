"""Loading a register from a table: the file, its columns, the preview, the progress, the result."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.register import services
from koopset.apps.register.formats.register_columns import FIELDS
from koopset.apps.register.forms import ImportFileForm, initial_day
from koopset.apps.register.models import RegisterImport
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.services.imports import allowed_extras, headings_of_others
from koopset.foundation.jobs import Job
from koopset.foundation.refusals import text_of_code
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.forms import RefusableForm
from koopset.kernel.violations import RuleViolation

FIELD_NAMES = {
    "number": _("Number of the plot or flat"),
    "kind": _("Kind"),
    "street": _("Street, line, entrance"),
    "cadastral_number": _("Cadastral number"),
    "area": _("Area"),
    "owner": _("Owner: whole name"),
    "last_name": _("Last name"),
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "share": _("Share"),
    "right": _("Kind of right"),
    "since": _("Owner since"),
    "deed": _("Deed"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "postal_address": _("Postal address"),
    "inn": _("Taxpayer number (ИНН)"),
    "member": _("Member: yes or no"),
    "member_since": _("Member since"),
    "card_number": _("Number of the member's book"),
    "note": _("Remark"),
}
UNITS = (
    ("", _("as the table says")),
    ("m2", _("square metres")),
    ("sotka", _("sotkas (100 m²)")),
    ("ha", _("hectares")),
)


@page(RegisterRight.REGISTER_IMPORT)
def import_start(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Choose a file; files loaded before are below."""
    form = ImportFileForm(
        request.POST or None, request.FILES or None, initial={"as_of": initial_day(timezone.localdate())}
    )
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            row = services.import_start(
                actor=request.actor,
                organisation_id=organisation_id,
                name=upload.name,
                content=upload.file,
                as_of=form.cleaned_data["as_of"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            return redirect("register:import", organisation_id=organisation_id, import_id=row.pk)
    imports = (
        RegisterImport.objects.filter(organisation_id=organisation_id)
        .select_related("file")
        .order_by("-created_at", "-pk")[:20]
    )
    context = {"form": form, "imports": imports, "organisation_id": organisation_id}
    return render(request, "register/import_start.html", context)


@page(RegisterRight.REGISTER_IMPORT)
def import_page(request: PageRequest, organisation_id: int, import_id: int) -> HttpResponse:
    """One file on its way into the register."""
    row = get_object_or_404(
        RegisterImport.objects.select_related("file", "failed_file"),
        organisation_id=organisation_id,
        pk=import_id,
    )
    form = RefusableForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _act(request, organisation_id, row)
        except RuleViolation as violation:
            form.refuse(violation)
            row.refresh_from_db()
    job = Job.objects.filter(organisation_id=organisation_id, pk=row.job_id).first() if row.job_id else None
    if row.state == RegisterImport.State.RUNNING and job is not None and job.state in ("failed", "cancelled"):
        row.state = RegisterImport.State.CANCELLED
    context = {
        "organisation_id": organisation_id,
        "import": row,
        "form": form,
        "columns": _columns(request, row),
        "units": UNITS,
        "area_unit": row.mapping.get("area_unit", ""),
        "job": job,
        "progress_url": _progress_url(organisation_id, row.job_id),
        "of_others": headings_of_others(request.actor, row),
        **_told(row),
    }
    return render(request, f"register/import_{row.state}.html", context)


def _act(request: PageRequest, organisation_id: int, row: RegisterImport) -> HttpResponse:
    common: dict[str, Any] = {
        "actor": request.actor,
        "organisation_id": organisation_id,
        "import_id": row.pk,
        "now": timezone.now(),
    }
    action = request.POST.get("action", "")
    if action == "check":
        columns = {
            field: index
            for index in range(int(row.mapping.get("width", 0)))
            if (field := request.POST.get(f"column-{index}", ""))
        }
        named = [request.POST.get(f"column-{index}", "") for index in range(int(row.mapping.get("width", 0)))]
        if len([field for field in named if field]) != len(columns):
            raise RuleViolation("register.field_twice")
        services.import_check(columns=columns, area_unit=request.POST.get("area_unit", ""), **common)
    elif action == "run":
        services.import_run(**common)
    elif action == "cancel":
        services.import_cancel(**common)
        return redirect("register:import_start", organisation_id=organisation_id)
    return redirect("register:import", organisation_id=organisation_id, import_id=row.pk)


def _columns(request: PageRequest, row: RegisterImport) -> list[dict[str, Any]]:
    """The columns of the file with what is chosen for each and examples from it."""
    mapping = row.mapping
    chosen = {index: field for field, index in mapping.get("columns", {}).items()}
    names = {field: FIELD_NAMES[field] for field in FIELDS}
    names |= {key: column.title for key, column in allowed_extras(request.actor, row.organisation_id).items()}
    heading = mapping.get("heading", [])
    found = []
    for index in range(mapping.get("width", 0)):
        examples = [line[index] for line in mapping.get("sample", []) if index < len(line) and line[index]]
        if not examples and not (index < len(heading) and heading[index]):
            continue
        asked = (
            request.POST.get(f"column-{index}")
            if request.POST.get("action") == "check"
            else chosen.get(index, "")
        )
        found.append(
            {
                "index": index,
                "head": heading[index] if index < len(heading) else "",
                "examples": examples[:3],
                "options": [(field, name, field == asked) for field, name in names.items()],
            }
        )
    return found


def _told(row: RegisterImport) -> dict[str, Any]:
    """What the report says, in the language of the reader."""
    report = row.report
    findings = [
        {**finding, "text": text_of_code(finding["code"], finding["params"])}
        for finding in report.get("findings", [])
    ]
    failed = [
        {"line": problem["line"], "text": text_of_code(problem["code"], problem["params"])}
        for entry in report.get("failed", [])[:50]
        for problem in entry["problems"]
    ]
    counts = report.get("counts", {})
    # The register says the same, yet accounts and debts in the table are to be entered: rooms above know whether they are.
    more = counts.get("same", 0) if set(row.mapping.get("columns", {})) - set(FIELDS) else 0
    return {
        "counts": counts,
        "will_load": counts.get("new", 0) + counts.get("changed", 0) + more,
        "more": more,
        "findings": findings,
        "changes": [
            {**change, "on_day": date.fromisoformat(change["on"]) if change["on"] else None}
            for change in report.get("changes", [])
        ],
        "ignored": report.get("ignored", []),
        "report": report,
        "done": report.get("done", {}),
        "failed": failed,
        "failed_count": report.get("done", {}).get("failed", 0),
    }


def _progress_url(organisation_id: int, job_id: int | None) -> str:
    try:
        return (
            reverse("jobs:progress", kwargs={"organisation_id": organisation_id, "job_id": job_id})
            if job_id
            else ""
        )
    except NoReverseMatch:
        return ""
