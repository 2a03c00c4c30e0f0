"""The queue of wants: dated records, folded into who stands where with how much.

Raising adds a record, so the added part stands later; lowering takes from the newest first, so an early place is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Want(NamedTuple):
    """A record: its place in time (`order` is unique and rises), whose, and the signed changes in units."""

    order: int
    who: int
    quantity: int
    tolerance: int


@dataclass(slots=True)
class Place:
    """Where one buyer stands: parts of the firm want and of the tolerance by their place in time, oldest first."""

    who: int
    firm: list[tuple[int, int]] = field(default_factory=list)
    extra: list[tuple[int, int]] = field(default_factory=list)

    @property
    def wanted(self) -> int:
        """Firm units that stand."""
        return sum(units for _, units in self.firm)

    @property
    def tolerance(self) -> int:
        """Units that would also be taken."""
        return sum(units for _, units in self.extra)

    @property
    def since(self) -> int:
        """The oldest place that still stands; decides ties."""
        return min((order for order, _ in (*self.firm[:1], *self.extra[:1])), default=0)


class BrokenQueue(ValueError):
    """Records take back more than there was: such a record is never written."""


def fold(records: Iterable[Want]) -> dict[int, Place]:
    """Places by buyer; whatever order the records come in. Raises BrokenQueue where something would fall below zero."""
    places: dict[int, Place] = {}
    for order, who, quantity, tolerance in sorted(records):
        place = places.get(who)
        if place is None:
            place = places[who] = Place(who)
        if quantity:
            _change(place.firm, order, quantity)
        if tolerance:
            _change(place.extra, order, tolerance)
    return places


def _change(parts: list[tuple[int, int]], order: int, change: int) -> None:
    if change > 0:
        parts.append((order, change))
        return
    left = -change
    while left:
        if not parts:
            raise BrokenQueue("more is taken back than was wanted")
        place, units = parts.pop()
        if units > left:
            parts.append((place, units - left))
            return
        left -= units
