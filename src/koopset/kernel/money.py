"""Money is an integer number of kopecks; it is rounded once, half up, at the line, and any split adds up.

Half up means away from zero, so a reversal is always the exact negative of what it reverses.
Floats are refused everywhere: 1.005 × 100 is 100.49999999999999 in binary.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, Protocol, TypeVar

from koopset.kernel.violations import RuleViolation

MAX_KOP = 10**15
"""Ten trillion roubles: a larger number in a file is an account in the wrong column; 64 bits stay safe."""

_SPACES = "\u0020\u0009\u00a0\u2007\u2009\u202f"
_GROUP = "'\u2019\u02bc`" + _SPACES
_AMOUNT = re.compile(
    rf"(?P<sign>[-+\u2212]?)[{_SPACES}]*"
    rf"(?P<whole>[0-9]+|[0-9]{{1,3}}(?:[{_GROUP}][0-9]{{3}})+)"
    r"(?:[.,](?P<part>[0-9]{1,2}))?"
    rf"(?:[{_SPACES}]*(?:₽|руб\.?|р\.?))?",
    re.IGNORECASE,
)


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=_Ordered)


def format_rub(kop: int) -> str:
    """Roubles with a dot and two decimals, no grouping: the form of files and APIs ("12345.67", "-0.05")."""
    sign = "-" if kop < 0 else ""
    return f"{sign}{abs(kop) // 100}.{abs(kop) % 100:02d}"


def parse_rub(text: str) -> int:
    """Kopecks from roubles as people and banks write them: "1 234,5", "1'234.50", "700", "−12,30 ₽".

    Groups must be of three digits, so that two numbers in one cell are never glued into one.
    Raises money.bad_amount for anything else: three decimals, letters, both separators, more than MAX_KOP.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or len(match["whole"]) > 32:
        raise RuleViolation("money.bad_amount", text=text[:64])
    whole = re.sub(r"[^0-9]", "", match["whole"])
    kop = int(whole) * 100 + int((match["part"] or "0").ljust(2, "0"))
    if kop > MAX_KOP:
        raise RuleViolation("money.bad_amount", text=text[:64])
    return -kop if match["sign"] in ("-", "\u2212") else kop


def _exact(number: int | Fraction | Decimal) -> Fraction:
    """The number as it is. A float is a mistake of the programmer, NaN and infinity come from data."""
    if not isinstance(number, int | Fraction | Decimal):
        raise TypeError(f"money takes int, Fraction or Decimal, not {type(number).__name__}")
    if isinstance(number, Decimal) and not number.is_finite():
        raise RuleViolation("money.bad_amount", text=str(number))
    return Fraction(number)


def _half_up(exact: Fraction) -> int:
    rounded = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -rounded if exact < 0 else rounded


def rub_to_kop(rub: Decimal) -> int:
    """Kopecks of a sum in roubles, half up: 1.005 → 101, −1.005 → −101."""
    return _half_up(_exact(rub) * 100)


def amount_of(quantity: Decimal, rate: Decimal) -> int:
    """Kopecks of `quantity` units at `rate` roubles per unit, up to 6 decimals: exact, rounded once."""
    return _half_up(_exact(quantity) * _exact(rate) * 100)


def split(total_kop: int, weights: Sequence[tuple[K, int | Fraction | Decimal]]) -> dict[K, int]:
    """Parts of `total_kop` in proportion to the weights, by largest remainder; a tie goes to the smaller key.

    Σ parts = total; each part is less than a kopeck from its exact share; the answer does not depend on the
    order of input (the returned dict keeps that order). A zero weight gets nothing. A negative total is split
    as its positive twin, so a reversal takes back exactly what was given. A total of 0 is split even among
    zero weights.

    Raises money.split_negative_weight, money.split_duplicate_key, and money.split_no_weights when there is
    something to split and nobody to bear it.
    """
    exact: dict[K, int | Fraction] = {}
    for key, weight in weights:
        if key in exact:
            raise RuleViolation("money.split_duplicate_key", key=key)
        exact[key] = weight if weight.__class__ is int else _exact(weight)
        if exact[key] < 0:
            raise RuleViolation("money.split_negative_weight", key=key)
    if total_kop == 0:
        return dict.fromkeys(exact, 0)
    if not any(exact.values()):
        raise RuleViolation("money.split_no_weights", total_kop=total_kop)

    # Over one denominator the shares are divisions of whole numbers, and their remainders compare as the exact fractions do.
    size, under = abs(total_kop), lcm(*(weight.denominator for weight in exact.values()))
    over = {key: weight.numerator * (under // weight.denominator) for key, weight in exact.items()}
    every = sum(over.values())
    parts, rest = {}, {}
    for key, one in over.items():
        parts[key], rest[key] = divmod(size * one, every)
    left = size - sum(parts.values())
    by_key = sorted(rest)  # sort is stable: within equal remainders the smaller key stays first
    for key in sorted(by_key, key=rest.__getitem__, reverse=True)[:left]:
        parts[key] += 1
    return parts if total_kop > 0 else {key: -part for key, part in parts.items()}
