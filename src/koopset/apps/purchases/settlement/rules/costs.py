"""Who bears how much of what a round costs: transport, packing, the organiser's fee, and a loss that is spread.

Every split is by largest remainder (`kernel.money.split`): the parts add up to the kopeck, a tie goes to the smaller key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from koopset.kernel.money import amount_of, split
from koopset.kernel.violations import RuleViolation


class SplitBy(StrEnum):
    """What a cost follows: the value of one's goods, their weight, or equal parts for each who takes something."""

    VALUE = "by_value"
    WEIGHT = "by_weight"
    MEMBER = "equally"


class FeeKind(StrEnum):
    """How an organiser's fee is counted: hundredths of a percent of the goods, kopecks an item, or kopecks for the whole round."""

    PERCENT = "percent"
    ITEM = "item"
    FLAT = "flat"


#: A fee above a half of the goods is a slip of the hand.
MOST_PERCENT = 5_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What one participant took: the value of the goods in kopecks, how many of them (pieces, kilograms, litres), and their weight in
    grams (0: not known).
    """

    goods_kop: int
    items: Decimal = Decimal(0)
    grams: int = 0


def split_cost(total_kop: int, by: SplitBy, taken: Mapping[int, Taken]) -> dict[int, int]:
    """Parts of a cost by participant. Only those who took something bear it; a negative total (money given back) is split as its twin.

    By weight needs the weight of everything; where some of it is not known the value is followed (`follows` says so beforehand).
    Raises settlement.nobody_took when there is something to split and nobody took anything.
    """
    bearing = {key: one for key, one in taken.items() if one.goods_kop > 0}
    if not bearing:
        if total_kop:
            raise RuleViolation("settlement.nobody_took", total_kop=total_kop)
        return dict.fromkeys(taken, 0)
    by = follows(by, bearing)
    weights = [
        (key, {SplitBy.VALUE: one.goods_kop, SplitBy.WEIGHT: one.grams, SplitBy.MEMBER: 1}[by])
        for key, one in bearing.items()
    ]
    parts = split(total_kop, weights)
    return {key: parts.get(key, 0) for key in taken}


def follows(by: SplitBy, taken: Mapping[int, Taken]) -> SplitBy:
    """What a split really follows: by weight becomes by value where the weight of somebody's goods is not known."""
    if by is SplitBy.WEIGHT and not all(one.grams > 0 for one in taken.values() if one.goods_kop > 0):
        return SplitBy.VALUE
    return by


def check_fee(kind: FeeKind, rate: int) -> None:
    """Refuse a fee that cannot be meant. Raises settlement.fee_rate (nothing or less), settlement.fee_too_high (above half the goods)."""
    if rate <= 0:
        raise RuleViolation("settlement.fee_rate", field="rate")
    if kind is FeeKind.PERCENT and rate > MOST_PERCENT:
        raise RuleViolation("settlement.fee_too_high", field="rate", most=MOST_PERCENT // 100)


def fee_parts(kind: FeeKind, rate: int, taken: Mapping[int, Taken]) -> dict[int, int]:
    """The fee by participant. A percent is rounded once, on the goods of the round, and split by value; a flat sum is split by member."""
    if kind is FeeKind.ITEM:
        return {key: amount_of(one.items, Decimal(rate) / 100) for key, one in taken.items()}
    goods = sum(one.goods_kop for one in taken.values())
    if goods == 0:
        return dict.fromkeys(taken, 0)
    if kind is FeeKind.PERCENT:
        total = amount_of(Decimal(goods), Decimal(rate) / 1_000_000)
        return split_cost(total, SplitBy.VALUE, taken)
    return split_cost(rate, SplitBy.MEMBER, taken)


def differences(now: Mapping[int, int], before: Mapping[int, int]) -> dict[int, int]:
    """What must be added to rows that are never edited, so that their sums become `now`; those who need nothing are left out."""
    keys = sorted(now.keys() | before.keys())
    found = {key: now.get(key, 0) - before.get(key, 0) for key in keys}
    return {key: kop for key, kop in found.items() if kop}


def spread_price(paid_kop: int, units: int, step_kop: int) -> tuple[int, int]:
    """(price of a unit rounded up to the step, what is then taken too much). 55.00 for 23 bunches at steps of 0.10: 2.40, and 0.20.

    The remainder is no one's gift: `spread_loss` places it to the kopeck. Raises settlement.nobody_took for no units.
    """
    if units <= 0:
        raise RuleViolation("settlement.nobody_took", total_kop=paid_kop)
    price = -(-paid_kop // (units * step_kop)) * step_kop
    return price, price * units - paid_kop


def spread_loss(paid_kop: int, got: Mapping[int, Decimal]) -> dict[int, int]:
    """A good that came short and was paid in full: the whole sum over what came, by quantity; parts add up to what was paid."""
    if sum(got.values(), Decimal(0)) <= 0:
        raise RuleViolation("settlement.nobody_took", total_kop=paid_kop)
    return split(paid_kop, list(got.items()))
