"""Pick-up codes: eight digits, the last a check digit, so that a slip of the finger is told from a stranger."""

from __future__ import annotations

from koopset.kernel.violations import RuleViolation

DIGITS = 7
#: Damm's quasigroup of order ten: catches every single slip and every swap of neighbours.
_TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def _check(digits: str) -> str:
    state = 0
    for digit in digits:
        state = int(_TABLE[state][int(digit)])
    return str(state)


def make_code(number: int) -> str:
    """The code of a random number below 10⁷."""
    digits = f"{number:0{DIGITS}d}"
    if number < 0 or len(digits) != DIGITS:
        raise ValueError("a code is made of seven digits")
    return digits + _check(digits)


def read_code(text: str) -> str:
    """What was typed or scanned, without spaces and dashes; an address with the code at its end is a scan.

    Raises settlement.code_bad for anything else, and for a slip of the finger.
    """
    tail = text.strip().rpartition("code=")[2]
    digits = "".join(char for char in tail if char not in " -\u00a0\u2009\u202f–—")
    if (
        len(digits) != DIGITS + 1
        or not (digits.isascii() and digits.isdigit())
        or _check(digits[:-1]) != digits[-1]
    ):
        raise RuleViolation("settlement.code_bad", field="code")
    return digits


def spaced(code: str) -> str:
    """As it is read aloud: «4821 0937»."""
    return f"{code[:4]} {code[4:]}"
