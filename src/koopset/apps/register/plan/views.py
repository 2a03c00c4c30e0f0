"""The plan with its layers, loading a file of shapes, drawing on a picture."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.plan import selectors, services
from koopset.apps.register.plan.formats.plan_geojson import PlanFile, failed_rows, read_plan
from koopset.apps.register.plan.forms import DrawForm, PictureForm, PlanFileForm
from koopset.apps.register.plan.models import Plan
from koopset.apps.register.plan.permissions import PlanRight
from koopset.apps.register.plan.ports import Layer, Mark, Tone, layers_for
from koopset.apps.register.selectors import unit_text
from koopset.foundation.files import StoredFile
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

#: Lines beside the plan; the layer's own list holds the rest.
LISTED = 60
ZOOMS = ("1", "2", "4")
READABLE = 120


@page(PlanRight.PLAN_VIEW)
def plan(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The plan coloured by one layer, its legend with counts, and the same as a list."""
    today = timezone.localdate()
    drawn = selectors.drawn_plan(request.actor, organisation_id, today)
    layers = layers_for(request.actor, organisation_id)
    layer = next(
        (one for one in layers if one.key == request.GET.get("layer")), layers[0] if layers else None
    )
    marks = layer.marks(request.actor, organisation_id, today) if layer and drawn else {}
    zoom = request.GET.get("zoom", "1")
    listed = sorted(
        ((pk, mark) for pk, mark in marks.items() if mark.is_listed),
        key=lambda pair: (-pair[1].weight, pair[1].title),
    )
    opens_units = request.actor.can(RegisterRight.REGISTER_VIEW, organisation_id)
    context = {
        "organisation_id": organisation_id,
        "drawn": drawn,
        "layers": layers,
        "layer": layer,
        "shapes": _shapes(organisation_id, drawn, marks, opens_units) if drawn else [],
        "legend": _legend(layer, drawn, marks) if layer and drawn else [],
        "listed": listed[:LISTED],
        "left": max(0, len(listed) - LISTED),
        "listed_count": len(listed),
        "zoom": zoom if zoom in ZOOMS else "1",
        # In one look, numbers of a large settlement run into each other: those that the layer speaks of keep theirs.
        "dense": zoom not in ZOOMS[1:] and drawn is not None and len(drawn.shapes) > READABLE,
        "zooms": ZOOMS,
        "may_edit": request.actor.can(PlanRight.PLAN_EDIT, organisation_id),
    }
    return render(request, "plan/plan.html", context)


def _shapes(
    organisation_id: int, drawn: selectors.DrawnPlan, marks: Any, opens_units: bool
) -> list[dict[str, Any]]:
    found = []
    for shape in drawn.shapes:
        mark: Mark | None = marks.get(shape.unit_id)
        text = unit_text(shape.kind, shape.number, shape.street)
        url = reverse("register:unit", args=[organisation_id, shape.unit_id]) if opens_units else ""
        found.append(
            {
                "shape": shape,
                "tone": mark.tone if mark else Tone.NONE,
                "says": f"{text[:1].upper()}{text[1:]}" + (f": {mark.says}" if mark else ""),
                "url": url or (mark.url if mark else ""),
            }
        )
    return found


def _legend(layer: Layer, drawn: selectors.DrawnPlan, marks: Any) -> list[tuple[Tone, Any, int]]:
    counts = Counter(marks[one.unit_id].tone if one.unit_id in marks else Tone.NONE for one in drawn.shapes)
    return [(tone, text, counts[tone]) for tone, text in layer.legend]


@page(PlanRight.PLAN_EDIT)
def bring(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Choose a file of shapes."""
    form = PlanFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = services.plan_file_bring(
                actor=request.actor,
                organisation_id=organisation_id,
                name=file.name,
                content=file,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            return redirect("plan:load", organisation_id=organisation_id, file_id=row.pk)
    context = {"organisation_id": organisation_id, "form": form}
    return render(request, "plan/bring.html", context)


@page(PlanRight.PLAN_EDIT)
def load(request: PageRequest, organisation_id: int, file_id: int) -> HttpResponse:
    """What the file would draw; draw it."""
    if request.method == "POST":
        try:
            loaded = services.plan_load(
                actor=request.actor, organisation_id=organisation_id, file_id=file_id, now=timezone.now()
            )
        except RuleViolation as violation:
            if violation.code == "plan.file_unknown":
                raise Http404 from violation
            tell(request, text_of(violation), level=40)
        else:
            tell(
                request,
                ngettext(
                    "The plan is drawn: %(count)s plot.", "The plan is drawn: %(count)s plots.", loaded.shapes
                )
                % {"count": loaded.shapes},
            )
            return redirect("plan:plan", organisation_id=organisation_id)
    file, found = _read(organisation_id, file_id)
    matched = selectors.match_file(organisation_id, found, timezone.localdate())
    before = selectors.plan_row(organisation_id)
    context = {
        "organisation_id": organisation_id,
        "file": file,
        "matched": len(matched.matched),
        "landmarks": len(found.landmarks),
        "missing": matched.missing,
        "left_out": matched.left_out[:100],
        "left_count": len(matched.left_out),
        "warnings": found.warnings[:100],
        "replaces": bool(before and selectors.shapes_of(organisation_id)),
    }
    return render(request, "plan/load.html", context)


@page(PlanRight.PLAN_EDIT)
def left_out(request: PageRequest, organisation_id: int, file_id: int) -> HttpResponse:
    """The objects of the file that find no plot, as a file to mend and bring again."""
    _file, found = _read(organisation_id, file_id)
    matched = selectors.match_file(organisation_id, found, timezone.localdate())
    response = HttpResponse(failed_rows(matched.left_out), content_type="application/geo+json")
    response["Content-Disposition"] = 'attachment; filename="left-out.geojson"'
    return response


def _read(organisation_id: int, file_id: int) -> tuple[StoredFile, PlanFile]:
    file = get_object_or_404(StoredFile, organisation_id=organisation_id, kind=services.FILE_KIND, pk=file_id)
    with file.open() as source:
        return file, read_plan(source)  # type: ignore[arg-type]


@page(PlanRight.PLAN_EDIT)
def picture(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Choose a picture to draw on."""
    form = PictureForm(request.POST or None, request.FILES or None)
    row = selectors.plan_row(organisation_id)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.plan_picture_set(
                actor=request.actor,
                organisation_id=organisation_id,
                name=file.name,
                content=file,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            return redirect("plan:draw", organisation_id=organisation_id)
    context = {
        "organisation_id": organisation_id,
        "form": form,
        "loses_shapes": bool(row and row.kind == Plan.Kind.GROUND and selectors.shapes_of(organisation_id)),
    }
    return render(request, "plan/picture.html", context)


@page(PlanRight.PLAN_EDIT)
def draw(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Draw plots on the picture one by one or by rows; take one off."""
    today = timezone.localdate()
    drawn = selectors.drawn_plan(request.actor, organisation_id, today)
    if drawn is None or drawn.kind != Plan.Kind.PICTURE:
        return redirect("plan:picture", organisation_id=organisation_id)
    if request.method == "POST" and "remove" in request.POST:
        return _remove(request, organisation_id)
    waiting = selectors.units_without_shape(organisation_id, today)
    choices = [*waiting, *((one.unit_id, _named(one)) for one in drawn.shapes)]
    form = DrawForm(request.POST or None, units=choices, initial=_initial(request, waiting))
    if request.method == "POST" and form.is_valid() and (next_unit := _draw(request, organisation_id, form)):
        return redirect(f"{reverse('plan:draw', args=[organisation_id])}{next_unit}")
    context = {
        "organisation_id": organisation_id,
        "drawn": drawn,
        "scale": repr(drawn.scale),  # for a script: a point in any language
        "form": form,
        "waiting": waiting,
        "done": [(one, _named(one)) for one in drawn.shapes],
    }
    return render(request, "plan/draw.html", context)


def _named(one: selectors.DrawnShape) -> str:
    return f"{one.number}, {one.street}" if one.street else one.number


def _initial(request: PageRequest, waiting: list[tuple[int, str]]) -> dict[str, Any]:
    asked = request.GET.get("unit", "")
    known = {str(pk) for pk, _text in waiting}
    return {"unit": asked if asked in known else (waiting[0][0] if waiting else None), "count": 1}


def _draw(request: PageRequest, organisation_id: int, form: DrawForm) -> str:
    """Draw what the form says; the query of the next plot, "" where it was refused."""
    unit_id, count = form.cleaned_data["unit"], form.cleaned_data["count"]
    waiting = [pk for pk, _text in selectors.units_without_shape(organisation_id, timezone.localdate())]
    at = waiting.index(unit_id) if unit_id in waiting else 0
    row = [unit_id, *[pk for pk in waiting[at:] if pk != unit_id]][:count]
    key: dict[str, Any] = {
        "actor": request.actor,
        "organisation_id": organisation_id,
        "now": timezone.now(),
    }
    try:
        if count == 1:
            services.shape_draw(unit_id=unit_id, points=form.cleaned_data["points"], **key)
        else:
            services.row_draw(unit_ids=row, corners=form.cleaned_data["points"], **key)
    except RuleViolation as violation:
        form.refuse(violation)
        return ""
    rest = [pk for pk in waiting[at:] if pk not in row] or [pk for pk in waiting if pk not in row]
    tell(request, _("Drawn."))
    return f"?unit={rest[0]}" if rest else "?"


def _remove(request: PageRequest, organisation_id: int) -> HttpResponse:
    asked = request.POST.get("remove", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 19:
        services.shape_remove(
            actor=request.actor, organisation_id=organisation_id, unit_id=int(asked), now=timezone.now()
        )
        tell(request, _("Taken off the plan."))
        return redirect(f"{reverse('plan:draw', args=[organisation_id])}?unit={asked}")
    return redirect("plan:draw", organisation_id=organisation_id)
