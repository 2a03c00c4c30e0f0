"""The plan as it is drawn: shapes in the units of a view, numbers where they can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from koopset.apps.register.models import Unit
from koopset.apps.register.plan import rules
from koopset.apps.register.plan.formats.plan_geojson import Feature, LeftOut, PlanFile
from koopset.apps.register.plan.models import Landmark, Plan, Shape
from koopset.apps.register.plan.permissions import PlanRight
from koopset.apps.register.selectors import standing
from koopset.foundation.files.models import StoredFile
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import Actor
from koopset.kernel.inspection import Finding
from koopset.kernel.names import fold
from koopset.kernel.violations import RuleViolation

#: A plot of middle width is this wide on the view, so that its number in the type of the page fits into it.
PLOT_SIDE = 44
MARGIN = 24
#: An empty picture is shown this wide.
PICTURE_SIDE = 1000


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """A plot on the view: `points` as SVG takes them."""

    unit_id: int
    number: str
    street: str
    kind: str
    points: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class DrawnLandmark:
    """A road, water, wood or building on the view."""

    kind: str
    name: str
    points: str
    is_area: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """Everything in the units of the view, which begins at 0, 0. `scale` gives view units a unit of the plan."""

    kind: str
    width: int
    height: int
    scale: float
    shapes: tuple[DrawnShape, ...]
    landmarks: tuple[DrawnLandmark, ...]
    picture: StoredFile | None
    missing: int


def plan_row(organisation_id: int) -> Plan | None:
    """What the plan is drawn on; None where there is none yet. Asks no right."""
    return Plan.objects.filter(organisation_id=organisation_id).select_related("picture").first()


def drawn_plan(actor: Actor, organisation_id: int, on: date) -> DrawnPlan | None:
    """The plan with the units that stand in the register on the date. None where nothing was drawn. Raises Forbidden."""
    actor.require(PlanRight.PLAN_VIEW, organisation_id)
    row = plan_row(organisation_id)
    if row is None:
        return None
    shapes = list(
        Shape.objects.filter(organisation_id=organisation_id, unit__in=_units(organisation_id, on))
        .order_by("unit__sort_key")
        .values_list("unit_id", "unit__number", "unit__street", "unit__kind", "points")
    )
    landmarks = list(Landmark.objects.filter(organisation_id=organisation_id).order_by("pk"))
    rings = [_ring(points) for *_names, points in shapes]
    view = _View.of(row, rings, [_ring(one.points) for one in landmarks])
    drawn = []
    for (unit_id, number, street, kind, _points), ring in zip(shapes, rings, strict=True):
        placed = view.placed(ring)
        drawn.append(DrawnShape(unit_id, number, street, kind, _svg(placed), *rules.label_point(placed)))
    return DrawnPlan(
        kind=row.kind,
        width=view.width,
        height=view.height,
        scale=view.scale,
        shapes=tuple(drawn),
        landmarks=tuple(_landmark(one, view) for one in landmarks),
        picture=row.picture,
        missing=_units(organisation_id, on).exclude(pk__in=[unit_id for unit_id, *_rest in shapes]).count(),
    )


def units_without_shape(organisation_id: int, on: date, *, limit: int = 1000) -> list[tuple[int, str]]:
    """(key, «12, Вишнёвая») of units that are not on the plan, in the order of the register. Asks no right."""
    known = Shape.objects.filter(organisation_id=organisation_id).values("unit_id")
    rows = _units(organisation_id, on).exclude(pk__in=known).order_by("sort_key")
    return [
        (pk, f"{number}, {street}" if street else number)
        for pk, number, street in rows.values_list("pk", "number", "street")[:limit]
    ]


def standing_units(organisation_id: int, on: date) -> list[int]:
    """Keys of the units that stand in the register on the date. Asks no right."""
    return list(_units(organisation_id, on).values_list("pk", flat=True))


def shapes_of(organisation_id: int) -> list[tuple[int, list[list[int]]]]:
    """(unit, points in the units of the plan) for programs. Asks no right."""
    return list(
        Shape.objects.filter(organisation_id=organisation_id)
        .order_by("unit__sort_key")
        .values_list("unit_id", "points")
    )


# A file before it is loaded


@dataclass(frozen=True, slots=True)
class MatchedFile:
    """What loading a file would do: unit → its feature; what finds no plot; how many units stay without a shape."""

    matched: dict[int, Feature]
    left_out: list[LeftOut]
    missing: int


def match_file(organisation_id: int, found: PlanFile, on: date) -> MatchedFile:
    """Find the unit of each shape: by cadastral number, else by number (and street, where several have it). Asks no right.

    The second shape of a unit, a number that nobody or several have, a shape that is no shape are left out and said.
    """
    units = list(_units(organisation_id, on).values_list("pk", "number", "street", "cadastral_number"))
    by_cadastral = {cadastral: pk for pk, _number, _street, cadastral in units if cadastral}
    by_number: dict[str, list[tuple[int, str]]] = {}
    for pk, number, street, _cadastral in units:
        by_number.setdefault(fold(number), []).append((pk, fold(street)))
    matched: dict[int, Feature] = {}
    left = list(found.left_out)
    for one in found.plots:
        pk, why = _unit_of(one, by_cadastral, by_number)
        if pk is not None and pk in matched:
            pk, why = None, _("The second shape of the same plot. The first one was taken.")
        if pk is not None and (bad := _bad_shape(one, found)):
            pk, why = None, bad
        if pk is None:
            left.append(LeftOut(Finding(one.index, "no-plot", f"{one.called}: {why}"), one.raw))
        else:
            matched[pk] = one
    return MatchedFile(matched, left, len(units) - len(matched))


def ring_of(one: Feature, found: PlanFile) -> rules.Ring:
    """The shape of a feature in centimetres. Raises what `rules.on_plane` and `rules.ring_checked` raise."""
    return rules.ring_checked(rules.on_plane(one.places, found.origin))


def line_of(one: Feature, found: PlanFile) -> list[rules.Point]:
    """The line or outline of a landmark in centimetres. Raises plan.too_large."""
    return rules.on_plane(one.places, found.origin)


def _bad_shape(one: Feature, found: PlanFile) -> str:
    try:
        ring_of(one, found)
    except RuleViolation as violation:
        return text_of(violation)
    return ""


def _unit_of(
    one: Feature, by_cadastral: dict[str, int], by_number: dict[str, list[tuple[int, str]]]
) -> tuple[int | None, str]:
    if one.cadastral in by_cadastral:
        return by_cadastral[one.cadastral], ""
    if not one.number:
        return None, _("No plot in the register has this cadastral number.")
    found = by_number.get(fold(one.number), [])
    if one.street and len(found) > 1:
        found = [pair for pair in found if pair[1] == fold(one.street)]
    if len(found) == 1:
        return found[0][0], ""
    if not found:
        return None, _("There is no such plot in the register.")
    return None, _("Several plots have this number: add the street or the cadastral number.")


# The view


@dataclass(frozen=True, slots=True)
class _View:
    left: int
    top: int
    scale: float
    width: int
    height: int

    @staticmethod
    def of(row: Plan, rings: Sequence[rules.Ring], around: Sequence[rules.Ring]) -> _View:
        side = median(_front(ring) for ring in rings) if rings else 0
        if row.kind == Plan.Kind.PICTURE:
            scale = PLOT_SIDE / side if side else PICTURE_SIDE / max(row.width, row.height)
            return _View(0, 0, scale, round(row.width * scale), round(row.height * scale))
        # Landmarks far outside are cut: the plan is about plots.
        left, top, right, bottom = rules.box_of(rings or around) or (0, 0, 1, 1)
        scale = PLOT_SIDE / side if side else PICTURE_SIDE / max(right - left, bottom - top, 1)
        margin = MARGIN / scale
        return _View(
            round(left - margin),
            round(top - margin),
            scale,
            round((right - left) * scale) + 2 * MARGIN,
            round((bottom - top) * scale) + 2 * MARGIN,
        )

    def placed(self, ring: Sequence[rules.Point]) -> list[rules.Point]:
        return [(round((x - self.left) * self.scale), round((y - self.top) * self.scale)) for x, y in ring]


def _front(ring: rules.Ring) -> float:
    """How wide a plot is: its area by its longer extent. Its number has to fit into that."""
    left, top, right, bottom = rules.box_of([ring]) or (0, 0, 0, 0)
    return rules.doubled_area(ring) / 2 / max(right - left, bottom - top, 1)


def _landmark(row: Landmark, view: _View) -> DrawnLandmark:
    placed = view.placed(_ring(row.points))
    x, y = rules.label_point(placed) if row.is_area else placed[len(placed) // 2]
    return DrawnLandmark(row.kind, row.name, _svg(placed), row.is_area, x, y)


def _svg(ring: Sequence[rules.Point]) -> str:
    return " ".join(f"{x},{y}" for x, y in ring)


def _ring(points: list[list[int]]) -> rules.Ring:
    return tuple((x, y) for x, y in points)


def _units(organisation_id: int, on: date) -> Any:
    return Unit.objects.filter(standing(on), organisation_id=organisation_id)
