"""Plans for tests of this room and of the rooms above."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from koopset.apps.register.plan import services
from koopset.apps.register.plan.models import Plan
from koopset.foundation.files import StoredFile
from koopset.foundation.rights.actors import SYSTEM

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def square(at: float, *, side: float = 0.0003, **properties: Any) -> dict[str, Any]:
    """A plot-sized feature; `at` moves it to the east by so many sides."""
    x, y = 29.88 + at * side, 61.12
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def geojson(*features: Mapping[str, Any]) -> bytes:
    """A file of these features."""
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def bring(organisation_id: int, *features: Mapping[str, Any], name: str = "plan.geojson") -> StoredFile:
    """A file that was brought and not loaded."""
    return services.plan_file_bring(
        actor=SYSTEM, organisation_id=organisation_id, name=name, content=geojson(*features), now=NOW
    )


def picture(width: int = 400, height: int = 300, format: str = "PNG", **options: Any) -> bytes:
    """A picture of that size."""
    target = BytesIO()
    Image.new("RGB", (width, height), "white").save(target, format, **options)
    return target.getvalue()


def make_picture_plan(organisation_id: int, width: int = 400, height: int = 300) -> Plan:
    """A plan to draw on."""
    return services.plan_picture_set(
        actor=SYSTEM,
        organisation_id=organisation_id,
        name="wall.png",
        content=picture(width, height),
        now=NOW,
    )
