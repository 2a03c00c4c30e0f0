"""What came against what was expected, from rows that are only ever added. Quantities are whole member units of the good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from koopset.kernel.violations import RuleViolation


class Outcome(StrEnum):
    """What a row of intake says: good, spoilt, or another good in place of the ordered one (пересорт)."""

    GOOD = "good"
    SPOILT = "spoilt"
    SUBSTITUTE = "substitute"


#: A weight of more is a slip of the hand.
MOST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Came:
    """One good of a round, in its units. `usable` may be divided among participants; spoilt ones are not."""

    expected: int
    good: int
    spoilt: int
    substitute: int

    @property
    def arrived(self) -> int:
        return self.good + self.spoilt + self.substitute

    @property
    def usable(self) -> int:
        return self.good + self.substitute

    @property
    def short(self) -> int:
        """What did not come at all."""
        return max(0, self.expected - self.arrived)

    @property
    def over(self) -> int:
        return max(0, self.arrived - self.expected)


def came(expected: int, rows: Iterable[tuple[str, int]]) -> Came:
    """Sum up rows (outcome, signed quantity): a negative one takes back a mistake."""
    sums = dict.fromkeys(Outcome, 0)
    for outcome, quantity in rows:
        sums[Outcome(outcome)] += quantity
    return Came(expected, sums[Outcome.GOOD], sums[Outcome.SPOILT], sums[Outcome.SUBSTITUTE])


def check_row(before: Came, outcome: Outcome, quantity: int) -> None:
    """Refuse a row that cannot be true. Raises settlement.quantity_zero, settlement.quantity_too_large, settlement.more_than_came (a
    correction takes back more than was written).
    """
    if quantity == 0:
        raise RuleViolation("settlement.quantity_zero", field="quantity")
    if abs(quantity) > MOST:
        raise RuleViolation("settlement.quantity_too_large", field="quantity")
    stands = {Outcome.GOOD: before.good, Outcome.SPOILT: before.spoilt, Outcome.SUBSTITUTE: before.substitute}
    if stands[outcome] + quantity < 0:
        raise RuleViolation("settlement.more_than_came", field="quantity", stands=stands[outcome])


def units_of(number: Decimal, *, by_weight: bool) -> int:
    """Member units of what a person typed: pieces as they are, kilograms and litres to whole grams and millilitres.

    Raises settlement.whole_units (pieces are counted, scales show no less than a gram), settlement.quantity_too_large.
    """
    if not number.is_finite() or abs(number) > MOST:
        raise RuleViolation("settlement.quantity_too_large", field="quantity")
    units = number * 1000 if by_weight else number
    if units != units.to_integral_value():
        raise RuleViolation("settlement.whole_units", field="quantity")
    return int(units)
