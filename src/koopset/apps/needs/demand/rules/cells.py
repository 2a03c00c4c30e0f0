"""Which figures of a month may be seen by everybody.

A cell is of a fixed place (a settlement or a district), month and subject. It is shown only when at least k households stand behind
each of its values (or none does) and none of them is more than half of it. A district less its shown settlements is a cell too, for
whoever can subtract: it must be as safe, or empty; otherwise shown settlements are held back, the smallest first, until it is.
What is shown is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

LEAST_HOUSEHOLDS = 5
#: No household may be more than this part of a cell.
LARGEST_PART = Fraction(1, 2)
SETTLEMENT, DISTRICT = "settlement", "district"


@dataclass(frozen=True, slots=True)
class Given:
    """What one household gives to a subject in the month. `settlement` 0: it lives in the district outside any settlement.

    `values` are whatever is added up (amount, kopecks), none below zero; each must be safe by itself.
    """

    household: int
    settlement: int
    district: int
    subject: str
    unit: str
    values: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure that may be shown; `households` and `values` as they are, see `shown` for what is published."""

    level: str
    territory: int
    subject: str
    unit: str
    households: int
    values: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cells to show, and how many were held back."""

    cells: tuple[Cell, ...]
    held_back: int


def is_safe(rows: Sequence[Given], k: int = LEAST_HOUSEHOLDS) -> bool:
    """Whether a sum of these rows tells of nobody: each value is of at least k households (or is nothing), none above half of it."""
    if len({row.household for row in rows}) < k:
        return False
    for column in range(len(rows[0].values)):
        by_household: dict[int, Fraction] = {}
        for row in rows:
            value = row.values[column]
            by_household[row.household] = by_household.get(row.household, Fraction(0)) + value
        total = sum(by_household.values(), Fraction(0))
        if total and sum(1 for value in by_household.values() if value) < k:
            return False
        if total and max(by_household.values()) > total * LARGEST_PART:
            return False
    return True


def choose(given: Iterable[Given], k: int = LEAST_HOUSEHOLDS) -> Chosen:
    """The cells that may be shown together. Raises ValueError for a value below zero: what was returned must be set off before."""
    groups: dict[tuple[int, str, str], list[Given]] = {}
    for row in given:
        if any(value < 0 for value in row.values):
            raise ValueError("a household gives no less than nothing to a cell")
        groups.setdefault((row.district, row.subject, row.unit), []).append(row)
    cells: list[Cell] = []
    held = 0
    for (district, _subject, _unit), rows in sorted(groups.items()):
        shown, hidden = _choose_in_district(district, rows, k)
        cells += shown
        held += hidden
    return Chosen(tuple(cells), held)


def _choose_in_district(district: int, rows: list[Given], k: int) -> tuple[list[Cell], int]:
    places: dict[int, list[Given]] = {}
    for row in rows:
        places.setdefault(row.settlement, []).append(row)
    settlements = {place: found for place, found in places.items() if place}
    candidates = len(settlements) + bool(district)
    # The smallest goes first, so that what is held back costs the least.
    safe = sorted(
        (place for place, found in settlements.items() if is_safe(found, k)),
        key=lambda place: (len({row.household for row in settlements[place]}), place),
    )
    whole = bool(district) and is_safe(rows, k)
    if whole:
        while safe:
            shown = set(safe)
            rest = [row for row in rows if row.settlement not in shown]
            if not rest or is_safe(rest, k):
                break
            safe.pop(0)
    cells = [_cell(SETTLEMENT, place, settlements[place]) for place in sorted(safe)]
    if whole:
        cells.append(_cell(DISTRICT, district, rows))
    return cells, candidates - len(cells)


def _cell(level: str, territory: int, rows: list[Given]) -> Cell:
    totals = tuple(sum(column, Fraction(0)) for column in zip(*(row.values for row in rows), strict=True))
    households = len({row.household for row in rows})
    return Cell(level, territory, rows[0].subject, rows[0].unit, households, totals)


def shown_households(count: int) -> int:
    """A number of households as it is published: down to fives, so one who came or went is not seen."""
    return count - count % 5


def shown_value(value: Fraction, digits: int = 2) -> Fraction:
    """A value as it is published: two digits that count, half up. 1234 → 1200, 0.0456 → 0.046."""
    if value <= 0:
        return Fraction(0)
    power = 0
    while value >= Fraction(10) ** (power + 1):
        power += 1
    while value < Fraction(10) ** power:
        power -= 1
    step = Fraction(10) ** (power - digits + 1)
    return ((2 * value / step + 1) // 2) * step
