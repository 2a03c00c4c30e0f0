"""Which open charge a payment settles. The order is a policy with a date and a decision, never a habit of the program.

A payment never settles more than it holds nor more than a charge has left; what remains is an explicit advance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from koopset.kernel.money import split

OLDEST, STATED, PROPORTIONAL = "oldest", "stated", "proportional"
PENALTY = "penalty"


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge that is not settled in full. `month` is the month charged for (202611); `code` the chart account of the debt."""

    charge_id: int
    month: int
    fee_id: int
    fee_kind: str
    code: str
    due_on: date
    remaining_kop: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The order of settlement in force on a date (SettlementPolicy). The default is the law's silence: oldest first, penalties last."""

    order: str = OLDEST
    penalties_last: bool = True


@dataclass(frozen=True, slots=True)
class Settlement:
    """`parts` are (charge, kopecks) in the order of settling; `advance_kop` is what no charge took."""

    parts: tuple[tuple[int, int], ...]
    advance_kop: int


def settle(
    amount_kop: int, charges: Iterable[OpenCharge], policy: Policy, *, stated_month: int | None = None
) -> Settlement:
    """Divide a payment among open charges.

    - oldest: by due day, then month, then charge;
    - stated: the month the payer named first, then as oldest;
    - proportional: month after month from the oldest, inside a month in proportion to what its lines have left (largest remainder, a tie
      to the earlier charge); the month the payer named goes first.

    With `penalties_last` penalties wait until everything else is settled. Σ parts + advance = amount; no part exceeds its charge;
    the answer does not depend on the order of input. Raises ValueError for an amount that is not positive.
    """
    if amount_kop <= 0:
        raise ValueError("a payment is positive")
    left, parts = amount_kop, []
    for group in _groups([one for one in charges if one.remaining_kop > 0], policy, stated_month):
        if left <= 0:
            break
        for charge_id, kop in _take(left, group, policy):
            if kop:
                parts.append((charge_id, kop))
                left -= kop
    return Settlement(tuple(parts), left)


def _groups(
    charges: Sequence[OpenCharge], policy: Policy, stated_month: int | None
) -> list[list[OpenCharge]]:
    """Charges in the order of their turn; those of a group have it together."""

    def turn(one: OpenCharge) -> tuple[bool, bool, int]:
        named = policy.order != OLDEST and stated_month is not None and one.month == stated_month
        return (policy.penalties_last and one.fee_kind == PENALTY, not named, one.month)

    ordered = sorted(charges, key=lambda one: (turn(one)[:2], one.due_on, one.month, one.charge_id))
    if policy.order != PROPORTIONAL:
        return [[one] for one in ordered]
    groups: dict[tuple[bool, bool, int], list[OpenCharge]] = {}
    for one in ordered:
        groups.setdefault(turn(one), []).append(one)
    return [groups[key] for key in sorted(groups)]


def _take(left: int, group: Sequence[OpenCharge], policy: Policy) -> list[tuple[int, int]]:
    whole = sum(one.remaining_kop for one in group)
    if left >= whole:
        return [(one.charge_id, one.remaining_kop) for one in group]
    if policy.order != PROPORTIONAL:
        return [(group[0].charge_id, left)]
    # left < whole, so no part by largest remainder can exceed its charge: ceil(left·r/whole) ≤ r.
    parts = split(left, [(one.charge_id, one.remaining_kop) for one in group])
    return [(one.charge_id, parts[one.charge_id]) for one in group]
