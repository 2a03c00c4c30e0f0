"""Units on receipts: codes of format 1.2 (itemsQuantityMeasure) and words of earlier ones, as units of the kernel."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from koopset.kernel.quantity import Unit

_ONE = Decimal(1)
OTHER = ""
"""A unit that is none of ours: hours, gigabytes, hectocalories, «иное»."""

#: Code → unit and what one of it is in that unit. Samples prove 11; the others are of the standard (приказ ФНС ЕД-7-20/662@, annex 2).
CODES: dict[int, tuple[str, Decimal]] = {
    0: (Unit.PCS.value, _ONE),
    10: (Unit.G.value, _ONE),
    11: (Unit.KG.value, _ONE),
    12: (Unit.T.value, _ONE),
    20: (Unit.M.value, Decimal("0.01")),
    21: (Unit.M.value, Decimal("0.1")),
    22: (Unit.M.value, _ONE),
    30: (Unit.M2.value, Decimal("0.0001")),
    31: (Unit.M2.value, Decimal("0.01")),
    32: (Unit.M2.value, _ONE),
    40: (Unit.ML.value, _ONE),
    41: (Unit.L.value, _ONE),
    42: (Unit.M3.value, _ONE),
    50: (Unit.KWH.value, _ONE),
}

_WORDS: dict[str, str] = {
    word: unit
    for unit, words in {
        Unit.PCS.value: "шт штука штук штуки ед упак уп упаковка пач пачка бут бутылка банка пара pcs pc компл комплект",
        Unit.KG.value: "кг килограмм kg",
        Unit.G.value: "г гр грамм g",
        Unit.T.value: "т тонна тонн t",
        Unit.L.value: "л литр литров l",
        Unit.ML.value: "мл миллилитр ml",
        Unit.M.value: "м метр метров пог.м погм m",
        Unit.M2.value: "м2 м² квм квметр m2",
        Unit.M3.value: "м3 м³ кубм m3",
        Unit.KWH.value: "квтч квт*ч kwh",
    }.items()
    for word in words.split()
}


def unit_of(code: Any, word: Any) -> tuple[str, Decimal]:
    """The unit of a quantity and what one of the till's unit is in it; pieces where nothing is said, OTHER for what is none of ours."""
    if code is not None:
        key = int(code) if isinstance(code, Decimal) and code == code.to_integral_value() else code
        if key.__class__ is str and key.isascii() and key.isdigit() and len(key) < 4:
            key = int(key)
        if key.__class__ is int:
            return CODES.get(key, (OTHER, _ONE))
    if word.__class__ is str and word.strip():
        bare = word.strip().casefold().replace(" ", "").rstrip(".")
        if bare in _WORDS:
            return _WORDS[bare], _ONE
        return _WORDS.get(bare.replace(".", ""), OTHER), _ONE
    return Unit.PCS.value, _ONE
