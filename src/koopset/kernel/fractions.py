"""Shares in property and in votes: exact fractions, because a percent with eight decimals cannot hold 1/3."""

import functools
import re
from fractions import Fraction

from koopset.kernel.violations import RuleViolation

_RATIO = re.compile(r"([0-9]{1,12})\s*/\s*([0-9]{1,12})")
_DECIMAL = re.compile(r"([0-9]{1,12}(?:[.,][0-9]{1,12})?)\s*(%?)")


@functools.lru_cache(maxsize=1024)  # a register says «1» and «1/2» tens of thousands of times
def parse_share(text: str) -> Fraction:
    """A share above 0 and up to 1, from "1/3", "0.5", "0,5", "50%", "33,3 %" or "1".

    Raises fractions.bad_share for the rest: zero, more than the whole, a sign, a zero denominator.
    """
    clean = text.strip()
    share = Fraction(0)
    if ratio := _RATIO.fullmatch(clean):
        share = Fraction(int(ratio[1]), int(ratio[2])) if int(ratio[2]) else share
    elif decimal := _DECIMAL.fullmatch(clean):
        share = Fraction(decimal[1].replace(",", ".")) / (100 if decimal[2] else 1)
    if not 0 < share <= 1:
        raise RuleViolation("fractions.bad_share", text=text[:64])
    return share


def share_text(share: Fraction) -> str:
    """The share as registers write it, in lowest terms: "1/3", "1". `parse_share` reads it back."""
    return str(share)
