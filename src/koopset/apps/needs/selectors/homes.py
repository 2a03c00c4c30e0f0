"""Where households live and what they share. Asks no right: for rooms above and for the pages of the household itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from koopset.apps.needs.models import HouseholdHome, SharingChoice
from koopset.apps.people.ports import keeper_name, keeper_names
from koopset.apps.people.selectors import chunks
from koopset.apps.places.selectors import district_of, location_of, settlement_names
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.once import asked_once


@dataclass(frozen=True, slots=True)
class HomeInfo:
    """Where a household lives. `organisation_id` is the settlement's body, 0 for none; `district_id` 0 above districts."""

    household_id: int
    territory_id: int
    organisation_id: int
    district_id: int


class Districts:
    """territory → its district, each asked once; 0 for none."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, territory_id: int) -> int:
        """The key of the district of a territory."""
        if territory_id not in self._known:
            found = district_of(territory_id)
            self._known[territory_id] = found.pk if found else 0
        return self._known[territory_id]


def homes_of(household_ids: Iterable[int], *, districts: Districts | None = None) -> dict[int, HomeInfo]:
    """household → its home, of those that have told one."""
    known = districts or Districts()
    found: dict[int, HomeInfo] = {}
    for part in chunks(household_ids):
        for row in HouseholdHome.objects.filter(household_id__in=part):
            found[row.household_id] = HomeInfo(
                row.household_id, row.territory_id, row.body_id or 0, known.of(row.territory_id)
            )
    return found


@asked_once
def home_of(household_id: int) -> HomeInfo | None:
    """Where a household lives; None until somebody tells."""
    return homes_of([household_id]).get(household_id)


def households_at(*, territory_ids: Collection[int] = (), organisation_id: int | None = None) -> list[int]:
    """Households that live in any of the territories, or in the settlement of the body; by key."""
    rows = HouseholdHome.objects.all()
    if organisation_id is not None:
        rows = rows.filter(body_id=organisation_id)
    if territory_ids:
        rows = rows.filter(territory_id__in=list(territory_ids))
    return list(rows.order_by("household_id").values_list("household_id", flat=True))


def shared_categories(household_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """household → categories it shares now ("*" for all that may be shared). Those that share nothing are left out."""
    found: dict[int, set[str]] = {}
    for part in chunks(household_ids):
        rows = SharingChoice.objects.filter(household_id__in=part, until__isnull=True)
        for household_id, category in rows.values_list("household_id", "category"):
            found.setdefault(household_id, set()).add(category)
    return {key: frozenset(value) for key, value in found.items()}


@dataclass(frozen=True, slots=True)
class ProposedHome:
    """A settlement in which a person has a role: probably their home."""

    organisation_id: int
    name: str
    territory_id: int
    territory: str


def homes_proposed(actor: Actor) -> list[ProposedHome]:
    """Settlements in which the actor has a role and which lie somewhere, at most ten."""
    ids = actor.organisation_ids[:10]
    names = keeper_names(set(ids))
    found = []
    for organisation_id in ids:
        place = location_of(organisation_id)
        if place is not None:
            found.append(
                ProposedHome(
                    organisation_id, names.get(organisation_id, ""), place.territory_id, place.territory.name
                )
            )
    return found


def territory_title(home: HomeInfo) -> str:
    """«СНТ «Ольха», Кузнечное»: a home in words."""
    place = settlement_names([home.territory_id]).get(home.territory_id, "")
    body = keeper_name(home.organisation_id) if home.organisation_id else ""
    return ", ".join(part for part in (body, place) if part)
