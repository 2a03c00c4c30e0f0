"""Amounts of things: a Decimal with its unit. Conversion stays inside one measure and never loses a digit."""

from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from enum import StrEnum
from typing import Self

from koopset.kernel.violations import RuleViolation

_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Arithmetic that raises rather than rounds."""

_MAX_DIGITS = 40


class Unit(StrEnum):
    """Units of land, resources, goods and pieces; the value is what is stored."""

    M2 = "m2"
    SOTKA = "sotka"
    HA = "ha"
    KWH = "kwh"
    M3 = "m3"
    L = "l"
    ML = "ml"
    KG = "kg"
    G = "g"
    T = "t"
    M = "m"
    PCS = "pcs"

    @property
    def measure(self) -> str:
        """What is measured; amounts of one measure may be added."""
        return _MEASURES[self][0]

    @property
    def size(self) -> Decimal:
        """How many base units of its measure it holds: сотка is 100 m², гектар 10 000 m²."""
        return _MEASURES[self][1]


_MEASURES: dict[Unit, tuple[str, Decimal]] = {
    Unit.M2: ("area", Decimal(1)),
    Unit.SOTKA: ("area", Decimal(100)),
    Unit.HA: ("area", Decimal(10000)),
    Unit.KWH: ("energy", Decimal(1)),
    Unit.M3: ("volume", Decimal(1)),
    Unit.L: ("volume", Decimal("0.001")),
    Unit.ML: ("volume", Decimal("0.000001")),
    Unit.KG: ("mass", Decimal(1)),
    Unit.G: ("mass", Decimal("0.001")),
    Unit.T: ("mass", Decimal(1000)),
    Unit.M: ("length", Decimal(1)),
    Unit.PCS: ("count", Decimal(1)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """`value` of `unit` ("m2" or Unit.M2). Six сотки equal 600 m²; a volume is never equal to an area.

    Raises quantity.unknown_unit, quantity.bad_value (NaN, infinity, more than 40 digits), and
    quantity.other_measure when amounts of different measures meet.
    """

    value: Decimal
    unit: Unit

    def __init__(self, value: Decimal | int, unit: Unit | str) -> None:
        if not isinstance(value, int | Decimal):
            raise TypeError(f"a quantity takes Decimal or int, not {type(value).__name__}")
        exact = Decimal(value)
        if not exact.is_finite() or len(f"{exact:f}") > _MAX_DIGITS:
            raise RuleViolation("quantity.bad_value", value=str(exact)[:64])
        if unit not in list(Unit):
            raise RuleViolation("quantity.unknown_unit", unit=str(unit)[:64])
        object.__setattr__(self, "value", exact)
        object.__setattr__(self, "unit", Unit(unit))

    def to(self, unit: Unit | str) -> Self:
        """The same amount in another unit of the same measure, exactly."""
        target = type(self)(0, unit).unit
        if target.measure != self.unit.measure:
            raise RuleViolation("quantity.other_measure", unit=self.unit.value, other=target.value)
        return type(self)(_EXACT.divide(_EXACT.multiply(self.value, self.unit.size), target.size), target)

    def __add__(self, other: Self) -> Self:
        return type(self)(_EXACT.add(self.value, other.to(self.unit).value), self.unit)

    def __sub__(self, other: Self) -> Self:
        return type(self)(_EXACT.subtract(self.value, other.to(self.unit).value), self.unit)

    def __neg__(self) -> Self:
        return type(self)(self.value.copy_negate(), self.unit)

    def __lt__(self, other: Self) -> bool:
        return self.value < other.to(self.unit).value

    def __le__(self, other: Self) -> bool:
        return self.value <= other.to(self.unit).value

    def __gt__(self, other: Self) -> bool:
        return self.value > other.to(self.unit).value

    def __ge__(self, other: Self) -> bool:
        return self.value >= other.to(self.unit).value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self._base() == other._base()

    def __hash__(self) -> int:
        return hash(self._base())

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit.value}"

    def _base(self) -> tuple[str, Decimal]:
        return self.unit.measure, _EXACT.multiply(self.value, self.unit.size)
