"""Reading of the tree of territories and of where organisations lie."""

from __future__ import annotations

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class BodyPlace:
    """Where a body lies: its settlement and the district around it (the same node where it lies in the district itself)."""

    organisation_id: int
    settlement: str
    district_id: int


def district_of(territory_id: int) -> Territory | None:
    """The district of a node: itself or what it lies in; None above districts."""
    node = territory(territory_id)
    if node is None:
        return None
    return next((row for row in way_to(node) if row.level == Territory.Level.DISTRICT), None)


def districts() -> list[Territory]:
    """All districts by name."""
    return list(Territory.objects.filter(level=Territory.Level.DISTRICT).order_by("name", "pk"))


def settlement_names(territory_ids: Iterable[int]) -> dict[int, str]:
    """Names of nodes by key."""
    return dict(Territory.objects.filter(pk__in=list(territory_ids)).values_list("pk", "name"))


def bodies_in(district_ids: Iterable[int] | None = None) -> list[BodyPlace]:
    """Bodies that lie in the districts (None: in any). Asks no right: where a body lies is public."""
    known = {row.pk: row for row in districts()}
    wanted = (
        list(known.values()) if district_ids is None else [known[pk] for pk in district_ids if pk in known]
    )
    if not wanted:
        return []
    inside = Q()
    for row in wanted:
        inside |= Q(territory__path__startswith=row.path)
    with across_tenants("where bodies lie is public"):
        rows = list(
            Location.objects.filter(inside)
            .order_by("organisation_id")
            .values_list("organisation_id", "territory__name", "territory__path")
        )
    found = []
    for organisation_id, name, path in rows:
        district = next(row for row in wanted if path.startswith(row.path))
        found.append(BodyPlace(organisation_id, name, district.pk))
    return found


def appointable_territories() -> list[tuple[int, str]]:
    """Regions, then districts, for a form."""
    rows = Territory.objects.filter(level__in=("region", "district"))
    ordered = sorted(rows, key=lambda row: (row.level != "region", row.name))
    return [(row.pk, row.name) for row in ordered]


def territories_touching(territory_ids: Iterable[int]) -> set[int]:
    """Keys of the territories named, of all around them and of all in them: who serves one of these serves somebody there.

    At most 200 are asked about; inside a very large one the first 5,000 are given.
    """
    paths = list(
        Territory.objects.filter(pk__in=sorted(set(territory_ids))[:200]).values_list("path", flat=True)
    )
    if not paths:
        return set()
    inside = Q()
    for path in paths:
        inside |= Q(path__startswith=path)
    around = {int(part) for path in paths for part in path.split(".") if part}
    return around | set(Territory.objects.filter(inside).order_by("pk").values_list("pk", flat=True)[:5_000])
