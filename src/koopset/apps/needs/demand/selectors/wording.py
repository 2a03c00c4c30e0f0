"""How amounts and goods are written, in the language of the reader."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, pgettext_lazy

from koopset.apps.catalogue.selectors import categories, kinds
from koopset.foundation.ui.templatetags.ks import number
from koopset.foundation.ui.typography import bind

UNITS = {
    "kg": pgettext_lazy("unit", "kg"),
    "l": pgettext_lazy("unit", "l"),
    "pcs": pgettext_lazy("unit", "pcs"),
    "g": pgettext_lazy("unit", "g"),
    "ml": pgettext_lazy("unit", "ml"),
}


def _english() -> bool:
    return (get_language() or "ru").startswith("en")


def unit(code: object) -> str:
    """A unit in the language of the reader: «кг», «л», «шт.»."""
    return str(UNITS.get(str(code), code))


def amount(value: Any, code: Any) -> str:
    """«10,37 л», with as many digits as it has, at most two after the point (three for less than one)."""
    if value is None:
        return "—"
    exact = (
        Decimal(value) if not isinstance(value, Fraction) else Decimal(value.numerator) / value.denominator
    )
    places = 0 if exact == exact.to_integral_value() else (3 if abs(exact) < 1 else 2)
    return bind(f"{number(exact, places)} {unit(code)}")


def goods(key: str) -> str:
    """A kind or a category by its key, in the language of the reader."""
    known: Any = kinds().get(key) or categories().get(key)
    if known is None:
        return key
    return str(known.title_en if _english() else known.title)
