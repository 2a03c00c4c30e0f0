"""All writing of the plan."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from koopset.apps.register.models import Unit
from koopset.apps.register.plan import rules, selectors
from koopset.apps.register.plan.formats.plan_geojson import MAX_BYTES, LeftOut, read_plan
from koopset.apps.register.plan.models import Landmark, Plan, Shape
from koopset.apps.register.plan.permissions import PlanRight
from koopset.apps.register.selectors import standing
from koopset.foundation.files import StoredFile, file_store
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

FILE_KIND = "plan.geojson"
PICTURE_KIND = "plan.picture"
#: A photograph of a wall plan; a scan of A1 at 150 dots an inch has 17 million points.
MOST_PIXELS = 60_000_000
PICTURE_BYTES = 32 * 1024 * 1024
LONGEST_SIDE = 2400


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did. `replaced` says that a drawing was there before."""

    shapes: int
    landmarks: int
    missing: int
    left_out: list[LeftOut]


@service(PlanRight.PLAN_EDIT)
def plan_file_bring(
    *, actor: Actor, organisation_id: int, name: str, content: BinaryIO | bytes, now: datetime
) -> StoredFile:
    """Keep a file of shapes to look at before it is loaded; nothing of the plan changes.

    Raises what the reader and the store of files raise (plan.not_geojson, files.too_large, …).
    """
    source = BytesIO(content) if isinstance(content, bytes) else content
    read_plan(source)
    source.seek(0)
    return file_store(
        organisation_id=organisation_id,
        name=name,
        content=source,
        kind=FILE_KIND,
        actor=actor,
        now=now,
        max_bytes=MAX_BYTES,
    )


@service(PlanRight.PLAN_EDIT)
def plan_load(*, actor: Actor, organisation_id: int, file_id: int, now: datetime) -> Loaded:
    """Draw the plan anew from a file that was brought: shapes that find their plot, and landmarks. What was drawn before goes.

    Loaded again it gives the same. Raises plan.file_unknown, plan.nothing_matches and what the reader raises.
    """
    file = StoredFile.objects.filter(organisation_id=organisation_id, kind=FILE_KIND, pk=file_id).first()
    if file is None:
        raise RuleViolation("plan.file_unknown", field="file")
    row = _locked(organisation_id, now)
    with file.open() as source:
        found = read_plan(source)  # type: ignore[arg-type]
    matched = selectors.match_file(organisation_id, found, timezone.localdate(now))
    if not matched.matched:
        raise RuleViolation("plan.nothing_matches", field="file")
    row.kind, row.picture, row.width, row.height = Plan.Kind.GROUND, None, 0, 0
    row.changed_at = now
    row.save()
    Shape.objects.filter(organisation_id=organisation_id).exclude(unit_id__in=matched.matched).delete()
    known = {shape.unit_id: shape for shape in Shape.objects.filter(organisation_id=organisation_id)}
    for unit_id, feature in matched.matched.items():
        _shape(organisation_id, unit_id, selectors.ring_of(feature, found), known)
    Landmark.objects.filter(organisation_id=organisation_id).delete()
    landmarks = [
        Landmark(
            organisation_id=organisation_id,
            kind=one.kind,
            name=one.name,
            is_area=one.is_area,
            points=[list(point) for point in selectors.line_of(one, found)],
        )
        for one in found.landmarks
    ]
    Landmark.objects.bulk_create(landmarks, batch_size=500)
    return Loaded(len(matched.matched), len(landmarks), matched.missing, matched.left_out)


@service(PlanRight.PLAN_EDIT)
def plan_picture_set(
    *, actor: Actor, organisation_id: int, name: str, content: BinaryIO | bytes, now: datetime
) -> Plan:
    """Take a picture to draw on: a photograph or scan of the plan on the wall.

    It is kept without what a camera wrote into it (place, time) and not larger than needed. Shapes drawn on an earlier picture stay and
    are fitted to the new size; shapes of a ground plan go. Raises plan.not_picture, plan.picture_too_large, files.too_large.
    """
    picture, width, height = _picture(content)
    row = _locked(organisation_id, now)
    if row.pk and row.kind == Plan.Kind.PICTURE:
        _fit(organisation_id, width / row.width, height / row.height)
    else:
        Shape.objects.filter(organisation_id=organisation_id).delete()
        Landmark.objects.filter(organisation_id=organisation_id).delete()
    row.kind, row.width, row.height, row.changed_at = Plan.Kind.PICTURE, width, height, now
    row.picture = file_store(
        organisation_id=organisation_id,
        name=f"{name.rpartition('.')[0] or 'plan'}.jpg",
        content=picture,
        kind=PICTURE_KIND,
        actor=actor,
        now=now,
    )
    row.save()
    return row


@service(PlanRight.PLAN_EDIT)
def shape_draw(
    *, actor: Actor, organisation_id: int, unit_id: int, points: Iterable[Sequence[int]], now: datetime
) -> Shape:
    """Draw or redraw one plot. Raises plan.no_plan, plan.unit_unknown, plan.outside and what `rules.ring_checked` raises."""
    row = _drawn_on(organisation_id, now)
    ring = rules.ring_checked(points)
    _inside(row, ring)
    _units_known(organisation_id, [unit_id], now)
    known = {
        shape.unit_id: shape
        for shape in Shape.objects.filter(organisation_id=organisation_id, unit_id=unit_id)
    }
    return _shape(organisation_id, unit_id, ring, known)


@service(PlanRight.PLAN_EDIT)
def row_draw(
    *,
    actor: Actor,
    organisation_id: int,
    unit_ids: Sequence[int],
    corners: Sequence[Sequence[int]],
    now: datetime,
) -> list[Shape]:
    """Draw a row of plots of equal front at one go, in the order given.

    Raises plan.no_plan, plan.unit_unknown, plan.outside, plan.row_of_four, plan.row_count and what `rules.ring_checked` raises.
    """
    row = _drawn_on(organisation_id, now)
    rings = rules.row_of_plots(corners, len(unit_ids))
    for ring in rings:
        _inside(row, ring)
    _units_known(organisation_id, unit_ids, now)
    known = {
        shape.unit_id: shape
        for shape in Shape.objects.filter(organisation_id=organisation_id, unit_id__in=unit_ids)
    }
    return [
        _shape(organisation_id, unit_id, ring, known) for unit_id, ring in zip(unit_ids, rings, strict=True)
    ]


@service(PlanRight.PLAN_EDIT)
def shape_remove(*, actor: Actor, organisation_id: int, unit_id: int, now: datetime) -> None:
    """Take a plot off the plan; again it does nothing. Raises plan.no_plan."""
    _drawn_on(organisation_id, now)
    for shape in Shape.objects.filter(organisation_id=organisation_id, unit_id=unit_id):
        shape.delete()


def _locked(organisation_id: int, now: datetime) -> Plan:
    """The plan under lock, made where there is none: two who load at once come one after the other."""
    row, _made = Plan.objects.select_for_update().get_or_create(
        organisation_id=organisation_id, defaults={"kind": Plan.Kind.GROUND, "changed_at": now}
    )
    return row


def _drawn_on(organisation_id: int, now: datetime) -> Plan:
    row = Plan.objects.select_for_update().filter(organisation_id=organisation_id).first()
    if row is None:
        raise RuleViolation("plan.no_plan")
    row.changed_at = now
    row.save(update_fields=["changed_at"])
    return row


def _inside(row: Plan, ring: rules.Ring) -> None:
    if row.kind == Plan.Kind.PICTURE and any(
        not (0 <= x <= row.width and 0 <= y <= row.height) for x, y in ring
    ):
        raise RuleViolation("plan.outside", field="points")


def _units_known(organisation_id: int, unit_ids: Sequence[int], now: datetime) -> None:
    """Raises plan.unit_unknown for a foreign or closed unit, and for one named twice."""
    known = Unit.objects.filter(
        standing(timezone.localdate(now)), organisation_id=organisation_id, pk__in=unit_ids
    ).count()
    if known != len(unit_ids):
        raise RuleViolation("plan.unit_unknown", field="unit")


def _shape(organisation_id: int, unit_id: int, ring: rules.Ring, known: dict[int, Shape]) -> Shape:
    points = [list(point) for point in ring]
    shape = known.get(unit_id)
    if shape is None:
        return Shape.objects.create(organisation_id=organisation_id, unit_id=unit_id, points=points)
    if shape.points != points:
        shape.points = points
        shape.save()
    return shape


def _fit(organisation_id: int, across: float, down: float) -> None:
    if across == down == 1:
        return
    for shape in Shape.objects.filter(organisation_id=organisation_id):
        shape.points = [[round(x * across), round(y * down)] for x, y in shape.points]
        shape.save()


def _picture(content: BinaryIO | bytes) -> tuple[bytes, int, int]:
    source = BytesIO(content) if isinstance(content, bytes) else content
    with tempfile.TemporaryFile(prefix="koopset-plan-") as copy:
        size = 0
        while chunk := source.read(256 * 1024):
            size += len(chunk)
            if size > PICTURE_BYTES:
                raise RuleViolation("files.too_large", field="file", limit_mb=PICTURE_BYTES // (1024 * 1024))
            copy.write(chunk)
        copy.seek(0)
        try:
            with Image.open(copy, formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise RuleViolation("plan.picture_too_large", field="file", most=MOST_PIXELS // 1_000_000)
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                flat = Image.new("RGB", upright.size, "white")
                flat.paste(upright, mask=upright.convert("RGBA").getchannel("A"))
        except (
            UnidentifiedImageError,
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
        ) as error:
            raise RuleViolation("plan.not_picture", field="file") from error
    target = BytesIO()
    flat.save(target, "JPEG", quality=82, optimize=True)
    return target.getvalue(), flat.width, flat.height
