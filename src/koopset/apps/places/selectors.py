"""Reading of the tree of territories and of where organisations lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from koopset.apps.places.models import Location, Territory
from koopset.foundation.tenants.guard import across_tenants


@dataclass(frozen=True, slots=True)
class Place:
    """A territory; `organisations` counts the bodies that lie in it, whatever the depth."""

    id: int
    name: str
    level: str
    oktmo: str
    organisations: int


def territory(territory_id: int) -> Territory | None:
    """One node, None where there is none. The tree is public."""
    return Territory.objects.filter(pk=territory_id).first()


def way_to(node: Territory) -> list[Territory]:
    """From the country down to the node."""
    ids = [int(part) for part in node.path.split(".") if part]
    rows = {row.pk: row for row in Territory.objects.filter(pk__in=ids)}
    return [rows[key] for key in ids if key in rows]


def children_of(node: Territory | None, q: str = "") -> list[Place]:
    """What lies directly in the node (None: countries), or, with `q`, whatever in the tree has the text in its name or code."""
    rows = Territory.objects.all()
    if q.strip():
        text = q.strip()
        found = (
            Q(oktmo__startswith=text)
            if text.isdigit()
            else Q(name__contains=text) | Q(name__contains=text.capitalize())
        )
        rows = rows.filter(found)
    else:
        rows = rows.filter(parent=node)
    shown = list(rows.order_by("name", "pk")[:500])
    counts = _organisations_in(shown)
    return [
        Place(row.pk, row.name, str(row.get_level_display()), row.oktmo, counts.get(row.pk, 0))
        for row in shown
    ]


def _organisations_in(nodes: list[Territory]) -> dict[int, int]:
    with across_tenants("how many bodies lie in a territory is public"):
        used: list[dict[str, Any]] = list(
            Location.objects.values("territory__path").annotate(count=Count("pk"))  # type: ignore[arg-type]
        )
    return {
        node.pk: sum(row["count"] for row in used if row["territory__path"].startswith(node.path))
        for node in nodes
    }


def location_of(organisation_id: int) -> Location | None:
    """Where the organisation lies."""
    return Location.objects.filter(organisation_id=organisation_id).select_related("territory").first()


def territory_choices() -> list[tuple[int, str]]:
    """Districts and settlements for a form, in the order of the tree."""
    rows = Territory.objects.filter(level__in=("district", "settlement")).select_related("parent")
    named = [
        (
            row.pk,
            row.name if row.level == "district" else f"{row.parent.name if row.parent else ''} — {row.name}",
        )
        for row in rows
    ]
    return sorted(named, key=lambda item: item[1])


def territory_named(name: str, *, parent_id: int | None = None) -> Territory:
    """A node by its name, under a parent where given. Raises Territory.DoesNotExist."""
    rows = Territory.objects.filter(name=name)
    return (rows if parent_id is None else rows.filter(parent_id=parent_id)).get()
