"""Who uses and wishes what in which area, and who supplies there: what proposals are counted from. Reads the copy of purchases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from koopset.apps.catalogue.offers.selectors import OfferInfo, offers_near
from koopset.apps.needs.demand.models import KindMute, Publication, PublishedCell, Wish
from koopset.apps.needs.demand.rules.consumption import LEAST_PURCHASES, Totals, Use, use_of_totals
from koopset.apps.needs.demand.rules.prices import round_kop
from koopset.apps.needs.demand.rules.proposals import Buyer, Limits, Supply
from koopset.apps.needs.demand.rules.wishes import Wanted, month_amount
from koopset.apps.needs.demand.selectors import frames
from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.apps.needs.selectors import homes_of
from koopset.foundation.analytics import question
from koopset.kernel.quantity import Quantity
from koopset.kernel.violations import RuleViolation

MILLION = 1_000_000
#: A household that has bought none for so long does not use it any more.
GONE_DAYS = 90


@dataclass(frozen=True, slots=True, order=True)
class Goods:
    """A kind, in the unit in which it is counted."""

    category: str
    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A household that uses a kind or wishes for it, and where it lives; `settlement` is 0 in the district outside any settlement."""

    settlement: int
    district: int
    buyer: Buyer


def neighbours(on: date, limits: Limits) -> dict[Goods, list[Neighbour]]:
    """Households by what they use or wish for.

    Of those that share their purchases: a month's amount and their own price of it, where both are known. Of the others that wish for a
    kind: what they wish in a month and at what price; what they told themselves needs no choice of sharing.
    """
    since = on - timedelta(days=limits.window_days)
    table = question(
        PURCHASES,
        lambda facts: frames.candidates(facts, since=since, till=on, least_purchases=LEAST_PURCHASES),
    )
    muted = set(KindMute.objects.values_list("household_id", "kind"))
    found: dict[Goods, list[Neighbour]] = defaultdict(list)
    for batch in table.to_batches():
        for row in batch.to_pylist():
            one = _neighbour(row, on, limits)
            if one is not None and (one.buyer.household, row["kind"]) not in muted:
                found[Goods(row["category"], row["kind"], row["unit"])].append(one)
    for goods, one in _wishing(
        on, {(one.buyer.household, goods) for goods, rows in found.items() for one in rows}
    ):
        if (one.buyer.household, goods.kind) not in muted:
            found[goods].append(one)
    for rows in found.values():
        rows.sort(key=lambda one: one.buyer.household)
    return dict(found)


def _neighbour(row: dict[str, Any], on: date, limits: Limits) -> Neighbour | None:
    if not row["district_id"] or (on - row["last"]).days > GONE_DAYS:
        return None
    totals = Totals(
        row["first"],
        row["last"],
        row["purchases"],
        Fraction(row["before"], MILLION),
        Fraction(row["since_last"], MILLION),
    )
    use = use_of_totals(totals, least_days=limits.least_days)
    if not isinstance(use, Use):
        return None
    settlement = row["territory_id"] if row["territory_id"] != row["district_id"] else 0
    buyer = Buyer(row["household_id"], use.per_month, round_kop(Fraction(row["price_kop"])))
    return Neighbour(settlement, row["district_id"], buyer)


def _wishing(on: date, known: set[tuple[int, Goods]]) -> Iterator[tuple[Goods, Neighbour]]:
    """Open wishes for this day or a later one, by household and kind, of those whose use is not known."""
    open_ones = Wish.objects.filter(state=Wish.State.OPEN).exclude(needed_on__lt=on)
    wishes: dict[tuple[int, Goods], list[Wanted]] = defaultdict(list)
    for row in open_ones.order_by("pk").iterator(chunk_size=2000):
        key = (row.household_id, Goods(row.category, row.kind, row.unit))
        if key not in known:
            amount = month_amount(Fraction(row.amount), row.rhythm)
            wishes[key].append(Wanted(amount, row.max_price_kop, row.budget_kop))
    homes, prices = homes_of({household for household, _goods in wishes}), _published_prices()
    for (household, goods), wanted in wishes.items():
        home = homes.get(household)
        if home is None or not home.district_id:
            continue
        settlement = home.territory_id if home.territory_id != home.district_id else 0
        price = prices.get((settlement, goods.kind, goods.unit)) or prices.get(
            (home.district_id, goods.kind, goods.unit), 0
        )
        total = sum((one.amount for one in wanted), Fraction(0))
        yield goods, Neighbour(settlement, home.district_id, Buyer(household, total, price, tuple(wanted)))


def _published_prices() -> dict[tuple[int, str, str], int]:
    """(territory, kind, unit) → the price of one unit as it was published last."""
    last = Publication.objects.order_by("-month").first()
    if last is None:
        return {}
    cells = PublishedCell.objects.filter(
        publication=last, measure=PublishedCell.Measure.WISHED, price_kop__isnull=False
    )
    rows = cells.values_list("territory_id", "subject", "unit", "price_kop")
    return {(territory, kind, unit): price or 0 for territory, kind, unit, price in rows}


def supplies_near(
    territory_id: int, goods: Iterable[Goods], on: date
) -> dict[Goods, list[tuple[Supply, OfferInfo]]]:
    """Offers that reach the place, by what they are of; those in another measure than the need is counted in are left out."""
    wanted = {one.kind: one for one in goods}
    found: dict[Goods, list[tuple[Supply, OfferInfo]]] = defaultdict(list)
    for offer in offers_near([territory_id], kinds=sorted(wanted), on=on):
        one = wanted.get(offer.kind)
        supply = supply_of(offer, one.unit) if one is not None else None
        if one is not None and supply is not None:
            found[one].append((supply, offer))
    return dict(found)


def supply_of(offer: OfferInfo, unit: str) -> Supply | None:
    """The offer as the rules see it, in the unit; None where it is measured otherwise."""
    try:
        amount = Quantity(offer.amount, offer.unit).to(unit).value
    except RuleViolation:
        return None
    if amount <= 0 or offer.pack < 1:
        return None
    most = None if offer.stock is None else max(0, int(offer.stock))
    return Supply(offer.id, Fraction(amount), offer.pack, offer.min_packs, offer.price_for, most)
