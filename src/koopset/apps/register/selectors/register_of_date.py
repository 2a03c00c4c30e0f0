"""The register of any date (217-ФЗ art. 15), behind filters, without reading it whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q, QuerySet

from koopset.apps.people.selectors import PersonCard, chunks, matching, persons_by_ids
from koopset.apps.register.models import Membership, Ownership, Unit
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import ESTATE, OWNED, Holding, shares_gap
from koopset.apps.register.selectors.decisions import decision_label
from koopset.apps.register.selectors.units import (
    OwnerShare,
    areas_at,
    holding,
    member_person_ids,
    owners_at,
    standing,
    unit_text,
)
from koopset.foundation.rights.actors import Actor
from koopset.kernel.names import fold


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner in the register: the card with the share and whether a member."""

    card: PersonCard
    share: Fraction
    right: str
    since: date
    deed: str
    is_member: bool

    @property
    def is_estate(self) -> bool:
        return self.right == ESTATE


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A line of the register of a date. `gap` is what the shares lack to the whole (negative: too much); None without an owner."""

    unit_id: int
    kind: str
    number: str
    street: str
    text: str
    cadastral_number: str
    area_m2: Decimal | None
    owners: tuple[Owner, ...]
    gap: Fraction | None

    @property
    def member_count(self) -> int:
        return sum(owner.is_member for owner in self.owners)

    @property
    def has_estate(self) -> bool:
        """Somebody of the owners has died and the heirs are not entered yet."""
        return any(owner.is_estate for owner in self.owners)


@dataclass(frozen=True, slots=True)
class RegisterFilters:
    """What a reader asks of the list. `show`: "" all, "gap" shares that are not whole, "ownerless", "member", "no-member"."""

    q: str = ""
    street: str = ""
    kind: str = ""
    show: str = ""
    sort: str = "number"

    @property
    def active(self) -> int:
        return sum(bool(value) for value in (self.street, self.kind, self.show))


@dataclass(frozen=True, slots=True)
class RegisterCounts:
    """The register of a date in figures."""

    units: int
    ownerless: int
    members: int
    gaps: int
    area_m2: Decimal


@dataclass(slots=True)
class RegisterQuery:
    """The register of a date behind filters: counted, cut and streamed without reading it whole."""

    organisation_id: int
    on: date
    units: QuerySet[Unit]
    with_persons: bool = True
    _count: int | None = field(default=None, init=False)

    def count(self) -> int:
        if self._count is None:
            self._count = self.units.count()
        return self._count

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, piece: slice) -> list[RegisterRow]:
        return _register_rows(self.organisation_id, self.on, list(self.units[piece]))

    def rows(self, size: int = 1000) -> Iterator[RegisterRow]:
        """All lines in order, in parts of `size`."""
        keys = list(self.units.values_list("pk", flat=True))
        for start in range(0, len(keys), size):
            part = keys[start : start + size]
            order = {key: index for index, key in enumerate(part)}
            units = Unit.objects.filter(organisation_id=self.organisation_id, pk__in=part)
            yield from _register_rows(
                self.organisation_id, self.on, sorted(units, key=lambda unit: order[unit.pk])
            )


def register_at(
    actor: Actor, organisation_id: int, on: date, filters: RegisterFilters | None = None
) -> RegisterQuery:
    """The register of the date (217-ФЗ art. 15). Slices and `rows()` give RegisterRow. Raises Forbidden."""
    actor.require(RegisterRight.REGISTER_VIEW, organisation_id)
    asked = filters or RegisterFilters()
    units = Unit.objects.filter(standing(on), organisation_id=organisation_id)
    owned = Ownership.objects.filter(holding(on), organisation_id=organisation_id, unit_id=OuterRef("pk"))
    if asked.q.strip():
        units = units.filter(_sought(asked.q, owned))
    if asked.street:
        units = units.filter(street=asked.street)
    if asked.kind:
        units = units.filter(kind=asked.kind)
    member = Membership.objects.filter(
        holding(on), organisation_id=organisation_id, person_id=OuterRef("person_id")
    )
    if asked.show == "ownerless":
        units = units.filter(~Exists(owned))
    elif asked.show == "member":
        units = units.filter(Exists(owned.filter(Exists(member))))
    elif asked.show == "no-member":
        units = units.filter(Exists(owned)).exclude(Exists(owned.filter(Exists(member))))
    elif asked.show == "gap":
        units = units.filter(pk__in=_units_with_gap(organisation_id, on)[:CHUNK_OF_GAPS])
    orders = {
        "number": ("sort_key", "pk"),
        "-number": ("-sort_key", "-pk"),
        "cadastral": ("cadastral_number", "sort_key", "pk"),
        "-cadastral": ("-cadastral_number", "sort_key", "pk"),
    }
    return RegisterQuery(organisation_id, on, units.order_by(*orders.get(asked.sort, orders["number"])))


#: A page of gaps shows so many units; a register with more of them is not a register yet.
CHUNK_OF_GAPS = 5000


def _sought(text: str, owned: QuerySet[Ownership]) -> Q:
    words = fold(text)
    found = Q(cadastral_number__contains=text.strip())
    number = words.replace("УЧАСТОК", "").replace("УЧ.", "").replace("КВ.", "").replace("№", "").strip()
    if number:
        found |= Q(number=number) | Q(number__startswith=number)
    for form in {text.strip(), text.strip().capitalize()}:
        found |= Q(street__icontains=form)
    return found | Exists(owned.filter(matching(text, "person__")))  # type: ignore[return-value]


def _units_with_gap(organisation_id: int, on: date) -> list[int]:
    """Units whose shares do not make the whole on the date; fractions are added here, SQL has none."""
    held: dict[int, list[Holding]] = defaultdict(list)
    rows = Ownership.objects.filter(holding(on), organisation_id=organisation_id)
    whole = rows.filter(share_numerator=1, share_denominator=1, right="share").values_list(
        "unit_id", flat=True
    )
    for unit_id, top, bottom, right in rows.exclude(share_numerator=1, share_denominator=1).values_list(
        "unit_id", "share_numerator", "share_denominator", "right"
    ):
        held[unit_id].append(Holding(0, Fraction(top, bottom), right))
    found = {unit_id for unit_id, holdings in held.items() if shares_gap(holdings) != 0}
    # A whole share beside another part, or two whole ones, are too much.
    seen: set[int] = set()
    for unit_id in whole:
        if unit_id in seen or any(item.right in OWNED for item in held.get(unit_id, ())):
            found.add(unit_id)
        elif unit_id in found:
            found.discard(unit_id)
        seen.add(unit_id)
    return sorted(found)


def register_counts(actor: Actor, organisation_id: int, on: date) -> RegisterCounts:
    """Figures of the register of the date. Raises Forbidden."""
    actor.require(RegisterRight.REGISTER_VIEW, organisation_id)
    units = Unit.objects.filter(standing(on), organisation_id=organisation_id)
    owned = Ownership.objects.filter(holding(on), organisation_id=organisation_id, unit_id=OuterRef("pk"))
    areas = areas_at(organisation_id, on)
    keys = set(units.values_list("pk", flat=True))
    return RegisterCounts(
        units=len(keys),
        ownerless=units.filter(~Exists(owned)).count(),
        members=len(member_person_ids(organisation_id, on)),
        gaps=len(keys.intersection(_units_with_gap(organisation_id, on))),
        area_m2=sum((area for unit_id, area in areas.items() if unit_id in keys), Decimal(0)),
    )


def _register_rows(organisation_id: int, on: date, units: Sequence[Unit]) -> list[RegisterRow]:
    ids = [unit.pk for unit in units]
    owners = owners_at(organisation_id, ids, on)
    areas = areas_at(organisation_id, on, ids)
    persons = {owner.person_id for shares in owners.values() for owner in shares}
    cards = persons_by_ids(persons, organisation_id=organisation_id)
    members = {
        person_id
        for part in chunks(persons)
        for person_id in Membership.objects.filter(
            holding(on), organisation_id=organisation_id, person_id__in=part
        ).values_list("person_id", flat=True)
    }
    return [
        RegisterRow(
            unit_id=unit.pk,
            kind=unit.kind,
            number=unit.number,
            street=unit.street,
            text=unit_text(unit.kind, unit.number, unit.street),
            cadastral_number=unit.cadastral_number,
            area_m2=areas.get(unit.pk),
            owners=tuple(
                Owner(
                    cards[owner.person_id],
                    owner.share,
                    owner.right,
                    owner.valid_from,
                    owner.deed,
                    owner.person_id in members,
                )
                for owner in owners.get(unit.pk, ())
                if owner.person_id in cards
            ),
            gap=gap_of(owners.get(unit.pk, ())),
        )
        for unit in units
    ]


def gap_of(owners: Iterable[OwnerShare]) -> Fraction | None:
    """What the shares of a unit lack to the whole; None without an owner."""
    rows = [Holding(owner.person_id, owner.share, owner.right) for owner in owners]
    return shares_gap(rows) if rows else None


def streets_of(organisation_id: int) -> list[str]:
    """Streets that the register names, for the filter."""
    rows = Unit.objects.filter(organisation_id=organisation_id).exclude(street="")
    return sorted(set(rows.values_list("street", flat=True)))


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A membership of a person; `admitted_by` and `ended_by` name decisions."""

    id: int
    person_id: int
    valid_from: date
    valid_to: date | None
    admitted_by: str
    admitted_by_id: int | None
    ended_by: str
    ended_by_id: int | None
    ground: str
    card_number: str
    end_document: str

    @property
    def is_open(self) -> bool:
        return self.valid_to is None


def memberships_of(organisation_id: int, person_ids: Iterable[int]) -> list[MembershipRow]:
    """Memberships of the persons, the latest first. Asks no right: the caller shows no more than its own page may."""
    rows = list(
        Membership.objects.filter(
            organisation_id=organisation_id, person_id__in=sorted(set(person_ids))
        ).order_by("-valid_from", "pk")
    )
    return [
        MembershipRow(
            row.pk,
            row.person_id,
            row.valid_from,
            row.valid_to,
            decision_label(organisation_id, row.admitted_by_id) if row.admitted_by_id else "",
            row.admitted_by_id,
            decision_label(organisation_id, row.ended_by_id) if row.ended_by_id else "",
            row.ended_by_id,
            str(row.get_ground_display()) if row.ground else "",
            row.card_number,
            row.end_document,
        )
        for row in rows
    ]
