"""Saving of a participant (B8): against one's own earlier prices, and in hours. What is not known is said to be unknown, never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

from koopset.kernel.money import split

#: A figure about people is shown to others when at least so many households stand behind it.
K_HOUSEHOLDS = 5
#: A supplier's rating is shown from so many answers.
K_RATINGS = 3
KOP = Decimal(1)


@dataclass(frozen=True, slots=True)
class LineSaving:
    """One line. `prior_kop`: what the same amount would have cost at one's own median price (None: never bought before)."""

    paid_kop: int
    prior_kop: int | None

    @property
    def saved_kop(self) -> int | None:
        """Negative when it was cheaper before."""
        return None if self.prior_kop is None else self.prior_kop - self.paid_kop


def line_saving(paid_kop: int, amount: Decimal, prior_price_kop: Decimal | None) -> LineSaving:
    """`amount` in the unit of the kind (kg, l, pieces), `prior_price_kop` for one such unit. Rounded once, half up."""
    if prior_price_kop is None or amount <= 0:
        return LineSaving(paid_kop, None)
    exact = (amount * prior_price_kop).quantize(KOP, ROUND_HALF_UP)
    return LineSaving(paid_kop, int(exact))


def median_price(prices: Sequence[Decimal]) -> Decimal | None:
    """The middle of one's own prices; None when there are none."""
    return Decimal(median(prices)) if prices else None


def hours_shared(
    trip_minutes: int, participants: Sequence[int], spent_minutes: Mapping[int, int]
) -> dict[int, int]:
    """Minutes saved by each: a trip of one's own less what one spent on the round (an organiser or helper may come out below zero)."""
    keys = sorted({*participants, *spent_minutes})
    return {key: (trip_minutes if key in participants else 0) - spent_minutes.get(key, 0) for key in keys}


def paid_with_costs(goods: Mapping[int, int], total_kop: int) -> dict[int, int]:
    """What each line really cost: its goods with its part of the participant's transport and fee, by value; adds up to `total_kop`."""
    if not any(goods.values()):
        return dict.fromkeys(goods, 0)
    if len(goods) == 1:
        return dict.fromkeys(goods, total_kop)
    return split(total_kop, list(goods.items()))


def shown_to_others(households: int) -> bool:
    """Whether a total over households may be shown to anybody but them."""
    return households >= K_HOUSEHOLDS


def median_mark(marks: Sequence[int]) -> Fraction | None:
    """The middle mark of a supplier, None while there are too few answers."""
    if len(marks) < K_RATINGS:
        return None
    return Fraction(median(marks)).limit_denominator(2)
