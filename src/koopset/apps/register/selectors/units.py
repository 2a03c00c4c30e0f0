"""Units, their owners and areas on a date, for the rooms above. Rights are asked by the caller where it is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from koopset.apps.people.selectors import chunks
from koopset.apps.register.models import Membership, Ownership, Unit, UnitArea
from koopset.apps.register.rules import OWNED, area_share
from koopset.foundation.tenants.guard import across_tenants


def holding(on: date) -> Q:
    """Rows with `valid_from` and `valid_to` that hold on the date; both ends included."""
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


def standing(on: date) -> Q:
    """Units that are in the register on the date."""
    return (Q(opened_on__isnull=True) | Q(opened_on__lte=on)) & (
        Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    )


# For the rooms above


@dataclass(frozen=True, slots=True)
class BillableUnit:
    """What a fee is computed from. `owner_person_ids` by share, the largest first; `share` is the part of all areas."""

    unit_id: int
    number: str
    sort_key: str
    kind: str
    area_m2: Decimal | None
    owner_person_ids: tuple[int, ...]
    has_member: bool
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """A unit's name in one line: `text` is «участок 12, Вишнёвая» in the language of the reader."""

    number: str
    street: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class OwnerShare:
    """An owner of a unit on a date."""

    person_id: int
    share: Fraction
    right: str
    valid_from: date
    valid_to: date | None
    deed: str


@dataclass(frozen=True, slots=True)
class OwnedUnit:
    """A unit of a person on a date."""

    unit_id: int
    number: str
    street: str
    kind: str
    text: str
    person_id: int
    share: Fraction
    area_m2: Decimal | None


_NAMED: dict[str, str] = {
    Unit.Kind.PLOT.value: gettext_noop("plot %(number)s"),
    Unit.Kind.FLAT.value: gettext_noop("flat %(number)s"),
    Unit.Kind.PREMISES.value: gettext_noop("premises %(number)s"),
    Unit.Kind.PARKING.value: gettext_noop("parking place %(number)s"),
}


def unit_text(kind: str, number: str, street: str = "") -> str:
    """«участок 12, Вишнёвая», «кв. 12» in the language of the reader."""
    name = _NAMED.get(kind)
    text = _(name) % {"number": number} if name else number
    return f"{text}, {street}" if street else text


def areas_at(organisation_id: int, on: date, unit_ids: Sequence[int] | None = None) -> dict[int, Decimal]:
    """unit → area in m² on the date, for those that have one."""
    found: dict[int, Decimal] = {}
    rows = UnitArea.objects.filter(organisation_id=organisation_id, valid_from__lte=on)
    parts: Iterable[Any] = [None] if unit_ids is None else chunks(unit_ids)
    for part in parts:
        query = rows if part is None else rows.filter(unit_id__in=part)
        # the latest of a unit comes last and stays
        found |= dict(query.order_by("unit_id", "valid_from").values_list("unit_id", "area_m2"))
    return found


def owners_at(organisation_id: int, unit_ids: Iterable[int] | None, on: date) -> dict[int, list[OwnerShare]]:
    """unit → its owners on the date, the largest share first (`unit_ids` None: all units)."""
    found: dict[int, list[OwnerShare]] = defaultdict(list)
    rows = Ownership.objects.filter(holding(on), organisation_id=organisation_id)
    parts: Iterable[Any] = [None] if unit_ids is None else chunks(unit_ids)
    for part in parts:
        query = rows if part is None else rows.filter(unit_id__in=part)
        for unit_id, person_id, top, bottom, right, since, until, deed in query.values_list(
            "unit_id",
            "person_id",
            "share_numerator",
            "share_denominator",
            "right",
            "valid_from",
            "valid_to",
            "deed",
        ):
            found[unit_id].append(OwnerShare(person_id, Fraction(top, bottom), right, since, until, deed))
    for owners in found.values():
        owners.sort(key=lambda owner: (owner.right not in OWNED, -owner.share, owner.person_id))
    return dict(found)


def owner_ids_at(organisation_id: int, unit_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """unit → keys of its owners on the date, in the order of `owners_at`. Asks no right."""
    found: dict[int, list[tuple[int, str, int, int]]] = {}
    rows = Ownership.objects.filter(holding(on), organisation_id=organisation_id)
    for part in chunks(unit_ids):
        for unit_id, person_id, right, top, bottom in rows.filter(unit_id__in=part).values_list(
            "unit_id", "person_id", "right", "share_numerator", "share_denominator"
        ):
            found.setdefault(unit_id, []).append((person_id, right, top, bottom))
    for owners in found.values():
        if len(owners) > 1:
            owners.sort(key=lambda one: (one[1] not in OWNED, -Fraction(one[2], one[3]), one[0]))
    return {unit_id: [owner[0] for owner in owners] for unit_id, owners in found.items()}


def member_person_ids(organisation_id: int, on: date) -> frozenset[int]:
    """Persons who are members on the date."""
    return frozenset(
        Membership.objects.filter(holding(on), organisation_id=organisation_id).values_list(
            "person_id", flat=True
        )
    )


def unit_ids_at(organisation_id: int, on: date) -> QuerySet[Unit, int]:
    """Keys of the units in the register on the date, in its order; a query, so that a room above may let the database subtract its own.

    Asks no right: the room that asks has asked its own.
    """
    rows = Unit.objects.filter(standing(on), organisation_id=organisation_id)
    return rows.order_by("sort_key", "pk").values_list("pk", flat=True)


def unit_ids_of_persons(
    organisation_id: int, person_ids: Iterable[int], on: date
) -> QuerySet[Ownership, int]:
    """Keys of the units that the persons own on the date; a query, to stand inside a room's own.

    Asks no right: pass `actor.acts_for(organisation_id)` for one's own.
    """
    rows = Ownership.objects.filter(
        holding(on), organisation_id=organisation_id, person_id__in=list(person_ids)
    )
    return rows.values_list("unit_id", flat=True)


def billable_units(organisation_id: int, *, on: date) -> list[BillableUnit]:
    """Units in the register on the date, in its order, with what fees are computed from. Four queries, whatever the number.

    Asks no right: the room that charges has asked its own.
    """
    areas = areas_at(organisation_id, on)
    owners = owners_at(organisation_id, None, on)
    members = member_person_ids(organisation_id, on)
    rows = list(
        Unit.objects.filter(standing(on), organisation_id=organisation_id)
        .order_by("sort_key", "pk")
        .values_list("pk", "number", "sort_key", "kind")
    )
    total = sum((Fraction(areas[row[0]]) for row in rows if row[0] in areas), Fraction(0))
    found = []
    for unit_id, number, order, kind in rows:
        persons = tuple(owner.person_id for owner in owners.get(unit_id, ()))
        area = areas.get(unit_id)
        found.append(
            BillableUnit(
                unit_id=unit_id,
                number=number,
                sort_key=order,
                kind=kind,
                area_m2=area,
                owner_person_ids=persons,
                has_member=any(person in members for person in persons),
                share=area_share(None if area is None else Fraction(area), total),
            )
        )
    return found


def units_of_persons(organisation_id: int, person_ids: Iterable[int], on: date) -> list[OwnedUnit]:
    """Units that the persons own on the date, in the order of the register; a unit of two of them comes twice.

    Asks no right: pass `actor.acts_for(organisation_id)` for one's own.
    """
    shares: list[tuple[int, int, Fraction]] = []
    for part in chunks(person_ids):
        shares += [
            (unit_id, person_id, Fraction(top, bottom))
            for unit_id, person_id, top, bottom in Ownership.objects.filter(
                holding(on), organisation_id=organisation_id, person_id__in=part
            ).values_list("unit_id", "person_id", "share_numerator", "share_denominator")
        ]
    unit_ids = [row[0] for row in shares]
    areas = areas_at(organisation_id, on, unit_ids)
    units = {
        unit.pk: unit
        for part in chunks(unit_ids)
        for unit in Unit.objects.filter(organisation_id=organisation_id, pk__in=part)
    }
    found = [
        OwnedUnit(
            unit_id=unit_id,
            number=units[unit_id].number,
            street=units[unit_id].street,
            kind=units[unit_id].kind,
            text=unit_text(units[unit_id].kind, units[unit_id].number, units[unit_id].street),
            person_id=person_id,
            share=part_of,
            area_m2=areas.get(unit_id),
        )
        for unit_id, person_id, part_of in shares
    ]
    return sorted(found, key=lambda row: (units[row.unit_id].sort_key, row.unit_id, row.person_id))


def unit_labels(organisation_id: int, unit_ids: Iterable[int]) -> dict[int, UnitLabel]:
    """Names of units by key. Asks no right: the caller shows no more than its own page may."""
    return {
        unit_id: UnitLabel(number, street, kind, unit_text(kind, number, street))
        for part in chunks(unit_ids)
        for unit_id, number, street, kind in Unit.objects.filter(
            organisation_id=organisation_id, pk__in=part
        ).values_list("pk", "number", "street", "kind")
    }


def units_known(organisation_id: int, unit_ids: Iterable[int]) -> int:
    """How many of the units are of the organisation. Asks no right."""
    return sum(
        Unit.objects.filter(organisation_id=organisation_id, pk__in=part).count() for part in chunks(unit_ids)
    )


def unit_ids_by_number(organisation_id: int, numbers: Iterable[str]) -> dict[str, list[int]]:
    """Normal number → keys of the units that bear it (on several streets there may be several)."""
    wanted = sorted(set(numbers))
    found: dict[str, list[int]] = defaultdict(list)
    for start in range(0, len(wanted), 5000):
        rows = Unit.objects.filter(organisation_id=organisation_id, number__in=wanted[start : start + 5000])
        for number, unit_id in rows.order_by("sort_key", "pk").values_list("number", "pk"):
            found[number].append(unit_id)
    return dict(found)


def owned_now(organisation_id: int, person_ids: Iterable[int], on: date) -> frozenset[int]:
    """Which of the persons own something on the date, an estate not counted. Asks no right."""
    rows = Ownership.objects.filter(
        holding(on), organisation_id=organisation_id, person_id__in=sorted(set(person_ids))
    ).exclude(right=Ownership.Right.ESTATE)
    return frozenset(rows.values_list("person_id", flat=True))


@dataclass(frozen=True, slots=True)
class RegisterBegun:
    """How many plots and flats a register has and when the first was entered."""

    units: int
    first_at: datetime


def registers_begun(organisation_ids: Iterable[int] | None = None) -> dict[int, RegisterBegun]:
    """Of the named bodies (None: of all), those with a register. Numbers only, nobody's name; asks no right."""
    with across_tenants("how many plots a body has is a number without persons"):
        rows = Unit.objects.filter(closed_on__isnull=True)
        if organisation_ids is not None:
            rows = rows.filter(organisation_id__in=list(organisation_ids))
        return {
            organisation_id: RegisterBegun(count, first)
            for organisation_id, count, first in rows.values_list("organisation_id")
            .annotate(count=Count("pk"), first=Min("created_at"))
            .order_by()
        }
