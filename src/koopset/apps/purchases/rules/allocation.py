"""Who gets how much of what was ordered or came, by the named rule of the round.

Both rules give whole units, never more than there is, never more to anybody than the firm want with the tolerance, and the same
answer for the same records in whatever order they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from operator import itemgetter

from koopset.apps.purchases.rules.queue import Place, Want, fold


class Rule(StrEnum):
    """Names of the rules as a round stores them."""

    BY_TIME = "by_time"
    PRO_RATA = "pro_rata"


def by_time(places: Iterable[Place], total: int) -> dict[int, int]:
    """First come, first served: firm wants in the order of time, then tolerance in the same order."""
    known = list(places)
    got = {place.who: 0 for place in known}
    left = total
    for parts in (
        [(order, place.who, units) for place in known for order, units in place.firm],
        [(order, place.who, units) for place in known for order, units in place.extra],
    ):
        parts.sort()
        for _, who, units in parts:
            if not left:
                return got
            taken = min(left, units)
            got[who] += taken
            left -= taken
    return got


def pro_rata(places: Iterable[Place], total: int) -> dict[int, int]:
    """Everybody is cut alike: short, firm wants in proportion; long, what is beyond them in proportion to tolerance.

    Whole units by largest remainder; a tie goes to whoever stands earlier.
    """
    known = sorted(places, key=lambda place: (place.since, place.who))
    wanted = [place.wanted for place in known]
    firm = sum(wanted)
    if total <= firm:
        parts = _largest_remainder(total, wanted, firm)
    else:
        tolerance = [place.tolerance for place in known]
        more = sum(tolerance)
        extra = _largest_remainder(min(total - firm, more), tolerance, more)
        parts = [units + added for units, added in zip(wanted, extra, strict=True)]
    return {place.who: units for place, units in zip(known, parts, strict=True)}


def _largest_remainder(total: int, weights: list[int], whole: int) -> list[int]:
    if not whole or not total:
        return [0] * len(weights)
    parts, rests = [], []
    for index, weight in enumerate(weights):
        share, rest = divmod(total * weight, whole)
        parts.append(share)
        rests.append((-rest, index))
    left = total - sum(parts)
    if left:
        rests.sort(key=itemgetter(0))  # stable: within equal remainders the earlier stays first
        for _, index in rests[:left]:
            parts[index] += 1
    return parts


RULES: Mapping[Rule, Callable[[Iterable[Place], int], dict[int, int]]] = {
    Rule.BY_TIME: by_time,
    Rule.PRO_RATA: pro_rata,
}


def allocate(records: Iterable[Want], total: int, rule: Rule | str) -> dict[int, int]:
    """Units by buyer of `total` units of one good. Raises ValueError for an unknown rule or a total below zero."""
    if total < 0:
        raise ValueError("there is nothing below nothing")
    return RULES[Rule(rule)](fold(records).values(), total)
