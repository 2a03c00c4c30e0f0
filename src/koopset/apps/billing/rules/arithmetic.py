"""What a line multiplies or divides, as data: the words are put by whoever shows it (H6)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from koopset.apps.billing.rules.charging import MICRO, SPLIT


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`quantity` units of `base` × `rate_rub` = `amount_kop`; for a divided sum `rate_rub` is the whole and `divided_by` all units.

    `base` is account, unit, area (m²), sotka (100 m²) or share.
    """

    base: str
    method: str
    quantity: Decimal
    rate_rub: Decimal
    amount_kop: int
    divided_by: Decimal | None = None

    @property
    def is_divided(self) -> bool:
        """Whether the line is a part of a sum divided among all."""
        return self.method == SPLIT


def quantity_of(micro: int) -> Decimal:
    """A quantity from millionths, without idle zeros."""
    value = Decimal(micro) / MICRO
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
