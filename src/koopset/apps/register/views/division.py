"""A plot divided, plots joined."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.register import selectors, services
from koopset.apps.register.forms import DivisionForm, MergeForm, PartForm, initial_day
from koopset.apps.register.models import Unit
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import number_normal
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

LINES = 4


@page(RegisterRight.REGISTER_EDIT)
def unit_split(request: PageRequest, organisation_id: int, unit_id: int) -> HttpResponse:
    """A plot becomes several."""
    row = get_object_or_404(Unit, organisation_id=organisation_id, pk=unit_id)
    today = timezone.localdate()
    post = request.POST if request.method == "POST" else None
    lines = [
        PartForm(
            post, prefix=f"p{index}", initial={"number": f"{row.number}/{index + 1}"} if index < 2 else None
        )
        for index in range(LINES)
    ]
    form = DivisionForm(post, initial={"on": initial_day(today)})
    differs: RuleViolation | None = None
    if post is not None and form.is_valid() and all(list(map(PartForm.is_valid, lines))):
        filled = [line.cleaned_data for line in lines if line.cleaned_data.get("number")]
        try:
            services.unit_split(
                actor=request.actor,
                organisation_id=organisation_id,
                unit_id=row.pk,
                parts=[services.NewUnit(**data) for data in filled],
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            differs = violation if violation.code == "register.areas_differ" else None
            if differs is None:
                form.refuse(violation)
        else:
            tell(request, _("Divided. The old plot stays in the register of earlier days."))
            return redirect("register:unit", organisation_id=organisation_id, unit_id=row.pk)
    context = {
        "organisation_id": organisation_id,
        "unit": row,
        "title": selectors.unit_text(row.kind, row.number, row.street),
        "area": selectors.areas_at(organisation_id, today, [row.pk]).get(row.pk),
        "form": form,
        "lines": lines,
        "differs": differs.params if differs is not None else None,
    }
    return render(request, "register/unit_split.html", context)


@page(RegisterRight.REGISTER_EDIT)
def unit_merge(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Several plots become one."""
    today = timezone.localdate()
    asked = request.GET.get("unit", "")
    first = (
        Unit.objects.filter(organisation_id=organisation_id, pk=int(asked)).first()
        if asked.isdigit()
        else None
    )
    form = MergeForm(
        request.POST or None,
        initial={"on": initial_day(today), "numbers": f"{first.number}, " if first is not None else ""},
    )
    differs: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = services.unit_merge(
                actor=request.actor,
                organisation_id=organisation_id,
                unit_ids=_units_numbered(organisation_id, data.pop("numbers")),
                into=services.NewUnit(data.pop("number"), data.pop("area_m2"), data.pop("cadastral_number")),
                now=timezone.now(),
                **data,
            )
        except RuleViolation as violation:
            differs = violation if violation.code == "register.areas_differ" else None
            if differs is None:
                form.refuse(violation)
        else:
            tell(request, _("Joined. The old plots stay in the register of earlier days."))
            return redirect("register:unit", organisation_id=organisation_id, unit_id=made.pk)
    context = {
        "organisation_id": organisation_id,
        "form": form,
        "differs": differs.params if differs is not None else None,
    }
    return render(request, "register/unit_merge.html", context)


def _units_numbered(organisation_id: int, text: str) -> list[int]:
    """Keys of the plots that stand and are named. Raises register.number_unknown, register.number_on_streets."""
    numbers = [number_normal(part) for part in text.replace(";", ",").split(",")]
    numbers = [number for number in numbers if number]
    known = selectors.unit_ids_by_number(organisation_id, numbers)
    standing = set(
        Unit.objects.filter(organisation_id=organisation_id, closed_on__isnull=True).values_list(
            "pk", flat=True
        )
    )
    found = []
    for number in numbers:
        keys = [key for key in known.get(number, ()) if key in standing]
        if not keys:
            raise RuleViolation("register.number_unknown", field="numbers", number=number)
        if len(keys) > 1:
            raise RuleViolation("register.number_on_streets", field="numbers", number=number)
        found += keys
    return found
