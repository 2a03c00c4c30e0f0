"""How much of a thing a household uses, and when it will need more.

What was bought before the last purchase was used between the first purchase and the last: that much is known. What the last purchase
brought is still in the house. Dividing all that was bought by the days until now would count it twice over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

#: Below this nothing is said: one interval is no habit.
LEAST_PURCHASES, LEAST_DAYS = 3, 14
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Bought:
    """What a line brought on a day: `amount` in the unit of the kind, below zero for a return; `sum_kop` likewise."""

    day: date
    amount: Fraction
    sum_kop: int = 0


class Unknown(StrEnum):
    """Why nothing is said."""

    NO_PURCHASES = "no-purchases"
    FEW_PURCHASES = "few-purchases"
    FEW_DAYS = "few-days"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Use:
    """How a household uses a kind: `used` in `days` between the first and the last purchase, `left` was brought by the last."""

    first: date
    last: date
    purchases: int
    used: Fraction
    left: Fraction
    per_day: Fraction

    @property
    def days(self) -> int:
        """Days between the first purchase and the last."""
        return (self.last - self.first).days

    @property
    def per_month(self) -> Fraction:
        """What thirty days take."""
        return self.per_day * MONTH_DAYS

    @property
    def lasts(self) -> Fraction:
        """Days that the last purchase lasts."""
        return self.left / self.per_day


@dataclass(frozen=True, slots=True)
class Forecast:
    """When it will be over: between the day it lasts for surely and the one it ends on. `early` and `late` are how far that has swung:
    the quickest and the slowest pace of the same household when any one purchase is left out.
    """

    on_from: date
    on_to: date
    early: date
    late: date


def by_day(lines: Iterable[Bought]) -> list[Bought]:
    """One row a day: what was bought less what was returned, days that come to nothing left out, in the order of days."""
    days: dict[date, tuple[Fraction, int]] = {}
    for line in lines:
        amount, kop = days.get(line.day, (Fraction(0), 0))
        days[line.day] = amount + line.amount, kop + line.sum_kop
    return [Bought(day, amount, kop) for day, (amount, kop) in sorted(days.items()) if amount or kop]


def use_of(
    lines: Iterable[Bought], *, least_purchases: int = LEAST_PURCHASES, least_days: int = LEAST_DAYS
) -> Use | Unknown:
    """The use of a kind by the purchases and returns of a household, in any order; why not, where they do not tell.

    Days with more bought than returned are purchases. A return lessens what was used, or what is left when it came after the last.
    """
    return use_of_totals(totals_of(by_day(lines)), least_purchases=least_purchases, least_days=least_days)


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums that the rule needs, as an engine of columns adds them up: `before` the last purchase and from it on (`since_last`)."""

    first: date | None
    last: date | None
    purchases: int
    before: Fraction
    since_last: Fraction


def totals_of(days: list[Bought]) -> Totals:
    """The same sums from rows of days."""
    bought = [one.day for one in days if one.amount > 0]
    if not bought:
        return Totals(None, None, 0, Fraction(0), Fraction(0))
    first, last = bought[0], bought[-1]
    before = sum((one.amount for one in days if one.day < last), Fraction(0))
    since_last = sum((one.amount for one in days if one.day >= last), Fraction(0))
    return Totals(first, last, len(bought), before, since_last)


def use_of_totals(
    totals: Totals, *, least_purchases: int = LEAST_PURCHASES, least_days: int = LEAST_DAYS
) -> Use | Unknown:
    """The rule itself."""
    if totals.first is None or totals.last is None:
        return Unknown.NO_PURCHASES
    if totals.purchases < max(2, least_purchases):
        return Unknown.FEW_PURCHASES
    days = (totals.last - totals.first).days
    if days < max(1, least_days):
        return Unknown.FEW_DAYS
    if totals.before <= 0:
        return Unknown.RETURNED
    left = max(totals.since_last, Fraction(0))
    return Use(totals.first, totals.last, totals.purchases, totals.before, left, totals.before / days)


def forecast(lines: Iterable[Bought]) -> Forecast | Unknown:
    """When the household needs more. Unknown exactly where `use_of` is."""
    days = by_day(lines)
    use = use_of(days)
    if isinstance(use, Unknown):
        return use
    on_from, on_to = _between(use.last, use.lasts)
    paces = [use.per_day]
    for absent in range(len(days)):
        other = use_of(
            [one for number, one in enumerate(days) if number != absent], least_purchases=2, least_days=1
        )
        if isinstance(other, Use):
            paces.append(other.per_day)
    early, _ = _between(use.last, use.left / max(paces))
    _, late = _between(use.last, use.left / min(paces))
    return Forecast(on_from, on_to, early, late)


#: A forecast further than this is no forecast.
FURTHEST_DAYS = 3650


def _between(last: date, days: Fraction) -> tuple[date, date]:
    whole = min(days.numerator // days.denominator, FURTHEST_DAYS)
    up = min(-(-days.numerator // days.denominator), FURTHEST_DAYS)
    return last + timedelta(days=whole), last + timedelta(days=up)
