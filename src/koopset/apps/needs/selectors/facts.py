"""The stream of purchases for analytics: one fact a line, without names, in bounded memory whatever the number of lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice

from django.db.models import Q

from koopset.apps.needs.models import Receipt, ReceiptLine, SharingChoice
from koopset.apps.needs.selectors.homes import Districts, homes_of, households_at, shared_categories
from koopset.apps.needs.selectors.private import seen_lines

#: Households whose homes and choices are read at a time, and lines fetched at a time.
HOUSEHOLDS, LINES = 500, 2000


@dataclass(frozen=True, slots=True)
class PurchaseFact:
    """A line of a receipt that was bought (or, with a minus, returned).

    `organisation_id`, `territory_id`, `district_id` are of the household's home *today*, 0 where it told none. `amount` (signed; None
    where the pack is not known) is in `unit` (kg, l, pcs); `price_kop_per_unit` is for one of it, rounded half up. `is_private` lines
    (medicines, alcohol) are for who brought them alone; `is_shared` says that the household lets this category be counted among
    neighbours (never of what nobody knows); `is_need` is False for bags, tobacco, bets. `category` and `kind` are "" where not known.
    """

    line_id: int
    household_id: int
    organisation_id: int
    territory_id: int
    district_id: int
    day: date
    category: str
    kind: str
    unit: str
    amount: Decimal | None
    sum_kop: int
    price_kop_per_unit: int | None
    shop_inn: str
    is_private: bool
    is_shared: bool
    is_need: bool
    gtin: str


def purchase_facts(
    *,
    day_from: date | None = None,
    day_to: date | None = None,
    household_ids: Collection[int] | None = None,
    organisation_id: int | None = None,
    territory_ids: Collection[int] = (),
    only_shared: bool = False,
    seen_by: int | None = None,
) -> Iterator[PurchaseFact]:
    """Facts of purchases and returns, by household, day and line. Days are inclusive.

    No filter: of all households. `only_shared` leaves out what its household does not share. What is private is left out always, but
    for the login `seen_by`, who sees what they brought themselves. Asks no right: for rooms above, which show a neighbour nothing but
    sums of five households and more.
    """
    districts = Districts()
    for part in _households(household_ids, organisation_id, territory_ids):
        homes, shared = homes_of(part, districts=districts), shared_categories(part)
        wanted = [key for key in part if key in shared] if only_shared else part
        if not wanted:
            continue
        seen = Q(is_private=False) if seen_by is None or only_shared else seen_lines(seen_by)
        rows = ReceiptLine.objects.filter(seen, receipt__household_id__in=wanted).exclude(sign=0)
        if day_from is not None:
            rows = rows.filter(receipt__day__gte=day_from)
        if day_to is not None:
            rows = rows.filter(receipt__day__lte=day_to)
        found = rows.order_by("receipt__household_id", "receipt__day", "receipt_id", "pk").values_list(
            "pk",
            "receipt__household_id",
            "receipt__day",
            "category",
            "kind",
            "amount_unit",
            "amount",
            "sum_kop",
            "sign",
            "receipt__shop_inn",
            "is_private",
            "is_need",
            "gtin",
        )
        for (
            line_id,
            household_id,
            day,
            category,
            kind,
            unit,
            amount,
            sum_kop,
            sign,
            shop_inn,
            is_private,
            is_need,
            gtin,
        ) in found.iterator(chunk_size=LINES):
            choices = shared.get(household_id, frozenset())
            is_shared = (
                category != "" and not is_private and (category in choices or SharingChoice.ALL in choices)
            )
            if only_shared and not is_shared:
                continue
            home = homes.get(household_id)
            yield PurchaseFact(
                line_id,
                household_id,
                home.organisation_id if home else 0,
                home.territory_id if home else 0,
                home.district_id if home else 0,
                day,
                category,
                kind,
                unit,
                None if amount is None else amount * sign,
                sum_kop * sign,
                price_per_unit(sum_kop, amount),
                shop_inn,
                is_private,
                is_shared,
                is_need,
                gtin,
            )


def price_per_unit(sum_kop: int, amount: Decimal | None) -> int | None:
    """Kopecks for one unit of the amount, half up; None where there is no amount."""
    if not amount:
        return None
    return int((Decimal(sum_kop) / amount).quantize(Decimal(1), ROUND_HALF_UP))


def _households(
    household_ids: Collection[int] | None, organisation_id: int | None, territory_ids: Collection[int]
) -> Iterator[list[int]]:
    """Keys of households in parts, in order."""
    if organisation_id is not None or territory_ids:
        there = households_at(territory_ids=territory_ids, organisation_id=organisation_id)
        rest = iter(there if household_ids is None else sorted(set(household_ids) & set(there)))
    elif household_ids is not None:
        rest = iter(sorted(set(household_ids)))
    else:
        yield from _all_households()
        return
    while part := list(islice(rest, HOUSEHOLDS)):
        yield part


def _all_households() -> Iterator[list[int]]:
    """Every household that has a receipt, HOUSEHOLDS at a time: each part begins after the last key of the one before."""
    last = 0
    while True:
        rows = Receipt.objects.filter(household_id__gt=last).order_by("household_id")
        part = list(rows.values_list("household_id", flat=True).distinct()[:HOUSEHOLDS])
        if not part:
            return
        yield part
        last = part[-1]
