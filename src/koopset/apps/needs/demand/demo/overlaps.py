"""An invented district with planted overlaps of needs, to measure how many of them proposals find, and how many they make for nothing.

In each settlement each kind is planted or not. Planted: five households or more buy it regularly and pay well above a supplier's price. Not
planted, by turns: too few households, prices as low as the supplier's, purchases too few to tell, one household that is most of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from koopset.apps.needs.demand.rules.proposals import Buyer, Limits, Supply, best
from koopset.apps.needs.demand.selectors.areas import neighbours
from koopset.apps.needs.demand.selectors.purchases import MILLION, PURCHASES
from koopset.foundation.analytics import Dataset, Partition, Proof
from koopset.foundation.analytics.copying import copy_dataset

#: kind: (category, unit, kopecks of a unit at the supplier, amount of an item, items in a pack, units a household uses in a month)
GOODS: dict[str, tuple[str, str, int, str, int, int]] = {
    "мёд": ("сахар_кондитерские", "kg", 60_000, "0.5", 6, 3),
    "молоко": ("молоко_молочное", "l", 7_000, "1", 12, 20),
    "картофель": ("овощи_зелень", "kg", 3_000, "5", 1, 25),
    "творог": ("молоко_молочное", "kg", 35_000, "0.4", 10, 5),
    "сыр твёрдый": ("сыр", "kg", 70_000, "0.3", 8, 4),
    "рис": ("крупы", "kg", 8_000, "0.8", 10, 8),
}
ABSENCES = ("few", "cheap", "rare", "one")
#: How much dearer than at the supplier planted households buy.
DEARER = (1.5, 1.9)


@dataclass
class Town:
    """Rows of purchases by partition, and what was planted: (settlement, kind)."""

    rows: dict[Partition, list[tuple[Any, ...]]] = field(default_factory=dict)
    planted: set[tuple[int, str]] = field(default_factory=set)
    households: int = 0
    lines: int = 0

    def proofs(self) -> Iterator[tuple[Partition, Proof]]:
        for partition, rows in self.rows.items():
            yield partition, Proof(len(rows), {}, max(row[0] for row in rows))

    def partition_rows(self, partition: Partition, since: int) -> Iterator[Sequence[Any]]:
        return (row for row in self.rows.get(partition, []) if row[0] > since)


def make_town(*, settlements: int, on: date, seed: int = 2026) -> Town:
    """The same town for the same seed."""
    chance, town = Random(seed), Town()
    for settlement in range(1, settlements + 1):
        for number, kind in enumerate(GOODS):
            is_planted = chance.random() < 0.5
            why = "" if is_planted else ABSENCES[(settlement + number) % len(ABSENCES)]
            if is_planted:
                town.planted.add((settlement, kind))
            count = chance.randint(2, 4) if why == "few" else chance.randint(8, 14)
            for buyer in range(count):
                household = settlement * 1000 + buyer
                _buys(town, chance, household, settlement, kind, why, buyer, on)
        town.households += 14
    return town


def _buys(
    town: Town, chance: Random, household: int, settlement: int, kind: str, why: str, buyer: int, on: date
) -> None:
    category, unit, supplier_kop, _item, _pack, month_units = GOODS[kind]
    dearer = chance.uniform(0.8, 1.0) if why == "cheap" else chance.uniform(*DEARER)
    units = month_units * chance.uniform(0.7, 1.3)
    if why == "one":
        # One of them is nearly all of it: the sum would tell of that one.
        units = units * 60 if buyer == 0 else units / 20
    every = chance.randint(6, 14)
    purchases = 2 if why == "rare" else 150 // every
    for number in range(purchases):
        day = on - timedelta(days=2 + number * every + chance.randint(0, 2))
        amount = units * every / 30 * chance.uniform(0.8, 1.2)
        micro = max(1, int(amount * MILLION))
        kop = max(1, round(amount * supplier_kop * dearer * chance.uniform(0.95, 1.05)))
        town.lines += 1
        month = day.year * 100 + day.month
        row = (
            town.lines, settlement, month, day, household, settlement, 900_000, category, kind, unit, micro, kop,
            "7700000001", 0, 0,
        )  # fmt: skip
        town.rows.setdefault(Partition(settlement, month), []).append(row)


@dataclass(frozen=True, slots=True)
class _Source:
    town: Town

    def proofs(self) -> Iterator[tuple[Partition, Proof]]:
        return self.town.proofs()

    def rows(self, partition: Partition, since: int) -> Iterator[Sequence[Any]]:
        return self.town.partition_rows(partition, since)


@dataclass(frozen=True, slots=True)
class Measured:
    """`found` and `planted` are (settlement, kind); `least_saving_kop` the smallest saving that was proposed."""

    households: int
    lines: int
    planted: frozenset[tuple[int, str]]
    found: frozenset[tuple[int, str]]
    least_saving_kop: int

    @property
    def recall(self) -> Fraction:
        """The part of what was planted that was found."""
        return Fraction(len(self.planted & self.found), len(self.planted) or 1)

    @property
    def precision(self) -> Fraction:
        """The part of what was found that was planted."""
        return Fraction(len(self.planted & self.found), len(self.found) or 1)


def dataset_of(town: Town) -> Dataset:
    """The purchases of the town in the place of those of the database; nothing is summed but their number."""
    return replace(PURCHASES, measures=(), source=_Source(town))


def measure(town: Town, *, on: date, now: Any, limits: Limits | None = None) -> Measured:
    """Copy the town's purchases to the folder of the settings and look for proposals there, by the very rules and questions of the room."""
    chosen = limits or Limits()
    copy_dataset(dataset_of(town), now=now)
    areas: dict[tuple[int, str], list[Buyer]] = {}
    for goods, rows in neighbours(on, chosen).items():
        for one in rows:
            areas.setdefault((one.settlement, goods.kind), []).append(one.buyer)
    found: dict[tuple[int, str], int] = {}
    for (settlement, kind), buyers in sorted(areas.items()):
        _category, _unit, kop, item, pack, _month = GOODS[kind]
        price = max(1, round(kop * float(item)))
        supply = Supply(1, Fraction(item), pack, 1, lambda _items, price=price: price)  # type: ignore[misc]
        proposal = best(buyers, [supply], chosen)
        if proposal is not None:
            found[(settlement, kind)] = proposal.saving_kop
    return Measured(
        town.households, town.lines, frozenset(town.planted), frozenset(found), min(found.values(), default=0)
    )
