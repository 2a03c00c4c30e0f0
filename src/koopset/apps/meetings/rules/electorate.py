"""Who votes with which weight on the day of a snapshot. By head and by area are two roads that never meet.

By head: one member one vote, however many plots. By area: the area of premises times the share in them, in square metres, kept exact; the
whole is the sum of areas of all premises, not of the building. A part of whose owner nobody knows stays in the whole and votes nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from koopset.apps.meetings.rules.canonical import digest
from koopset.apps.meetings.rules.law import Voters, Weight
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class Part:
    """Where a weight comes from: a unit, the share in it, what it weighs."""

    unit: int
    share: Fraction
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Elector:
    """A person with a vote. `weight`: 1 by head, square metres by area."""

    person: int
    weight: Fraction
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Electorate:
    """Electors of one tally, in the order of their persons. `whole`: the sum of all votes, also of those that nobody can cast.

    `chair`: whose vote decides at equality, in a board.
    """

    voters: Voters
    weight: Weight
    electors: tuple[Elector, ...]
    whole: Fraction
    chair: int | None = None

    @property
    def persons(self) -> frozenset[int]:
        return frozenset(elector.person for elector in self.electors)

    def weight_of(self, person: int) -> Fraction:
        """What a person's vote weighs; 0 for one who has none."""
        return next((one.weight for one in self.electors if one.person == person), Fraction(0))

    def weights(self) -> dict[int, Fraction]:
        """Weights by person, for whoever asks for many."""
        return {elector.person: elector.weight for elector in self.electors}

    def part_of(self, person: int) -> Fraction:
        """A person's part of all votes."""
        return self.weight_of(person) / self.whole if self.whole else Fraction(0)


@dataclass(frozen=True, slots=True)
class Unit:
    """A plot or premises. `area_m2`: None where it is not known."""

    key: int
    area_m2: Fraction | Decimal | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A person's share in a unit. Joint owners without named shares have equal ones (ГК art. 245, 253): the register says them."""

    unit: int
    person: int
    share: Fraction


def members_by_head(members: Iterable[int]) -> Electorate:
    """One member one vote: a member with three plots is named three times and counted once (217-ФЗ; 193-ФЗ art. 2; 3085-1)."""
    return _heads(Voters.MEMBERS, members)


def owners_by_head(holdings: Iterable[Holding], members: Collection[int]) -> Electorate:
    """Owners without membership, one vote each; also joint owners beside a member of the same plot (217-ФЗ art. 5)."""
    return _heads(Voters.OWNERS, (row.person for row in holdings if row.person not in members))


def owners_by_unit(holdings: Iterable[Holding], members: Collection[int]) -> Electorate:
    """Owners without membership, one vote a plot: joint owners vote by their shares, also those beside a member.

    Raises meetings.share_out_of_range, meetings.shares_exceed.
    """
    rows = _shares_checked(list(holdings))
    parts: dict[int, list[Part]] = {}
    for row in rows:
        if row.person not in members:
            parts.setdefault(row.person, []).append(Part(row.unit, row.share, row.share))
    electors = _electors(parts)
    return Electorate(
        Voters.OWNERS, Weight.HEAD, electors, sum((one.weight for one in electors), Fraction(0))
    )


def owners_by_area(units: Iterable[Unit], holdings: Iterable[Holding]) -> Electorate:
    """All owners of premises of a house by area times share; shares of joint owners vote by themselves (ЖК art. 37, art. 48 part 3).

    Raises meetings.area_unknown with the unit, meetings.unit_twice, meetings.unit_unknown, meetings.share_out_of_range,
    meetings.shares_exceed with the unit.
    """
    areas = _areas(units)
    parts = _area_parts(areas, holdings)
    return Electorate(Voters.OWNERS, Weight.AREA, _electors(parts), sum(areas.values(), Fraction(0)))


def members_by_area(
    units: Iterable[Unit], holdings: Iterable[Holding], members: Collection[int]
) -> Electorate:
    """Members of a ТСЖ by area times share: the whole is the sum of members' votes (ЖК art. 146). Raises what `owners_by_area` raises.

    A member who owns nothing on that day has no vote.
    """
    parts = _area_parts(_areas(units), holdings)
    electors = _electors({person: found for person, found in parts.items() if person in members})
    return Electorate(
        Voters.MEMBERS, Weight.AREA, electors, sum((one.weight for one in electors), Fraction(0))
    )


def board_by_head(members: Iterable[int], chair: int | None) -> Electorate:
    """Members of a board; the chair is one of them. Raises meetings.chair_not_in_board."""
    found = _heads(Voters.BOARD, members, chair)
    if chair is not None and chair not in found.persons:
        raise RuleViolation("meetings.chair_not_in_board", field="chair")
    return found


def electorate_digest(electorates: Sequence[Electorate]) -> str:
    """The hash of a register of electors, hexadecimal: it is shown at the opening, and a changed register has another."""
    return digest(electorate_data(electorates))


def electorate_data(electorates: Sequence[Electorate]) -> list[object]:
    """The register in plain data, for an archive: persons by their keys, weights exact, no names. `electorate_read` reads it back."""
    return [
        {
            "voters": one.voters,
            "weight": one.weight,
            "whole": one.whole,
            "chair": one.chair,
            "electors": [
                [
                    elector.person,
                    elector.weight,
                    [[part.unit, part.share, part.weight] for part in elector.parts],
                ]
                for elector in one.electors
            ],
        }
        for one in electorates
    ]


def _heads(voters: Voters, persons: Iterable[int], chair: int | None = None) -> Electorate:
    electors = tuple(Elector(person, Fraction(1)) for person in sorted(set(persons)))
    return Electorate(voters, Weight.HEAD, electors, Fraction(len(electors)), chair)


def _areas(units: Iterable[Unit]) -> dict[int, Fraction]:
    areas: dict[int, Fraction] = {}
    for unit in units:
        if unit.key in areas:
            raise RuleViolation("meetings.unit_twice", field="units", unit=unit.key)
        if unit.area_m2 is None or unit.area_m2 <= 0:
            raise RuleViolation("meetings.area_unknown", field="units", unit=unit.key)
        areas[unit.key] = Fraction(unit.area_m2)
    return areas


def _area_parts(areas: dict[int, Fraction], holdings: Iterable[Holding]) -> dict[int, list[Part]]:
    parts: dict[int, list[Part]] = {}
    for row in _shares_checked(list(holdings)):
        if row.unit not in areas:
            raise RuleViolation("meetings.unit_unknown", field="holdings", unit=row.unit)
        parts.setdefault(row.person, []).append(Part(row.unit, row.share, areas[row.unit] * row.share))
    return parts


def _shares_checked(holdings: list[Holding]) -> list[Holding]:
    sums: dict[int, Fraction] = {}
    for row in holdings:
        if not 0 < row.share <= 1:
            raise RuleViolation("meetings.share_out_of_range", field="holdings", unit=row.unit)
        sums[row.unit] = sums.get(row.unit, Fraction(0)) + row.share
        if sums[row.unit] > 1:
            raise RuleViolation("meetings.shares_exceed", field="holdings", unit=row.unit)
    return holdings


def _electors(parts: dict[int, list[Part]]) -> tuple[Elector, ...]:
    return tuple(
        Elector(
            person,
            sum((part.weight for part in found), Fraction(0)),
            tuple(sorted(found, key=lambda part: (part.unit, part.share))),
        )
        for person, found in sorted(parts.items())
    )
