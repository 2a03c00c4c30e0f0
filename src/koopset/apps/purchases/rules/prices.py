"""What a line costs: the price of the break that all reached together, and each kopeck of it by what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Breaks = Sequence[Sequence[int]]


def price_at(units: int, price_kop: int, breaks: Breaks) -> int:
    """The price at a total of `units`: that of the highest break (from units, price) that is reached, otherwise the plain one."""
    reached = [(int(start), int(price)) for start, price in breaks if int(start) <= units]
    return max(reached)[1] if reached else price_kop


def next_break(units: int, price_kop: int, breaks: Breaks) -> tuple[int, int] | None:
    """The next cheaper step: (units still lacking, its price). None where the last one is reached."""
    now = price_at(units, price_kop, breaks)
    for start, price in sorted((int(start), int(price)) for start, price in breaks):
        if start > units and price < now:
            return start - units, price
    return None


def sum_of(units: int, price_kop: int, per: int = 1) -> int:
    """Kopecks of `units` at a price of `per` units, rounded once, half up."""
    return (2 * units * price_kop + per) // (2 * per)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the money of a buyer goes, kopecks. The platform takes nothing: `platform` is 0 and is shown."""

    goods: int
    transport: int
    fee: int
    platform: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.goods + self.transport + self.fee + self.platform


def parts_of(goods_kop: int, *, all_goods_kop: int, transport_kop: int, fee_bp: int) -> Parts:
    """An estimate for one buyer's goods before the split is posted: transport by the sum, fee in hundredths of a percent, half up.

    The split that is charged is made by the room of settlement by largest remainder; this foretells it within a kopeck or two.
    """
    transport = (
        _half_up(Fraction(transport_kop * goods_kop, all_goods_kop)) if all_goods_kop and goods_kop else 0
    )
    return Parts(goods_kop, transport, _half_up(Fraction(goods_kop * fee_bp, 10_000)))


def _half_up(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
