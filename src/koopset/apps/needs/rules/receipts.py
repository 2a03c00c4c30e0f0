"""Which receipts and lines add to what a household needs, and by what a receipt is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal

SALE, RETURN = 1, 2
#: What a receipt without its numbers is known by begins so: no number of a fiscal drive does.
NAMELESS = "~"


def line_sign(operation: int, *, prepaid: bool = False, correction: bool = False) -> int:
    """+1 for a purchase, -1 for its return (tag 1054: 1 and 2), 0 for payouts (3, 4), prepayments and corrections by the shop."""
    if prepaid or correction:
        return 0
    return {SALE: 1, RETURN: -1}.get(operation, 0)


def content_name(
    day: date | None,
    clock: time | None,
    operation: int,
    total_kop: int,
    lines: Iterable[tuple[str, Decimal, int, int]],
    nth: int = 0,
) -> str:
    """By what a receipt without numbers is known: its content. `nth` tells equal receipts of one file apart (0 for the first).

    Nineteen characters, the first is NAMELESS. Quantities are compared as numbers: «1» is «1.0».
    """
    digest = hashlib.sha256(f"{day}|{clock}|{operation}|{total_kop}|{nth}".encode())
    for name, quantity, price, paid in lines:
        digest.update(f"|{name}|{quantity.normalize():f}|{price}|{paid}".encode())
    return NAMELESS + digest.hexdigest()[:18]


def has_code(fn: str) -> bool:
    """Whether a receipt is known by the numbers of its till."""
    return bool(fn) and not fn.startswith(NAMELESS)
