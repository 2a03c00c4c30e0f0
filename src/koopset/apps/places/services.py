"""All writing of territories and locations."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from koopset.apps.places.formats.territories import read_tree
from koopset.apps.places.models import Location, Territory
from koopset.apps.places.permissions import PlacesRight
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.requisites import oktmo_check
from koopset.kernel.violations import RuleViolation


@service(PlacesRight.TERRITORY_EDIT)
def tree_load(*, actor: Actor, now: datetime) -> int:
    """Add what the profile has and the tree lacks; the number of nodes added. Run again it adds none."""
    known: dict[tuple[str, ...], Territory] = {}
    added = 0
    for node in read_tree():
        parent = known.get(node.parent)
        row = Territory.objects.filter(parent=parent, name=node.name).first()
        if row is None:
            row = _node(parent, node.level, node.name, node.oktmo)
            added += 1
        known[(*node.parent, node.name)] = row
    return added


def _node(parent: Territory | None, level: str, name: str, oktmo: str) -> Territory:
    row = Territory.objects.create(parent=parent, level=level, name=name, oktmo=oktmo)
    row.path = f"{parent.path if parent else ''}{row.pk}."
    row.save()
    return row


@service(PlacesRight.TERRITORY_EDIT)
def settlement_add(*, actor: Actor, district_id: int, name: str, oktmo: str = "", now: datetime) -> Territory:
    """A settlement in a district.

    Raises places.unknown_territory, places.no_name, places.name_known, places.oktmo_known, requisites.oktmo.
    """
    district = (
        Territory.objects.select_for_update().filter(pk=district_id, level=Territory.Level.DISTRICT).first()
    )
    if district is None:
        raise RuleViolation("places.unknown_territory", field="territory")
    clean = " ".join(name.split())[:200]
    if not clean:
        raise RuleViolation("places.no_name", field="name")
    code = oktmo_check(oktmo) if oktmo.strip() else ""
    if Territory.objects.filter(parent=district, name=clean).exists():
        raise RuleViolation("places.name_known", field="name", name=clean)
    if code and Territory.objects.filter(oktmo=code).exists():
        raise RuleViolation("places.oktmo_known", field="oktmo")
    return _node(district, Territory.Level.SETTLEMENT, clean, code)


@service(PlacesRight.LOCATION_EDIT)
def location_set(
    *,
    actor: Actor,
    organisation_id: int,
    territory_id: int,
    address: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    now: datetime,
) -> Location:
    """Where the organisation lies. Raises places.unknown_territory, places.bad_point."""
    return location_set_for_room(
        organisation_id=organisation_id,
        territory_id=territory_id,
        address=address,
        latitude=latitude,
        longitude=longitude,
    )


def location_set_for_room(
    *,
    organisation_id: int,
    territory_id: int,
    address: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
) -> Location:
    """The same under the right that another room's service has asked."""
    node = Territory.objects.filter(pk=territory_id).first()
    if node is None:
        raise RuleViolation("places.unknown_territory", field="territory")
    if (latitude is None) != (longitude is None) or (
        latitude is not None and longitude is not None and not (abs(latitude) <= 90 and abs(longitude) <= 180)
    ):
        raise RuleViolation("places.bad_point", field="latitude")
    row = Location.objects.select_for_update().filter(organisation_id=organisation_id).first()
    row = row or Location(organisation_id=organisation_id)
    row.territory, row.latitude, row.longitude = node, latitude, longitude
    row.address = " ".join(address.split())[:300]
    row.save()
    return row
