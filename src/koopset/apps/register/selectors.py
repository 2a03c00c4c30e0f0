"""Reading of the register: of any date, for pages, files and the rooms above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import PersonCard, chunks, matching, persons_by_ids
from koopset.apps.register.models import Decision, Membership, Ownership, Unit, UnitArea
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import OWNED, Holding, area_share, shares_gap
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.kernel.names import fold

PAGE_SIZE = 50


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


def unit_text(kind: str, number: str, street: str = "") -> str:
    """«участок 12, Вишнёвая», «кв. 12» in the language of the reader."""
    texts = {
        Unit.Kind.PLOT: _("plot %(number)s"),
        Unit.Kind.FLAT: _("flat %(number)s"),
        Unit.Kind.PREMISES: _("premises %(number)s"),
        Unit.Kind.PARKING: _("parking place %(number)s"),
    }
    text = texts.get(Unit.Kind(kind), "%(number)s") % {"number": number}
    return f"{text}, {street}" if street else text


def areas_at(organisation_id: int, on: date, unit_ids: Sequence[int] | None = None) -> dict[int, Decimal]:
    """unit → area in m² on the date, for those that have one."""
    found: dict[int, Decimal] = {}
    rows = UnitArea.objects.filter(organisation_id=organisation_id, valid_from__lte=on)
    parts: Iterable[Any] = [None] if unit_ids is None else chunks(unit_ids)
    for part in parts:
        query = rows if part is None else rows.filter(unit_id__in=part)
        for unit_id, area in query.order_by("unit_id", "valid_from").values_list("unit_id", "area_m2"):
            found[unit_id] = area
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


def member_person_ids(organisation_id: int, on: date) -> frozenset[int]:
    """Persons who are members on the date."""
    return frozenset(
        Membership.objects.filter(holding(on), organisation_id=organisation_id).values_list(
            "person_id", flat=True
        )
    )


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


def unit_ids_by_number(organisation_id: int, numbers: Iterable[str]) -> dict[str, list[int]]:
    """Normal number → keys of the units that bear it (on several streets there may be several)."""
    wanted = sorted(set(numbers))
    found: dict[str, list[int]] = defaultdict(list)
    for start in range(0, len(wanted), 5000):
        rows = Unit.objects.filter(organisation_id=organisation_id, number__in=wanted[start : start + 5000])
        for number, unit_id in rows.order_by("sort_key", "pk").values_list("number", "pk"):
            found[number].append(unit_id)
    return dict(found)


# Decisions


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision in the register of decisions; `label` names it in one line."""

    id: int
    body: str
    body_name: str
    decided_on: date
    number: str
    item: str
    title: str
    wording: str
    article: str
    file_id: int | None
    label: str


def _decision_row(row: Decision) -> DecisionRow:
    body = str(row.get_body_display())
    day = row.decided_on.strftime("%d.%m.%Y")
    if row.item:
        label = _("%(body)s, minutes No. %(number)s of %(date)s, item %(item)s") % {
            "body": body,
            "number": row.number,
            "date": day,
            "item": row.item,
        }
    else:
        label = _("%(body)s, minutes No. %(number)s of %(date)s") % {
            "body": body,
            "number": row.number,
            "date": day,
        }
    return DecisionRow(
        row.pk,
        row.body,
        body,
        row.decided_on,
        row.number,
        row.item,
        row.title,
        row.wording,
        row.article,
        row.file_id,
        label,
    )


def decisions_query(
    actor: Actor, organisation_id: int, *, q: str = "", body: str = "", year: int | None = None
) -> QuerySet[Decision]:
    """Decisions that match, latest first. Raises Forbidden."""
    actor.require(RegisterRight.DECISION_VIEW, organisation_id)
    rows = Decision.objects.filter(organisation_id=organisation_id)
    for word in q.split():
        # SQLite folds the case of Latin letters only: Russian words are sought as typed, capitalised and small.
        found = Q()
        for form in {word, word.lower(), word.capitalize()}:
            found |= Q(title__icontains=form) | Q(wording__icontains=form)
        rows = rows.filter(found | Q(number=word) | Q(article__icontains=word))
    if body:
        rows = rows.filter(body=body)
    if year is not None:
        rows = rows.filter(decided_on__year=year)
    return rows.order_by("-decided_on", "-pk")


def decisions(
    actor: Actor,
    organisation_id: int,
    *,
    q: str = "",
    body: str = "",
    year: int | None = None,
    limit: int = 500,
) -> list[DecisionRow]:
    """The register of decisions, latest first, at most `limit`. Raises Forbidden."""
    return [
        _decision_row(row)
        for row in decisions_query(actor, organisation_id, q=q, body=body, year=year)[:limit]
    ]


def decision(actor: Actor, organisation_id: int, decision_id: int) -> DecisionRow:
    """One decision. Raises Forbidden, also where there is none."""
    actor.require(RegisterRight.DECISION_VIEW, organisation_id)
    row = Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).first()
    if row is None:
        raise Forbidden(RegisterRight.DECISION_VIEW)
    return _decision_row(row)


def decision_label(organisation_id: int, decision_id: int) -> str:
    """«Общее собрание, протокол № 3 от 12.05.2026, п. 4»; "" where there is none. Asks no right: a paper that rests on it names it."""
    row = Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).first()
    return "" if row is None else _decision_row(row).label


def decision_exists(organisation_id: int, decision_id: int) -> bool:
    """Whether the organisation has such a decision: asked before a fee or an office points to it."""
    return Decision.objects.filter(organisation_id=organisation_id, pk=decision_id).exists()


# The register of a date


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner in the register: the card with the share and whether a member."""

    card: PersonCard
    share: Fraction
    right: str
    since: date
    deed: str
    is_member: bool


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
    return found | Exists(owned.filter(matching(text, "person__")))


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
