"""What is wished for at a price: by those who would and can pay it (solvent), and by those who would not or cannot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

#: Weeks and months in a month of thirty days.
PER_MONTH = {"once": Fraction(1), "week": Fraction(30, 7), "month": Fraction(1)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`amount` units; at most `max_price_kop` for one, and `budget_kop` in all. None is no limit."""

    amount: Fraction
    max_price_kop: int | None = None
    budget_kop: int | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wished for at a price, in units: `solvent + insolvent == need`."""

    need: Fraction
    solvent: Fraction

    @property
    def insolvent(self) -> Fraction:
        """What is needed and will not be bought at this price."""
        return self.need - self.solvent


def month_amount(amount: Fraction, rhythm: str) -> Fraction:
    """What a wish takes in a month of thirty days; one told once is counted once."""
    return amount * PER_MONTH[rhythm]


def solvent_part(wish: Wanted, price_kop: int) -> Fraction:
    """How much of a wish is bought at the price: none above what it would pay, and no more than its budget reaches."""
    if wish.max_price_kop is not None and wish.max_price_kop < price_kop:
        return Fraction(0)
    if wish.budget_kop is None or price_kop == 0:
        return wish.amount
    return min(wish.amount, Fraction(wish.budget_kop, price_kop))


def demand_at(wishes: Iterable[Wanted], price_kop: int) -> Demand:
    """The demand of all together at a price of `price_kop` kopecks a unit."""
    need = solvent = Fraction(0)
    for wish in wishes:
        need += wish.amount
        solvent += solvent_part(wish, price_kop)
    return Demand(need, solvent)
