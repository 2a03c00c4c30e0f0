"""Numbers as writers of receipts give them: whole kopecks, floats, texts with commas and spaces. Nothing goes through a float here."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

#: No receipt of a household has more: 100 million roubles, a million of anything.
MOST_KOP = 10_000_000_000
MOST_QUANTITY = Decimal(1_000_000)
_MICRO = Decimal("0.000001")
_ONE = Decimal(1)
#: Receipts by till and code exist since 2016; the law let nobody begin earlier than 2014.
FIRST_DAY = date(2014, 1, 1)


class Unreadable(Exception):
    """A figure that is none; the code of the finding is `args[0]`."""


def number(value: Any) -> Decimal | int | None:
    """An int or a Decimal of a JSON value; None for nothing. Raises Unreadable."""
    if value is None or value == "":
        return None
    if value.__class__ is int:
        return value
    if value.__class__ is Decimal:
        if value.is_finite():
            return value
        raise Unreadable("bad-number")
    if value.__class__ is str and len(value) <= 40:
        clean = value.replace("\u00a0", "").replace(" ", "").replace(",", ".")
        if not clean:
            return None
        try:
            found = Decimal(clean)
        except InvalidOperation:
            raise Unreadable("bad-number") from None
        if found.is_finite():
            return found
    raise Unreadable("bad-number")


def kopecks(value: Any, *, half_up: bool = False) -> int | None:
    """Whole kopecks, also where they come as a float («39795.0»); None for nothing.

    A part of a kopeck says that the writer meant roubles: Raises Unreadable("not-kopecks") unless `half_up` rounds it (prices by
    weight may have one). Raises Unreadable for what is no number or beyond MOST_KOP.
    """
    found = number(value)
    if found is None:
        return None
    if found.__class__ is not int:
        exponent = Decimal(found).adjusted()
        if exponent > 12:
            raise Unreadable("bad-sum")
        whole = Decimal(found).quantize(_ONE, ROUND_HALF_UP)
        if whole != found and not half_up:
            raise Unreadable("not-kopecks")
        found = int(whole)
    if not -MOST_KOP <= found <= MOST_KOP:
        raise Unreadable("bad-sum")
    return int(found)


def quantity(value: Any) -> Decimal:
    """How much, to six places; 1 where nothing is said. Raises Unreadable for what is none, not above zero or too much."""
    found = number(value)
    if found is None:
        return _ONE
    amount = Decimal(found)
    if not 0 < amount <= MOST_QUANTITY:
        raise Unreadable("bad-quantity")
    if amount.as_tuple().exponent < -6:  # type: ignore[operator]
        amount = amount.quantize(_MICRO, ROUND_HALF_UP)
        if not amount:
            raise Unreadable("bad-quantity")
    return amount


def digits(value: Any, longest: int) -> str:
    """A number that is a name («0009960440301»), as digits; "" for nothing or for what is none."""
    if value.__class__ is int:
        text = str(value) if 0 <= value < 10**longest else ""
    elif value.__class__ is str:
        text = value.strip()[: longest + 1]
    elif value.__class__ is Decimal and value.is_finite() and value == value.to_integral_value():
        text = str(int(value)) if 0 <= value < 10**longest else ""
    else:
        return ""
    return text if text.isascii() and text.isdigit() and len(text) <= longest else ""


def moment(value: Any) -> tuple[date, time | None] | None:
    """The till's own day and time. A zone, where one is written, is left out: tills write their local time. None for nothing.

    Read: ISO with or without time or seconds, «20240809T0859», «09.08.2024 08:59», seconds or milliseconds since 1970 (tills count their
    local time as if it were UTC). Raises Unreadable.
    """
    if value is None or value == "":
        return None
    try:
        if value.__class__ is int or value.__class__ is Decimal:
            return _of_epoch(int(value))
        if value.__class__ is str:
            text = value.strip()[:40]
            if text.isascii() and text.isdigit() and len(text) in (9, 10, 13):
                return _of_epoch(int(text))
            if text.isascii():
                return _of_text(text)
    except (ValueError, OverflowError, OSError):
        pass
    raise Unreadable("bad-date")


def _of_epoch(count: int) -> tuple[date, time | None]:
    if count > 100_000_000_000:
        count //= 1000
    if not 0 < count < 10_000_000_000:
        raise ValueError(count)
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=count)
    return at.date(), at.time()


def _of_text(text: str) -> tuple[date, time | None]:
    if len(text) >= 10 and text[2] == text[5] == ".":
        text = f"{text[6:10]}-{text[3:5]}-{text[:2]}{text[10:]}"
    if len(text) >= 8 and text[:8].isdigit():
        return parts(text[:4], text[4:6], text[6:8], text[8:])
    if len(text) >= 10 and text[4] == text[7] == "-":
        return parts(text[:4], text[5:7], text[8:10], text[10:])
    raise ValueError(text)


def parts(year: str, month: str, day: str, rest: str) -> tuple[date, time | None]:
    """A day and what follows it: «T2319», «T23:19:00.000+03:00», « 23:19». Raises ValueError."""
    found = date(int(year), int(month), int(day))
    rest = rest.lstrip("Tt ")
    for mark in ("+", "Z", "z", "-"):
        rest = rest.partition(mark)[0]
    clock = rest.partition(".")[0].replace(":", "").strip()
    if not clock:
        return found, None
    if not (clock.isdigit() and len(clock) in (4, 6)):
        raise ValueError(rest)
    seconds = int(clock[4:6] or 0)
    return found, time(int(clock[:2]), int(clock[2:4]), min(seconds, 59))
