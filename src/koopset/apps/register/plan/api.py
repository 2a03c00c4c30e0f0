"""The plan for programs: shapes in the units of the plan, a file of shapes, single plots."""

from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.register.plan import selectors, services
from koopset.apps.register.plan.permissions import PlanRight
from koopset.apps.register.plan.rules import FARTHEST, MOST_CORNERS
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.schemas import In, Made, Out
from koopset.foundation.access.uploads import content_of

room = Room(
    "plan",
    _("Plan of the settlement"),
    {
        PlanRight.PLAN_VIEW: _("See the plan of the settlement"),
        PlanRight.PLAN_EDIT: _("Draw the plan of the settlement"),
    },
)

Coordinate = Annotated[int, Field(ge=-FARTHEST, le=FARTHEST)]
Corner = Annotated[list[Coordinate], Field(min_length=2, max_length=2)]


class ShapeOut(Out):
    """A plot: its corners in the units of the plan, x to the right, y downwards."""

    unit_id: int
    points: list[list[int]]


class PlanOut(Out):
    """What the plan is drawn on ("ground": centimetres; "picture": pixels of a picture so large; null: none yet) and its shapes."""

    kind: str | None
    width: int
    height: int
    shapes: list[ShapeOut]


class LeftOutOut(Out):
    """An object of the file that was not used; it is counted from 1."""

    object: int | None
    text: str


class LoadedOut(Out):
    """What loading did."""

    shapes: int
    landmarks: int
    missing: int
    left_out: list[LeftOutOut]


class ShapeIn(In):
    points: Annotated[list[Corner], Field(min_length=3, max_length=MOST_CORNERS + 1)]


@room.reads(
    "/o/{int:organisation_id}/plan",
    asks=PlanRight.PLAN_VIEW,
    summary=_("The plan: what it is drawn on and the shapes of plots"),
    response=PlanOut,
)
def plan_card(request: ApiRequest, organisation_id: int) -> Any:
    row = selectors.plan_row(organisation_id)
    return {
        "kind": row.kind if row else None,
        "width": row.width if row else 0,
        "height": row.height if row else 0,
        "shapes": [
            {"unit_id": unit_id, "points": points} for unit_id, points in selectors.shapes_of(organisation_id)
        ],
    }


@room.writes(
    "/o/{int:organisation_id}/plan/file",
    asks=PlanRight.PLAN_EDIT,
    summary=_("Draw the plan anew from a GeoJSON file"),
    response=LoadedOut,
)
def plan_load(request: ApiRequest, organisation_id: int, file: File[UploadedFile]) -> Any:
    now = timezone.now()
    key: dict[str, Any] = {"actor": request.actor, "organisation_id": organisation_id, "now": now}
    row = services.plan_file_bring(name=file.name or "", content=content_of(file), **key)
    loaded = services.plan_load(file_id=row.pk, **key)
    return {
        "shapes": loaded.shapes,
        "landmarks": loaded.landmarks,
        "missing": loaded.missing,
        "left_out": [
            {"object": one.finding.line, "text": one.finding.text} for one in loaded.left_out[:1000]
        ],
    }


@room.writes(
    "/o/{int:organisation_id}/plan/shapes/{int:unit_id}",
    asks=PlanRight.PLAN_EDIT,
    summary=_("Draw or redraw one plot"),
    response=Made,
)
def shape_draw(request: ApiRequest, organisation_id: int, unit_id: int, body: ShapeIn) -> Any:
    services.shape_draw(
        actor=request.actor,
        organisation_id=organisation_id,
        unit_id=unit_id,
        points=body.points,
        now=timezone.now(),
    )
    return {"id": unit_id}


@room.writes(
    "/o/{int:organisation_id}/plan/shapes/{int:unit_id}/remove",
    asks=PlanRight.PLAN_EDIT,
    summary=_("Take a plot off the plan"),
    response=Made,
)
def shape_remove(request: ApiRequest, organisation_id: int, unit_id: int) -> Any:
    services.shape_remove(
        actor=request.actor, organisation_id=organisation_id, unit_id=unit_id, now=timezone.now()
    )
    return {"id": unit_id}
