"""Codes of receipts as text, one a line, as programs of cameras save them. A code has no lines: the receipt waits for them."""

from __future__ import annotations

from koopset.apps.needs.formats.receipt_code import LONGEST, code_or_none
from koopset.apps.needs.formats.receipt_json import ReceiptRead, Unusable

#: Among so many lines with something in them there is a code, or the file is none of codes.
LOOKED_AT = 20
#: 1 a purchase, 2 a return; at a payout (3, 4) nothing was bought.
_BOUGHT = (1, 2)


def holds_codes(head: str) -> bool:
    """Whether a text that begins so is one of codes. Cheap: the first lines are looked at, a cut last one too."""
    lines = [line for line in head.splitlines() if line.strip()][:LOOKED_AT]
    return any("fn=" in line.casefold() and code_or_none(line) is not None for line in lines)


def receipt_of_code(line: str) -> ReceiptRead | Unusable:
    """The receipt that a line names, without its lines; what is no code, or is of a payout, is told."""
    found = code_or_none(line) if len(line) <= LONGEST else None
    if found is None:
        return Unusable("not-a-code")
    if found.operation not in _BOUGHT:
        return Unusable("payout-code", found.known_by)
    return ReceiptRead(
        found.fn, found.fd, found.fp, found.day, found.clock, found.operation, found.total_kop, "", "", []
    )
