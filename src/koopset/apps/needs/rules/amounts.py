"""How much of a good a line is, in the unit in which its kind is counted: kilograms, litres, pieces."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_MICRO = Decimal("0.000001")
_MASS = {"kg": Decimal(1), "g": Decimal("0.001"), "t": Decimal(1000)}
_VOLUME = {"l": Decimal(1), "ml": Decimal("0.001")}
_MOST = Decimal(1_000_000_000)


def line_amount(
    quantity: Decimal,
    unit: str,
    *,
    pack: Decimal | None = None,
    pack_unit: str = "",
    measure: str = "",
) -> tuple[Decimal | None, str]:
    """The amount of a whole line and its unit (kg, l or pcs); (None, "") where it is not known.

    `quantity` is in `unit` as the till gave it; `pack` is what one piece holds by its name, `measure` the unit of its kind ("" unknown).
    Weighed goods need no pack. A fractional number of pieces without a pack was weighed: kilograms. Where a kind is counted in
    litres and the pack is in grams, or the other way round, a litre counts as a kilogram: milk and juice differ by three parts of a
    hundred, less than a shelf price does. Pieces of what is counted by weight stay unknown.
    """
    if unit in _MASS:
        found, its = quantity * _MASS[unit], "kg"
    elif unit in _VOLUME:
        found, its = quantity * _VOLUME[unit], "l"
    elif unit not in ("pcs", ""):
        return None, ""
    elif pack is not None and pack > 0 and pack_unit in ("kg", "l", "pcs"):
        found, its = quantity * pack, pack_unit
    elif unit == "pcs" and quantity == quantity.to_integral_value():
        found, its = quantity, "pcs"
    elif unit == "pcs" and measure != "pcs":
        found, its = quantity, "kg"
    else:
        return None, ""
    if measure and its != measure:
        if {its, measure} != {"kg", "l"}:
            return None, ""
        its = measure
    found = found.quantize(_MICRO, ROUND_HALF_UP) if found.as_tuple().exponent < -6 else found  # type: ignore[operator]
    return (found, its) if 0 < found < _MOST else (None, "")
