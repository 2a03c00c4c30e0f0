"""Owners without membership (217-ФЗ art. 5), units that came of others, deaths: what pages say beside the register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Exists, OuterRef

from koopset.apps.people.selectors import PersonCard, persons_by_ids
from koopset.apps.register.models import (
    Death,
    DeathReversal,
    Membership,
    MembershipApplication,
    Ownership,
    Unit,
    UnitDescent,
)
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors.units import OwnedUnit, holding, unit_text, units_of_persons
from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class Outsider:
    """An owner without membership: plots, whether asked to join, whether an application is open."""

    card: PersonCard
    units: tuple[OwnedUnit, ...]
    has_application: bool


def outsider_ids(organisation_id: int, on: date) -> list[int]:
    """Owners who are no members on the date; an estate and a lease are no owner. Asks no right."""
    member = Membership.objects.filter(
        holding(on), organisation_id=organisation_id, person_id=OuterRef("person_id")
    )
    rows = Ownership.objects.filter(
        ~Exists(member), holding(on), organisation_id=organisation_id, right__in=("share", "joint")
    )
    return sorted(set(rows.values_list("person_id", flat=True)))


def outsiders(actor: Actor, organisation_id: int, on: date) -> list[Outsider]:
    """Owners without membership by name, natural persons first. Raises Forbidden."""
    actor.require(RegisterRight.REGISTER_VIEW, organisation_id)
    ids = outsider_ids(organisation_id, on)
    cards = persons_by_ids(ids, organisation_id=organisation_id)
    units: dict[int, list[OwnedUnit]] = {}
    for unit in units_of_persons(organisation_id, ids, on):
        units.setdefault(unit.person_id, []).append(unit)
    waiting = set(
        MembershipApplication.objects.filter(
            organisation_id=organisation_id, closed_on__isnull=True
        ).values_list("person_id", flat=True)
    )
    found = [Outsider(card, tuple(units.get(key, ())), key in waiting) for key, card in cards.items()]
    return sorted(found, key=lambda row: (row.card.kind != "natural", row.card.full_name, row.card.id))


@dataclass(frozen=True, slots=True)
class Descent:
    """A unit that this one came of, or that came of this one."""

    unit_id: int
    text: str
    kind: str
    on: date
    document: str
    is_source: bool


def descents_of(organisation_id: int, unit_id: int) -> list[Descent]:
    """From what a unit was made and what was made of it. Asks no right: the caller has."""
    rows = UnitDescent.objects.filter(organisation_id=organisation_id).select_related("source", "result")
    found = [
        Descent(
            row.source_id,
            unit_text(row.source.kind, row.source.number, row.source.street),
            row.kind,
            row.on,
            row.document,
            True,
        )
        for row in rows.filter(result_id=unit_id).order_by("pk")
    ]
    found += [
        Descent(
            row.result_id,
            unit_text(row.result.kind, row.result.number, row.result.street),
            row.kind,
            row.on,
            row.document,
            False,
        )
        for row in rows.filter(source_id=unit_id).order_by("pk")
    ]
    return found


@dataclass(frozen=True, slots=True)
class ReversedDeath:
    """A death that was entered by mistake and taken back."""

    died_on: date
    document: str
    on: date
    word: str


def reversed_deaths_of(organisation_id: int, person_id: int) -> list[ReversedDeath]:
    """The latest first. Asks no right: the caller shows no more than its own page may."""
    rows = DeathReversal.objects.filter(organisation_id=organisation_id, death__person_id=person_id)
    return [
        ReversedDeath(row.death.died_on, row.death.document, row.on, row.word)
        for row in rows.select_related("death").order_by("-on", "-pk")
    ]


@dataclass(frozen=True, slots=True)
class StandingDeath:
    """A recorded death and what would come back if it was a mistake: `estates` are units that are still an estate, `inherited` those
    that heirs or others have taken; `powers` and `applications` count what ended with it."""

    died_on: date
    document: str
    was_member: bool
    estates: tuple[tuple[str, Fraction], ...]
    inherited: tuple[tuple[int, str], ...]
    powers: int
    applications: int


def standing_death(organisation_id: int, person_id: int) -> StandingDeath | None:
    """None where no death stands. Asks no right: the caller has."""
    row = Death.objects.filter(
        organisation_id=organisation_id, person_id=person_id, reversed_on__isnull=True
    ).first()
    if row is None:
        return None
    open_ones = Ownership.objects.filter(
        organisation_id=organisation_id,
        person_id=person_id,
        right=Ownership.Right.ESTATE,
        valid_to__isnull=True,
    ).select_related("unit")
    return StandingDeath(
        row.died_on,
        row.document,
        row.ended.get("membership") is not None,
        tuple(
            (unit_text(one.unit.kind, one.unit.number, one.unit.street), one.share)
            for one in open_ones.order_by("pk")
        ),
        tuple(sorted(passed_units(row).items())),
        len(row.ended.get("powers", ())),
        len(row.ended.get("applications", ())),
    )


def passed_units(death: Death) -> dict[int, str]:
    """unit → number, of those whose estate heirs or others have taken since, wholly or in part. A unit that was divided or joined
    since is judged by those that came out of it."""
    taken: dict[int, str] = {}
    still: dict[int, Fraction] = {}
    rows = Ownership.objects.filter(
        organisation_id=death.organisation_id,
        person_id=death.person_id,
        right=Ownership.Right.ESTATE,
        valid_from__gte=death.died_on,
    ).select_related("unit")
    for row in rows:
        if row.valid_to is None:
            still[row.unit_id] = row.share
        elif row.unit.closed_on is None:
            taken[row.unit_id] = row.unit.number
    shares = {int(key): Fraction(share) for key, share in death.ended.get("units", {}).items()}
    for unit in Unit.objects.filter(
        organisation_id=death.organisation_id, pk__in=list(shares), closed_on__isnull=True
    ):
        if still.get(unit.pk) != shares[unit.pk]:
            taken[unit.pk] = unit.number
    return taken


def deaths_of(organisation_id: int, person_ids: Collection[int]) -> dict[int, tuple[date, str]]:
    """person → (day of death, paper), of deaths that stand. Asks no right: the caller shows no more than its own page may."""
    rows = Death.objects.filter(
        organisation_id=organisation_id, person_id__in=sorted(set(person_ids)), reversed_on__isnull=True
    )
    return {row.person_id: (row.died_on, row.document) for row in rows}
