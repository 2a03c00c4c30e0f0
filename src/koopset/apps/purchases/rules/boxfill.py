"""What may still change while packs are being filled («добор»): only what helps."""

from __future__ import annotations

from dataclasses import dataclass

from koopset.apps.purchases.rules.packs import missing, packs


@dataclass(frozen=True, slots=True)
class Sums:
    """What all want of one good: firm units and those that would also be taken."""

    wanted: int
    tolerance: int


def helps(before: Sums, after: Sums, pack: int, *, minimum: int = 0, by_weight: bool = False) -> bool:
    """Whether a change of the sums of a good is allowed while packs are filled.

    Tolerance may rise. Firm wants may change where fewer units are missing and no pack is lost. Tolerance may become firm, one for
    one. By weight nothing is missing but the supplier's minimum: there more may be wanted, never less.
    """
    more = after.wanted - before.wanted
    extra = after.tolerance - before.tolerance
    if more == 0:
        return extra >= 0
    if by_weight:
        return more > 0 and extra >= 0
    if more > 0 and more == -extra:
        return True
    fewer_missing = missing(after.wanted, after.tolerance, pack) < missing(
        before.wanted, before.tolerance, pack
    )
    no_pack_lost = packs(after.wanted, after.tolerance, pack, minimum) >= packs(
        before.wanted, before.tolerance, pack, minimum
    )
    return fewer_missing and no_pack_lost and extra >= 0
