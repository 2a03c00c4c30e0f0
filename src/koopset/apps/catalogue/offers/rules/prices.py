"""Prices by quantity: which price holds for so many items, and breaks that say the same in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from koopset.kernel.money import MAX_KOP
from koopset.kernel.violations import RuleViolation

MOST_BREAKS = 10
MOST_ITEMS = 1_000_000
Breaks = tuple[tuple[int, int], ...]


def price_for(price_kop: int, breaks: Sequence[tuple[int, int]], items: int) -> int:
    """Kopecks for one item when `items` are bought: the break with the largest threshold that is reached, else the price itself.

    Breaks are pairs (from items, price in kopecks) in any order. Zero items cost the plain price.
    """
    reached = [pair for pair in breaks if pair[0] <= items]
    return max(reached)[1] if reached else price_kop


def breaks_checked(price_kop: int, breaks: Iterable[tuple[int, int]]) -> Breaks:
    """Breaks in the order of their thresholds, without those that change nothing.

    Raises offers.bad_break (a threshold below 2 or past a million, a price that is no price), offers.break_twice (one threshold with two
    prices), offers.break_dearer (more items at a higher price), offers.too_many_breaks.
    """
    rows = sorted(set(breaks))
    if len(rows) > MOST_BREAKS:
        raise RuleViolation("offers.too_many_breaks", field="breaks", most=MOST_BREAKS)
    found: list[tuple[int, int]] = []
    last = price_kop
    for index, (items, price) in enumerate(rows):
        if not 2 <= items <= MOST_ITEMS or not 0 < price <= MAX_KOP:
            raise RuleViolation("offers.bad_break", field="breaks", items=items)
        if index and rows[index - 1][0] == items:
            raise RuleViolation("offers.break_twice", field="breaks", items=items)
        if price > last:
            raise RuleViolation("offers.break_dearer", field="breaks", items=items)
        if price < last:
            found.append((items, price))
        last = price
    return tuple(found)


def in_season(season_from: int | None, season_to: int | None, month: int) -> bool:
    """Whether a month (1–12) is in a season given by its first and last months; October to March goes over the new year."""
    if season_from is None or season_to is None:
        return True
    if season_from <= season_to:
        return season_from <= month <= season_to
    return month >= season_from or month <= season_to
