"""What a unit of a kind costs: by shop, over time. The median, because one sale or one delicacy must not move it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

LEAST_FOR_TREND = 4


@dataclass(frozen=True, slots=True)
class Paid:
    """A purchase: `sum_kop` for `amount` units at a shop (its taxpayer number, or empty)."""

    day: date
    shop: str
    amount: Fraction
    sum_kop: int

    @property
    def unit_kop(self) -> Fraction:
        """Whole kopecks for one unit, down: as an engine of columns counts them."""
        return Fraction(self.sum_kop * self.amount.denominator // self.amount.numerator)


@dataclass(frozen=True, slots=True)
class ShopPrice:
    """A shop's prices for one unit, in kopecks: median, least, latest; how many purchases stand behind them."""

    shop: str
    median_kop: Fraction
    least_kop: Fraction
    latest_kop: Fraction
    latest_on: date
    purchases: int


def priced(lines: Iterable[Paid]) -> list[Paid]:
    """Lines that have a price: something was bought and paid for. Returns and gifts have none."""
    return [one for one in lines if one.amount > 0 and one.sum_kop > 0]


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value, the mean of the two middle ones. Raises ValueError for none."""
    if not values:
        raise ValueError("no values, no median")
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def round_kop(value: Fraction) -> int:
    """Kopecks, half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def own_price(lines: Iterable[Paid]) -> int | None:
    """The median of what a household paid for one unit, in kopecks; None where it paid for none."""
    known = priced(lines)
    return round_kop(median([one.unit_kop for one in known])) if known else None


def by_shop(lines: Iterable[Paid]) -> list[ShopPrice]:
    """Prices of each shop, the cheapest first."""
    shops: dict[str, list[Paid]] = {}
    for one in priced(lines):
        shops.setdefault(one.shop, []).append(one)
    found = []
    for shop, paid in shops.items():
        prices = [one.unit_kop for one in paid]
        latest = max(paid, key=lambda one: one.day)
        found.append(ShopPrice(shop, median(prices), min(prices), latest.unit_kop, latest.day, len(paid)))
    return sorted(found, key=lambda one: (one.median_kop, one.shop))


def trend_per_month(lines: Iterable[Paid]) -> Fraction | None:
    """By how many kopecks a unit grows dearer in thirty days: the median of the slopes between all pairs of days (Theil and Sen).

    None for fewer than four days with prices.
    """
    days: dict[date, list[Fraction]] = {}
    for one in priced(lines):
        days.setdefault(one.day, []).append(one.unit_kop)
    points = [(day, median(prices)) for day, prices in sorted(days.items())][-60:]
    if len(points) < LEAST_FOR_TREND:
        return None
    slopes = [
        (later[1] - earlier[1]) / (later[0] - earlier[0]).days
        for number, earlier in enumerate(points)
        for later in points[number + 1 :]
    ]
    return median(slopes) * 30
