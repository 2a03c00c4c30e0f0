"""One way to write data as bytes, so that a digest of it is the same everywhere and for ever."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any


def canonical(value: object) -> bytes:
    """The bytes of a value: JSON in UTF-8, keys sorted, no spaces; fractions «1/3», days «2026-11-29», moments in UTC with microseconds.

    Raises TypeError for what has no single writing: floats, sets, keys that are no text, moments without a zone.
    """
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(value: object) -> str:
    """sha256 of the canonical bytes, hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical_read(data: bytes) -> Any:
    """The value of canonical bytes, of plain types. Raises ValueError for bytes that are not canonical: a space, another order, a float."""
    try:
        value = json.loads(data.decode("utf-8"))
        again = canonical(value)
    except (UnicodeError, TypeError, RecursionError) as error:
        raise ValueError("not canonical") from error
    if again != data:
        raise ValueError("not canonical")
    return value


def fraction_text(value: Fraction) -> str:
    """A fraction with its denominator always written: «3/1»."""
    return f"{value.numerator}/{value.denominator}"


def fraction_read(text: str) -> Fraction:
    """What `fraction_text` wrote. Raises ValueError for anything else: signs of plus, spaces, other than lowest terms."""
    top, slash, below = text.partition("/")
    if not slash or len(text) > 400:
        raise ValueError("not a fraction")
    if not below.isascii() or not below.isdigit() or not top.removeprefix("-").isdigit() or not top.isascii():
        raise ValueError("not a fraction")
    if int(below) == 0 or fraction_text(value := Fraction(int(top), int(below))) != text:
        raise ValueError("not a fraction")
    return value


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Fraction):
        return fraction_text(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment without a zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key that is no text")
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    raise TypeError(f"no canonical form: {type(value).__name__}")
