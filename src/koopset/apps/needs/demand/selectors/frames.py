"""Questions over the copy of purchases, as Ibis expressions: the same answers on every engine.

All arithmetic is of whole numbers (kopecks, millionths of a unit), so no engine rounds on its own.
"""

from __future__ import annotations

from datetime import date
from typing import Any

#: Keys of what one household uses.
WHOSE = ("territory_id", "district_id", "household_id", "category", "kind", "unit")


def needs_month(facts: Any) -> Any:
    """What each household bought of each kind in each month: millionths, kopecks, lines."""
    return facts.group_by(*WHOSE, "month").agg(
        micro=facts.micro.sum(), sum_kop=facts.sum_kop.sum(), lines=facts.count()
    )


def needs_week(facts: Any) -> Any:
    """The same by weeks; `week` is their Monday."""
    weekly = facts.mutate(week=facts.day.truncate("W").cast("date"))
    return weekly.group_by(*WHOSE, "week").agg(
        micro=weekly.micro.sum(), sum_kop=weekly.sum_kop.sum(), lines=weekly.count()
    )


def _priced(facts: Any) -> Any:
    """Lines with a price of one unit, in kopecks, rounded down."""
    bought = facts.filter((facts.micro > 0) & (facts.sum_kop > 0) & (facts.kind != ""))
    return bought.mutate(unit_kop=((bought.sum_kop * 1_000_000) // bought.micro).cast("int64"))


def prices(facts: Any) -> Any:
    """Prices of a unit by district, kind, shop and month: the median, the least, how many lines and households stand behind them."""
    bought = _priced(facts)
    return bought.group_by("district_id", "kind", "unit", "shop_inn", "month").agg(
        median_kop=bought.unit_kop.median().cast("float64"),
        least_kop=bought.unit_kop.min(),
        lines=bought.count(),
        households=bought.household_id.nunique(),
    )


def candidates(facts: Any, *, since: date, till: date, least_purchases: int) -> Any:
    """What the rules need to know how much each household uses of each kind, and at which price, from `since` to `till`.

    `first` and `last` purchase, their number by days, millionths `before` the last and `since_last`, the median price of a unit.
    """
    window = facts.filter(
        (facts.day >= since) & (facts.day <= till) & (facts.kind != "") & (facts.unit != "")
    )
    daily = window.group_by(*WHOSE, "day").agg(micro=window.micro.sum())
    bought = daily.filter(daily.micro > 0)
    span = bought.group_by(*WHOSE).agg(
        first=bought.day.min(), last=bought.day.max(), purchases=bought.count()
    )
    span = span.filter(span.purchases >= least_purchases)
    days = daily.join(span, list(WHOSE))
    use = days.group_by(*WHOSE, "first", "last", "purchases").agg(
        before=(days.day < days["last"]).ifelse(days.micro, 0).sum(),
        since_last=(days.day >= days["last"]).ifelse(days.micro, 0).sum(),
    )
    paid = _priced(window)
    median = paid.group_by(*WHOSE).agg(price_kop=paid.unit_kop.median().cast("float64"))
    return use.join(median, list(WHOSE))


def of_period(facts: Any, *, month: int, cut: int, former_cut: int | None) -> Any:
    """What each household gives to the cells of a month: purchases of the month recorded up to `cut`, and late ones of earlier months
    that came after the `former_cut` and so were in no publication. Seconds of the epoch.
    """
    counted = (facts.month == month) & (facts.recorded <= cut)
    if former_cut is not None:
        counted = counted | ((facts.month < month) & (facts.recorded > former_cut) & (facts.recorded <= cut))
    chosen = facts.filter(counted & (facts.unit != "") & (facts.district_id > 0))
    return chosen.group_by("territory_id", "district_id", "household_id", "category", "unit").agg(
        micro=chosen.micro.sum(), sum_kop=chosen.sum_kop.sum()
    )
