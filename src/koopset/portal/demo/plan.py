"""The plan of СНТ «Берёзка», drawn as a surveyor's file and loaded as one: ten lines of thirty plots, a wood, a pond, roads."""

from __future__ import annotations

import json
from math import sin
from typing import Any

from koopset.apps.register.plan import services as plan
from koopset.portal.demo.settlement import FACTS, LINES, Settlement

_DEPTH, _ROAD = 40.0, 12.0
_PER_LINE = 30
#: Metres of a degree at the latitude of the invented place.
_LON_METRES, _LAT_METRES = 53_800.0, 110_574.0


def plan_draw(town: Settlement) -> None:
    """Load the file of the plan as the treasurer does."""
    office = town.office
    key: dict[str, Any] = {
        "actor": office.treasurer,
        "organisation_id": office.organisation_id,
        "now": office.start,
    }
    file = plan.plan_file_bring(name="plan-berezka.geojson", content=plan_file(town), **key)
    plan.plan_load(file_id=file.pk, **key)


def plan_file(town: Settlement) -> bytes:
    """The plan as GeoJSON. Lines bend a little, as the ground does; fronts follow the areas."""
    features: list[dict[str, Any]] = []
    for line in range(len(LINES)):
        top = _top(line)
        at = 0.0
        for plot in town.plots[line * _PER_LINE : (line + 1) * _PER_LINE]:
            front = float(plot.area_m2) / _DEPTH
            corners = [(at, top), (at + front, top), (at + front, top + _DEPTH), (at, top + _DEPTH)]
            features.append(_feature(corners, {"number": str(plot.number)}, is_area=True))
            at += front
        if line % 2 == 0:
            middle = top + _DEPTH + _ROAD / 2
            road = [(float(x), middle) for x in range(-20, 900, 60)]
            features.append(_feature(road, {"kind": "road", "name": f"{LINES[line]} линия"}, is_area=False))
    height = _top(len(LINES))
    gate = [(-14.0, -30.0), (-14.0, height / 2), (-14.0, height)]
    features.append(_feature(gate, {"kind": "road"}, is_area=False))
    wood = [(-30.0, -62.0), (900.0, -62.0), (900.0, -26.0), (400.0, -20.0), (-30.0, -30.0)]
    features.append(_feature(wood, {"kind": "wood", "name": "лес"}, is_area=True))
    pond = [(890.0, 160.0), (935.0, 175.0), (940.0, 260.0), (905.0, 285.0), (888.0, 230.0)]
    features.append(_feature(pond, {"kind": "water", "name": "пруд"}, is_area=True))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _top(line: int) -> float:
    """Two lines stand back to back across a road."""
    return line * _DEPTH + (line + 1) // 2 * _ROAD + line // 2 * 3.0


def _feature(
    corners: list[tuple[float, float]], properties: dict[str, str], *, is_area: bool
) -> dict[str, Any]:
    places = [_place(x, y) for x, y in corners]
    geometry: dict[str, Any] = (
        {"type": "Polygon", "coordinates": [[*places, places[0]]]}
        if is_area
        else {"type": "LineString", "coordinates": places}
    )
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _place(x: float, y: float) -> list[float]:
    bent = y + 9 * sin(x / 170)
    return [
        round(float(FACTS.longitude) + x / _LON_METRES, 7),
        round(float(FACTS.latitude) - bent / _LAT_METRES, 7),
    ]
