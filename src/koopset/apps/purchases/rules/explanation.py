"""Why a buyer got just so many: a code and the numbers of its sentence. Stored with the line; worded by the selectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from koopset.apps.purchases.rules.allocation import Rule
from koopset.apps.purchases.rules.queue import Place


class Why(StrEnum):
    """What decided."""

    EXACT = "exact"  # as many as were firmly wanted
    WITH_EXTRA = "with_extra"  # all of the firm want and some of the tolerance
    LATER = "later"  # by time: others stood before
    CUT = "cut"  # pro rata: everybody was cut
    NOT_ORDERED = "not_ordered"  # no pack came together
    NOT_COME = "not_come"  # ordered, and nothing came
    ONLY_EXTRA = "only_extra"  # nothing firm was wanted, and no unit was left over


@dataclass(frozen=True, slots=True)
class Deal:
    """What was shared out of one good: `total` units of it (`packs` × `pack` where packs were counted), by which rule."""

    total: int
    pack: int
    rule: str
    minimum: int = 0
    by_weight: bool = False
    came: bool = False  # what came is shared out, not what is ordered


def explain(places: Iterable[Place], got: Mapping[int, int], deal: Deal) -> dict[int, dict[str, int | str]]:
    """By buyer: code, got, wanted, tolerance, total, all_wanted, all_tolerance, pack, minimum, rule; by time also `ahead`,
    the firm units that stood before the buyer's last one.
    """
    known = list(places)
    all_wanted = sum(place.wanted for place in known)
    all_tolerance = sum(place.tolerance for place in known)
    ahead = _ahead(known) if deal.rule == Rule.BY_TIME else {}
    found: dict[int, dict[str, int | str]] = {}
    for place in known:
        units, wanted, tolerance = got.get(place.who, 0), place.wanted, place.tolerance
        reason: dict[str, int | str] = {
            "code": _why(units, wanted, deal),
            "got": units,
            "wanted": wanted,
            "tolerance": tolerance,
            "total": deal.total,
            "all_wanted": all_wanted,
            "all_tolerance": all_tolerance,
            "pack": deal.pack,
            "minimum": deal.minimum,
            "rule": str(deal.rule),
        }
        if place.who in ahead:
            reason["ahead"] = ahead[place.who]
        found[place.who] = reason
    return found


def _why(units: int, wanted: int, deal: Deal) -> str:
    if not deal.total:
        return Why.NOT_COME if deal.came else Why.NOT_ORDERED
    if not wanted and not units:
        return Why.ONLY_EXTRA
    if units > wanted:
        return Why.WITH_EXTRA
    if units == wanted:
        return Why.EXACT
    return Why.LATER if deal.rule == Rule.BY_TIME else Why.CUT


def _ahead(places: Iterable[Place]) -> dict[int, int]:
    """Firm units of others that stand before the buyer's newest firm unit."""
    parts = sorted((order, place.who, units) for place in places for order, units in place.firm)
    passed = 0
    own: dict[int, int] = {}
    found: dict[int, int] = {}
    for _, who, units in parts:
        found[who] = passed - own.get(who, 0)
        passed += units
        own[who] = own.get(who, 0) + units
    return found
