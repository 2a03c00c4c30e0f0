"""What a plot of a file is to the register: new, the same, changed. Read only; the page before loading and the loading use one plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from koopset.apps.people.rules import CardData
from koopset.apps.people.selectors import persons_by_folded_names, persons_by_ids
from koopset.apps.register.formats.register_table import OwnerLine, PlotGroup, Problem
from koopset.apps.register.models import Membership, Ownership, Unit
from koopset.apps.register.selectors import areas_at
from koopset.kernel.names import fold


class Action(StrEnum):
    """What loading does with a plot."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    FAILED = "failed"


@dataclass(slots=True)
class KnownPerson:
    """A person as far as loading needs; `id` None until the card is made."""

    id: int | None
    card: CardData
    name: str
    email: str
    phone: str
    inn: str
    fill: dict[str, str] = field(default_factory=dict)

    def may_be(self, card: CardData) -> bool:
        """The same name is the same person unless what is known of both contradicts."""
        if self.inn and card.inn:
            return self.inn == card.inn
        same_email, same_phone = self.email == card.email, self.phone == card.phone
        emails_differ = bool(self.email and card.email) and not same_email
        phones_differ = bool(self.phone and card.phone) and not same_phone
        if emails_differ:
            return bool(self.phone) and same_phone
        return not phones_differ or (bool(self.email) and same_email)

    def learn(self, card: CardData, *, postal: str = "") -> None:
        """Contacts of the file where the card has none."""
        for name in ("email", "phone", "inn", "postal_address"):
            value = getattr(card, name)
            if value and not getattr(self.card, name) and name not in self.fill:
                self.fill[name] = value
        self.email, self.phone, self.inn = (
            self.email or card.email,
            self.phone or card.phone,
            self.inn or card.inn,
        )


@dataclass(slots=True)
class Plan:
    """What is to be done with one plot."""

    action: Action
    unit_id: int | None = None
    persons: list[KnownPerson] = field(default_factory=list)
    owners_change: bool = False
    area_changes: bool = False
    area_before: Decimal | None = None
    cadastral_fills: bool = False
    members_change: bool = False
    contacts_fill: bool = False
    on: date = date.min
    owners_before: str = ""
    owners_after: str = ""


def name_of(card: CardData) -> str:
    """The full name on a card."""
    return card.body_name or " ".join(filter(None, (card.last_name, card.first_name, card.middle_name)))


class Snapshot:
    """The part of the register that some groups touch, read in a few queries. People found or to be made are remembered across parts."""

    def __init__(self, organisation_id: int, as_of: date) -> None:
        self.organisation_id, self.as_of = organisation_id, as_of
        self.people: dict[str, list[KnownPerson]] = {}
        self.units: dict[str, list[Unit]] = {}
        self.owners: dict[int, list[Ownership]] = {}
        self.areas: dict[int, Decimal] = {}
        self.cadastral: dict[str, Unit] = {}
        self.members: set[int] = set()
        self.names: dict[int, str] = {}

    def read(self, groups: Sequence[PlotGroup]) -> None:
        """Read what the groups touch."""
        own = {"organisation_id": self.organisation_id}
        numbers = sorted({group.number for group in groups if group.number})
        cadastral = sorted({group.cadastral_number for group in groups if group.cadastral_number})
        units: dict[str, list[Unit]] = defaultdict(list)
        for unit in Unit.objects.filter(number__in=numbers, **own).order_by("pk"):
            units[unit.number].append(unit)
        self.units = dict(units)
        self.cadastral = {
            unit.cadastral_number: unit for unit in Unit.objects.filter(cadastral_number__in=cadastral, **own)
        }
        ids = [unit.pk for found in units.values() for unit in found]
        owners: dict[int, list[Ownership]] = defaultdict(list)
        for row in Ownership.objects.filter(unit_id__in=ids, valid_to__isnull=True, **own).order_by("pk"):
            owners[row.unit_id].append(row)
        self.owners = dict(owners)
        self.areas = areas_at(self.organisation_id, date.max, ids)
        current = persons_by_ids(
            {row.person_id for rows in owners.values() for row in rows}, organisation_id=self.organisation_id
        )
        self.names = {key: card.short_name for key, card in current.items()}
        self._read_people(groups)

    def _read_people(self, groups: Sequence[PlotGroup]) -> None:
        names = {fold(name_of(owner.card)) for group in groups for owner in group.owners} - set(self.people)
        known = persons_by_folded_names(self.organisation_id, sorted(names))
        ids = [key for keys in known.values() for key in keys]
        cards = persons_by_ids(ids, organisation_id=self.organisation_id)
        for name in names:
            self.people[name] = [
                KnownPerson(
                    key,
                    CardData(
                        email=cards[key].email,
                        phone=cards[key].phone,
                        inn=cards[key].inn,
                        postal_address=cards[key].postal_address,
                    ),
                    cards[key].full_name,
                    cards[key].email,
                    cards[key].phone,
                    cards[key].inn,
                )
                for key in known.get(name, [])
                if key in cards
            ]
        persons = [person.id for found in self.people.values() for person in found if person.id is not None]
        self.members |= set(
            Membership.objects.filter(
                organisation_id=self.organisation_id, valid_to__isnull=True, person_id__in=persons
            ).values_list("person_id", flat=True)
            if len(persons) < 20_000
            else Membership.objects.filter(
                organisation_id=self.organisation_id, valid_to__isnull=True
            ).values_list("person_id", flat=True)
        )

    def person(self, card: CardData) -> KnownPerson:
        """Who the card is: a known person, one of an earlier line, or a new one."""
        known = self.people.setdefault(fold(name_of(card)), [])
        for person in known:
            if person.may_be(card):
                person.learn(card)
                return person
        person = KnownPerson(None, card, name_of(card), card.email, card.phone, card.inn)
        known.append(person)
        return person

    def unit(self, group: PlotGroup) -> Unit | None:
        """The unit of the register that the group is: by number, street and kind; by number alone where the file names no street."""
        same = [unit for unit in self.units.get(group.number, ()) if unit.kind == group.kind]
        exact = [unit for unit in same if fold(unit.street) == fold(group.street)]
        if exact:
            return exact[0]
        if not group.street and len(same) == 1:
            return same[0]
        if not group.street and len(same) > 1:
            group.problems.append(
                Problem(group.lines[0], "register.row_which_street", {"number": group.number})
            )
        return None

    def plan(self, group: PlotGroup) -> Plan:
        """The plan of a group; a group that cannot be loaded gets a problem and the action FAILED."""
        if group.errors:
            return Plan(Action.FAILED)
        unit = self.unit(group)
        if group.errors:
            return Plan(Action.FAILED)
        twin = self.cadastral.get(group.cadastral_number) if group.cadastral_number else None
        if twin is not None and (unit is None or twin.pk != unit.pk):
            params = {"value": group.cadastral_number, "number": twin.number}
            group.problems.append(Problem(group.lines[0], "register.row_cadastral_twice", params))
            return Plan(Action.FAILED)
        if unit is not None and unit.closed_on is not None:
            group.problems.append(Problem(group.lines[0], "register.unit_closed", {"number": group.number}))
            return Plan(Action.FAILED)
        persons = [self.person(owner.card) for owner in group.owners]
        if len({id(person) for person in persons}) != len(persons):
            group.problems.append(Problem(group.lines[0], "register.owner_twice", {}))
            return Plan(Action.FAILED)
        plan = Plan(Action.NEW, persons=persons, on=self.as_of)
        plan.owners_after = _owners_text(
            [(person.name, owner.share) for person, owner in zip(persons, group.owners, strict=True)]
        )
        plan.members_change = any(
            owner.member and (person.id is None or person.id not in self.members)
            for person, owner in zip(persons, group.owners, strict=True)
        )
        if unit is None:
            return plan
        return self._compared(group, unit, plan)

    def _compared(self, group: PlotGroup, unit: Unit, plan: Plan) -> Plan:
        plan.unit_id = unit.pk
        current = self.owners.get(unit.pk, [])
        held = {(row.person_id, row.share) for row in current}
        wanted = {(person.id, owner.share) for person, owner in zip(plan.persons, group.owners, strict=True)}
        plan.owners_change = bool(group.owners) and held != wanted
        if plan.owners_change:
            present = {row.person_id for row in current}
            dates = [
                owner.since
                for person, owner in zip(plan.persons, group.owners, strict=True)
                if owner.since is not None and person.id not in present
            ]
            plan.on = max(dates, default=self.as_of)
        plan.owners_before = _owners_text([(self.names.get(row.person_id, ""), row.share) for row in current])
        plan.area_before = self.areas.get(unit.pk)
        plan.area_changes = group.area_m2 is not None and plan.area_before != group.area_m2
        plan.cadastral_fills = (
            bool(group.cadastral_number) and unit.cadastral_number != group.cadastral_number
        )
        plan.contacts_fill = any(person.fill for person in plan.persons)
        changes = (
            plan.owners_change,
            plan.area_changes,
            plan.cadastral_fills,
            plan.members_change,
            plan.contacts_fill,
        )
        plan.action = Action.CHANGED if any(changes) else Action.SAME
        return plan


def _owners_text(owners: Sequence[tuple[str, Fraction | None]]) -> str:
    return ", ".join(name if share in (None, 1) else f"{name} ({share})" for name, share in owners)


__all__ = ["Action", "KnownPerson", "OwnerLine", "Plan", "Snapshot", "name_of"]
