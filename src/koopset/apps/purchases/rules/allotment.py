"""One allocation of a whole round: of each good what is ordered, at which price, and each buyer's units with the reason.

What it is computed from and what came out have digests, so that `koopset purchases replay` can say that both are what they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from koopset.apps.purchases.rules.allocation import RULES, Rule
from koopset.apps.purchases.rules.explanation import Deal, explain
from koopset.apps.purchases.rules.packs import ordered
from koopset.apps.purchases.rules.prices import price_at, sum_of
from koopset.apps.purchases.rules.queue import Want, fold


@dataclass(frozen=True, slots=True)
class GoodInput:
    """What is known of a good. `came` is None while an order is made; afterwards the units that came."""

    good: int
    pack: int
    minimum: int
    by_weight: bool
    limit: int | None
    price_kop: int
    breaks: tuple[tuple[int, int], ...]
    came: int | None = None

    @property
    def per(self) -> int:
        """Units the price is of."""
        return 1000 if self.by_weight else 1


@dataclass(frozen=True, slots=True)
class GoodTotal:
    """Of one good: firm units and tolerance of all, units ordered or come, the price at that total."""

    good: int
    wanted: int
    tolerance: int
    units: int
    price_kop: int


@dataclass(frozen=True, slots=True)
class Allotted:
    """What one buyer gets of one good."""

    good: int
    who: int
    units: int
    price_kop: int
    sum_kop: int
    reason: Mapping[str, int | str]


def allot(
    goods: Iterable[GoodInput], wants: Mapping[int, Sequence[Want]], rule: Rule | str
) -> tuple[list[GoodTotal], list[Allotted]]:
    """Share out every good by the rule; by key of the good, then of the buyer. The same input gives the same answer."""
    share = RULES[Rule(rule)]
    totals: list[GoodTotal] = []
    lines: list[Allotted] = []
    for good in sorted(goods, key=lambda one: one.good):
        places = fold(wants.get(good.good, ()))
        wanted = sum(place.wanted for place in places.values())
        tolerance = sum(place.tolerance for place in places.values())
        units = good.came
        if units is None:
            units = ordered(
                wanted, tolerance, good.pack, good.minimum, by_weight=good.by_weight, limit=good.limit
            )
        price = price_at(units, good.price_kop, good.breaks)
        totals.append(GoodTotal(good.good, wanted, tolerance, units, price))
        got = share(places.values(), units)
        deal = Deal(units, good.pack, str(rule), good.minimum, good.by_weight, good.came is not None)
        reasons = explain(places.values(), got, deal)
        lines.extend(
            Allotted(good.good, who, got[who], price, sum_of(got[who], price, good.per), reasons[who])
            for who in sorted(places)
        )
    return totals, lines


def inputs_of(goods: Iterable[GoodInput]) -> list[dict[str, Any]]:
    """Goods as JSON keeps them."""
    return [asdict(good) for good in sorted(goods, key=lambda one: one.good)]


def goods_from(inputs: Iterable[Mapping[str, Any]]) -> list[GoodInput]:
    """The same read back."""
    return [
        GoodInput(**{**one, "breaks": tuple((int(units), int(kop)) for units, kop in one["breaks"])})
        for one in inputs
    ]


def digest_of_inputs(goods: Iterable[GoodInput], wants: Mapping[int, Sequence[Want]], rule: str) -> str:
    """sha256 of everything an allocation depends on, in one order."""
    records = [[good, *want] for good in sorted(wants) for want in sorted(wants[good])]
    return _sha256([rule, inputs_of(goods), records])


def digest_of_result(lines: Iterable[tuple[int, int, int, int, int]]) -> str:
    """sha256 of (good, buyer, units, price, sum) of each line, in one order."""
    return _sha256(sorted(list(line) for line in lines))


def facts_of(line: Allotted) -> tuple[int, int, int, int, int]:
    """What of a line is compared."""
    return line.good, line.who, line.units, line.price_kop, line.sum_kop


def _sha256(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
