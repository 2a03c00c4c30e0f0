"""What one household uses and pays: read from the database at once, by the rules, for its own pages only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from koopset.apps.catalogue.selectors import categories, kinds
from koopset.apps.needs.demand.models import KindMute, Wish
from koopset.apps.needs.demand.rules.consumption import Bought, Forecast, Unknown, Use, forecast, use_of
from koopset.apps.needs.demand.rules.prices import (
    Paid,
    ShopPrice,
    by_shop,
    median,
    own_price,
    priced,
    round_kop,
    trend_per_month,
)
from koopset.apps.needs.models import Receipt
from koopset.apps.needs.permissions import own_login
from koopset.apps.needs.selectors import PurchaseFact, purchase_facts
from koopset.apps.people.selectors.households import household_of
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month

#: How far back a household's own figures look.
LOOKS_BACK = timedelta(days=365)
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class KindUse:
    """What a household uses of a kind. `per_month` is in `unit`, None where the purchases do not tell: then `why` says what is missing.

    `price_kop` is the median it pays for one unit; `spent_kop` what it spent in the last thirty days.
    """

    kind: str
    category: str
    category_title: str
    unit: str
    per_month: Decimal | None
    why: str
    last: date | None
    next: Forecast | None
    price_kop: int | None
    spent_kop: int
    purchases: int
    is_private: bool

    @property
    def is_soon(self) -> bool:
        """Whether something is said of when it will be over."""
        return self.next is not None


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of a kind: what was bought less what was returned."""

    month: Month
    amount: Decimal
    sum_kop: int


@dataclass(frozen=True, slots=True)
class ShopLine:
    """A shop by the name on receipts, with its prices for one unit in kopecks; `by_month` are medians, None for a month without."""

    name: str
    median_kop: int
    least_kop: int
    latest_kop: int
    latest_on: date
    purchases: int
    by_month: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class KindPage:
    """All that one's own page of a kind shows. `trend_kop` is for one unit in a month, None while prices are too few."""

    use: KindUse
    months: tuple[MonthLine, ...]
    shops: tuple[ShopLine, ...]
    trend_kop: int | None
    is_muted: bool


def tidy(value: Fraction, step: Decimal = _HUNDREDTH) -> Decimal:
    """An exact number as a page shows it."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, ROUND_HALF_UP)


def household_id_of(actor: Actor) -> int | None:
    """The actor's household; None where there is none yet. Raises Forbidden for whoever is no person, and for keys not given purchases."""
    own = household_of(own_login(actor))
    return None if own is None else own.id


def _facts(household_id: int, login_id: int, on: date) -> list[PurchaseFact]:
    found = purchase_facts(
        household_ids=[household_id], day_from=on - LOOKS_BACK, day_to=on, seen_by=login_id
    )
    return [fact for fact in found if fact.is_need and fact.kind and fact.amount is not None and fact.unit]


def _of_kinds(facts: Iterable[PurchaseFact]) -> dict[tuple[str, str], list[PurchaseFact]]:
    groups: dict[tuple[str, str], list[PurchaseFact]] = defaultdict(list)
    for fact in facts:
        groups[(fact.kind, fact.unit)].append(fact)
    return groups


def uses_of(actor: Actor, on: date) -> list[KindUse]:
    """What the actor's household uses, by kind: what will be over first stands first, then what it spends most on."""
    household_id = household_id_of(actor)
    if household_id is None:
        return []
    found = [
        _use(kind, unit, rows, on)
        for (kind, unit), rows in _of_kinds(_facts(household_id, actor.login_id or 0, on)).items()
    ]
    return sorted(found, key=lambda one: (one.next.on_to if one.next else date.max, -one.spent_kop, one.kind))


def _use(kind: str, unit: str, rows: list[PurchaseFact], on: date) -> KindUse:
    lines = [Bought(row.day, Fraction(row.amount or 0), row.sum_kop) for row in rows]
    use, ahead = use_of(lines), forecast(lines)
    category = rows[-1].category
    known = categories().get(category)
    return KindUse(
        kind=kind,
        category=category,
        category_title=known.title if known else category,
        unit=unit,
        per_month=tidy(use.per_month) if isinstance(use, Use) else None,
        why=str(use) if isinstance(use, Unknown) else "",
        last=max((row.day for row in rows if row.sum_kop > 0), default=None),
        next=ahead if isinstance(ahead, Forecast) else None,
        price_kop=own_price(_paid(rows)),
        spent_kop=sum(row.sum_kop for row in rows if row.day > on - timedelta(days=30)),
        purchases=len({row.day for row in rows if row.sum_kop > 0}),
        is_private=any(row.is_private for row in rows),
    )


def _paid(rows: Iterable[PurchaseFact]) -> list[Paid]:
    return [Paid(row.day, row.shop_inn, Fraction(row.amount or 0), row.sum_kop) for row in rows]


def kind_page(actor: Actor, kind: str, on: date) -> KindPage | None:
    """One's own figures of a kind; None where the household has bought none."""
    household_id = household_id_of(actor)
    if household_id is None:
        return None
    groups = {
        key: rows
        for key, rows in _of_kinds(_facts(household_id, actor.login_id or 0, on)).items()
        if key[0] == kind
    }
    if not groups:
        return None
    unit = max(groups, key=lambda key: len(groups[key]))[1]
    rows = groups[(kind, unit)]
    paid = _paid(rows)
    months = _last_months(on, min(row.day for row in rows))
    names = dict(
        Receipt.objects.filter(household_id=household_id, shop_inn__in={row.shop_inn for row in rows})
        .exclude(shop_name="")
        .order_by("day")
        .values_list("shop_inn", "shop_name")
    )
    trend = trend_per_month(paid)
    return KindPage(
        use=_use(kind, unit, rows, on),
        months=tuple(_month(month, rows) for month in months),
        shops=tuple(_shop(shop, names.get(shop.shop, ""), paid, months) for shop in by_shop(paid)),
        trend_kop=None if trend is None else _nearest(trend),
        is_muted=KindMute.objects.filter(household_id=household_id, kind=kind).exists(),
    )


def _nearest(value: Fraction) -> int:
    return round_kop(value) if value >= 0 else -round_kop(-value)


def _last_months(on: date, first: date) -> list[Month]:
    month, earliest = Month.of(on), Month.of(first)
    found = [month]
    while found[-1] > earliest and len(found) < 12:
        found.append(Month.of(found[-1].first - timedelta(days=1)))
    return found[::-1]


def _month(month: Month, rows: Iterable[PurchaseFact]) -> MonthLine:
    mine = [row for row in rows if Month.of(row.day) == month]
    amount = sum((row.amount or Decimal(0) for row in mine), Decimal(0))
    return MonthLine(month, amount.quantize(_HUNDREDTH, ROUND_HALF_UP), sum(row.sum_kop for row in mine))


def _shop(shop: ShopPrice, name: str, paid: list[Paid], months: list[Month]) -> ShopLine:
    prices: dict[Month, list[Fraction]] = defaultdict(list)
    for one in priced(paid):
        if one.shop == shop.shop:
            prices[Month.of(one.day)].append(one.unit_kop)
    return ShopLine(
        name,
        round_kop(shop.median_kop),
        round_kop(shop.least_kop),
        round_kop(shop.latest_kop),
        shop.latest_on,
        shop.purchases,
        tuple(round_kop(median(prices[month])) if prices.get(month) else None for month in months),
    )


@dataclass(frozen=True, slots=True)
class WishLine:
    """A wish of one's own household."""

    id: int
    kind: str
    amount: Decimal
    unit: str
    rhythm: str
    rhythm_text: str
    needed_on: date | None
    max_price_kop: int | None
    budget_kop: int | None
    state: str
    state_text: str


def wishes_of(actor: Actor, *, only_open: bool = False) -> list[WishLine]:
    """Wishes of the actor's household, open ones first, then the newest; at most 200."""
    household_id = household_id_of(actor)
    if household_id is None:
        return []
    rows = Wish.objects.filter(household_id=household_id)
    if only_open:
        rows = rows.filter(state=Wish.State.OPEN)
    found = sorted(rows.order_by("-created_at", "-pk")[:200], key=lambda row: row.state != Wish.State.OPEN)
    return [
        WishLine(
            row.pk, row.kind, row.amount.normalize() if row.amount % 1 else row.amount.quantize(Decimal(1)),
            row.unit, row.rhythm, str(row.get_rhythm_display()), row.needed_on, row.max_price_kop, row.budget_kop,
            row.state, str(row.get_state_display()),
        )
        for row in found
    ]  # fmt: skip


def wishable_kinds() -> list[tuple[str, str, str]]:
    """(kind, its category's title, unit) of all that one may wish for, by title: never what is private."""
    known = categories()
    return sorted(
        (one.key, known[one.category].title, str(one.unit))
        for one in kinds().values()
        if known[one.category].is_need and not known[one.category].is_private
    )


def muted_kinds(actor: Actor) -> list[str]:
    """Kinds of which the actor's household wants no proposals."""
    household_id = household_id_of(actor)
    if household_id is None:
        return []
    return list(
        KindMute.objects.filter(household_id=household_id).order_by("kind").values_list("kind", flat=True)
    )
