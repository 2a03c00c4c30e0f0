"""How many packs of the supplier the wants of all fill."""

from __future__ import annotations


def packs(wanted: int, tolerance: int, pack: int, minimum: int = 0) -> int:
    """Whole packs to order for `wanted` firm units and `tolerance` that would also be taken.

    Tolerance closes the open pack, it never opens one. Below the supplier's `minimum` (in packs) nothing is ordered, unless firm wants
    and tolerance together fill that minimum. Raises ValueError for a pack of less than one unit.
    """
    if pack < 1:
        raise ValueError("a pack holds at least one unit")
    count, rest = divmod(wanted, pack)
    if rest and rest + tolerance >= pack:
        count += 1
    if 0 < count < minimum:
        return minimum if wanted + tolerance >= minimum * pack else 0
    return count


def missing(wanted: int, tolerance: int, pack: int) -> int:
    """Units that the open pack still lacks; 0 where the last pack is exact or tolerance fills it."""
    rest = wanted % pack
    return max(0, pack - rest - tolerance) if rest else 0


def missing_to_minimum(wanted: int, tolerance: int, pack: int, minimum: int) -> int:
    """Units that all together lack to the supplier's minimum of the good; 0 where there is none or it is met."""
    if not wanted or not minimum or packs(wanted, tolerance, pack, minimum):
        return 0
    return max(0, minimum * pack - wanted - tolerance)


def ordered(
    wanted: int,
    tolerance: int,
    pack: int,
    minimum: int = 0,
    *,
    by_weight: bool = False,
    limit: int | None = None,
) -> int:
    """Units to order. What is sold by weight or volume is ordered as it is wanted: no rounding, no tolerance.

    `limit` is what the supplier has at all: never more, and whole packs of it only.
    """
    if by_weight:
        taken = wanted if limit is None else min(wanted, limit)
        return taken if taken >= minimum * pack else 0
    count = packs(wanted, tolerance, pack, minimum)
    if limit is not None and count * pack > limit:
        count = limit // pack
        if count < minimum:
            return 0
    return count * pack
