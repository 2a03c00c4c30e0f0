"""When buying together is cheaper, by how much, and by which arithmetic.

Σ (what a household pays for a unit now − what the offer asks at the volume of all) × amount, less transport, the organiser's fee and the
value of hours of work. Only whole packs are counted: what would be left over is not bought, so nobody pays for it.

A wish counts as demand too. What a household that only wishes pays now is not known; it saves against the least of the prices that are:
of one item of the offer, the published one, the most it would pay. So nobody counts who would not pay, and no saving is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from koopset.apps.needs.demand.rules.cells import LARGEST_PART, LEAST_HOUSEHOLDS
from koopset.apps.needs.demand.rules.prices import round_kop
from koopset.apps.needs.demand.rules.wishes import Wanted, solvent_part
from koopset.kernel.money import split


@dataclass(frozen=True, slots=True)
class Limits:
    """When a proposal is worth making; defaults until the operator sets others. Kopecks and hours are of one purchase a month."""

    least_households: int = LEAST_HOUSEHOLDS
    least_saving_kop: int = 50_000
    least_days: int = 45
    window_days: int = 180
    transport_kop: int = 150_000
    organiser_percent: Decimal = Decimal(5)
    hours_round: Decimal = Decimal(2)
    hours_household: Decimal = Decimal("0.1")
    hour_kop: int = 30_000
    lasts_days: int = 30


@dataclass(frozen=True, slots=True)
class Buyer:
    """A household that uses a kind: `amount` units a month at `price_kop` for one (its own median).

    With `wishes` it only wishes for it: `amount` is of all of them, `price_kop` the published price, 0 where none is.
    """

    household: int
    amount: Fraction
    price_kop: int
    wishes: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """An offer: items of `amount` units, sold by packs of `pack` items, from `min_packs` packs; `price_for(items)` of one item, kopecks.

    `most_items`: how many there are; None where nobody said.
    """

    offer_id: int
    amount: Fraction
    pack: int
    min_packs: int
    price_for: Callable[[int], int]
    most_items: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What it means for one household: what the same amount costs it now and together, in kopecks. `by_wish`: it only wishes, so «now» is
    the least price that is known.
    """

    household: int
    amount: Fraction
    price_kop: int
    own_kop: int
    together_kop: int
    by_wish: bool = False

    @property
    def saving_kop(self) -> int:
        """Above zero in a proposal."""
        return self.own_kop - self.together_kop


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal that pays. `saving_kop == own − goods − transport − organiser − hours`, and the sum of the parts' savings."""

    offer_id: int
    amount: Fraction
    items: int
    packs: int
    item_price_kop: int
    own_kop: int
    goods_kop: int
    transport_kop: int
    organiser_kop: int
    hours: Decimal
    hours_kop: int
    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def saving_kop(self) -> int:
        """What all save together in a month, after every cost."""
        return self.own_kop - self.goods_kop - self.transport_kop - self.organiser_kop - self.hours_kop

    def arithmetic(self, limits: Limits) -> list[dict[str, Any]]:
        """The way to the saving, line by line: `code` names the line, `kop` what it adds, the rest is what it was counted from.

        `own` is of what families pay now, `wished` of those that only wish; both in one line, `mixed`, where either tells too much of one.
        """
        return [
            *self._now(),
            {
                "code": "goods",
                "kop": -self.goods_kop,
                "items": self.items,
                "packs": self.packs,
                "price_kop": self.item_price_kop,
            },
            {"code": "transport", "kop": -self.transport_kop},
            {"code": "organiser", "kop": -self.organiser_kop, "percent": f"{limits.organiser_percent:f}"},
            {
                "code": "hours",
                "kop": -self.hours_kop,
                "hours": f"{self.hours:f}",
                "hour_kop": limits.hour_kop,
            },
            {"code": "saving", "kop": self.saving_kop},
        ]

    def _now(self) -> list[dict[str, Any]]:
        wishing = [part for part in self.parts if part.by_wish]
        buying = [part for part in self.parts if not part.by_wish]
        if not wishing:
            groups = [("own", buying)]
        elif not buying:
            groups = [("wished", wishing)]
        elif _is_of_many(wishing) and _is_of_many(buying):
            groups = [("own", buying), ("wished", wishing)]
        else:
            groups = [("mixed", list(self.parts))]
        return [
            {
                "code": code,
                "kop": sum(part.own_kop for part in parts),
                "amount": _text(sum((part.amount for part in parts), Fraction(0))),
                "households": len(parts),
            }
            for code, parts in groups
        ]


def _is_of_many(parts: Sequence[Part]) -> bool:
    """Whether figures of these parts tell of nobody: five households or more, none of them more than half."""
    amounts = [part.amount for part in parts]
    return len(parts) >= LEAST_HOUSEHOLDS and max(amounts) <= sum(amounts, Fraction(0)) * LARGEST_PART


def _text(value: Fraction) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.3f}"


def find(buyers: Sequence[Buyer], supply: Supply, limits: Limits) -> Found | None:
    """The purchase of one month at this offer, by those for whom it is cheaper; None where it pays too little, or for too few.

    Whoever would pay more together than alone is left out, and all is counted anew without them, until nobody is: the volume may then reach
    another price. No household is more than half of it, so what all save tells of nobody.
    """
    taking = [
        one
        for one in (_at_offer(one, supply) if one.wishes else one for one in buyers)
        if one.amount > 0 and one.price_kop > 0
    ]
    while len(taking) >= limits.least_households:
        counted = _count(taking, supply, limits)
        if counted is None:
            return None
        staying = {part.household for part in counted.parts if part.saving_kop > 0}
        if len(staying) == len(taking):
            return counted if _is_worth(counted, limits) else None
        taking = [one for one in taking if one.household in staying]
    return None


def _at_offer(buyer: Buyer, supply: Supply) -> Buyer:
    """A household that only wishes, as it would buy at this offer: at the least price that is known, no more than its money reaches."""
    known = [round_kop(Fraction(supply.price_for(1)) / supply.amount)]
    known += [buyer.price_kop] if buyer.price_kop > 0 else []
    known += [one.max_price_kop for one in buyer.wishes if one.max_price_kop is not None]
    price = min(known)
    amount = sum((solvent_part(one, price) for one in buyer.wishes), Fraction(0))
    return replace(buyer, amount=amount, price_kop=price)


def best(buyers: Sequence[Buyer], supplies: Sequence[Supply], limits: Limits) -> Found | None:
    """Of all offers the one that saves the most; of equal ones the earliest offer."""
    found = [one for supply in supplies if (one := find(buyers, supply, limits)) is not None]
    return max(found, key=lambda one: (one.saving_kop, -one.offer_id)) if found else None


def _is_worth(found: Found, limits: Limits) -> bool:
    amounts = [part.amount for part in found.parts]
    return (
        found.saving_kop > 0
        and found.saving_kop >= limits.least_saving_kop
        and max(amounts) <= sum(amounts, Fraction(0)) * LARGEST_PART
    )


def _count(taking: Sequence[Buyer], supply: Supply, limits: Limits) -> Found | None:
    total = sum((one.amount for one in taking), Fraction(0))
    wanted = int(total / supply.amount)
    packs = (wanted if supply.most_items is None else min(wanted, supply.most_items)) // supply.pack
    if packs < max(1, supply.min_packs):
        return None
    items = packs * supply.pack
    price = supply.price_for(items)
    bought = items * supply.amount
    part = bought / total
    own = [round_kop(one.price_kop * one.amount * part) for one in taking]
    goods = items * price
    organiser = round_kop(Fraction(goods) * Fraction(limits.organiser_percent) / 100)
    hours = limits.hours_round + limits.hours_household * len(taking)
    work = round_kop(Fraction(hours) * limits.hour_kop)
    cost = goods + limits.transport_kop + organiser + work
    together = split(cost, [(one.household, one.amount) for one in taking])
    parts = tuple(
        Part(one.household, one.amount * part, one.price_kop, mine, together[one.household], bool(one.wishes))
        for one, mine in zip(taking, own, strict=True)
    )
    return Found(
        supply.offer_id, bought, items, packs, price, sum(own), goods, limits.transport_kop, organiser,
        hours, work, parts,
    )  # fmt: skip
