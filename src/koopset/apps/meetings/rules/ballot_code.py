"""The code on a written ballot: whose it is, at which meeting, in eleven digits that nobody can make up.

The key of a card is mixed under a key of the meeting by a Feistel network over ten decimal digits (HMAC-SHA256 is its round), so the digits
tell nothing and one ballot's code does not lead to another's. A made-up code opens to a number that is no elector: with a thousand electors
one of ten million such codes would pass. The eleventh digit is a check digit: a slip of the finger is told from a forgery.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from koopset.kernel.violations import RuleViolation

DIGITS = 10
_HALF = 10**5
_ROUNDS = 10
_NAME = b"koopset.meetings.ballot-code.v1\n"
#: Damm's quasigroup of order ten: catches every single slip and every swap of neighbours.
_TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_BETWEEN = " -\u00a0\u2009\u202f–—"


@dataclass(frozen=True, slots=True)
class TypedCode:
    """What was typed or scanned: the eleven digits, and the meeting where it was a scan."""

    digits: str
    meeting: int | None


def _check(digits: str) -> str:
    state = 0
    for digit in digits:
        state = int(_TABLE[state][int(digit)])
    return str(state)


def _round(key: bytes, number: int, half: int) -> int:
    tag = hmac.new(key, _NAME + f"{number}/{half}".encode(), hashlib.sha256).digest()
    return int.from_bytes(tag[:8], "big") % _HALF


def code_made(person: int, key: bytes) -> str:
    """The eleven digits of a person's ballot under the key of a meeting. Raises ValueError for a number that does not fit."""
    if not 0 < person < 10**DIGITS:
        raise ValueError("the key of a card fits ten digits")
    left, right = divmod(person, _HALF)
    for number in range(_ROUNDS):
        left, right = right, (left + _round(key, number, right)) % _HALF
    digits = f"{left:05d}{right:05d}"
    return digits + _check(digits)


def code_opened(digits: str, key: bytes) -> int:
    """The number under the key of a meeting: of a card, if the code is of that meeting; anything else if it is not."""
    left, right = int(digits[:5]), int(digits[5:DIGITS])
    for number in reversed(range(_ROUNDS)):
        left, right = (right - _round(key, number, left)) % _HALF, left
    return left * _HALF + right


def code_read(text: str) -> TypedCode:
    """What was typed or scanned, spaces and dashes left out.

    Raises meetings.ballot_code_slip: not eleven digits, or the check digit does not fit.
    """
    clean = "".join(char for char in text.strip() if char not in _BETWEEN)
    head, bar, tail = clean.rpartition("/")
    digits = tail if bar else clean
    marked = head.rpartition("/")[2] if bar else ""
    is_number = digits.isascii() and digits.isdigit() and len(digits) == DIGITS + 1
    if not is_number or _check(digits[:-1]) != digits[-1]:
        raise RuleViolation("meetings.ballot_code_slip", field="code")
    known = marked.isascii() and marked.isdigit() and len(marked) < 12
    return TypedCode(digits, int(marked) if known else None)


def code_spaced(digits: str) -> str:
    """As it is printed and read aloud: «4821 0937 551»."""
    return f"{digits[:4]} {digits[4:8]} {digits[8:]}"


def code_scanned(meeting: int, digits: str) -> str:
    """What the square holds: `code_read` reads it, and names the meeting."""
    return f"KOOPSET/{meeting}/{digits}"
