"""The code on a receipt: `t=20231203T2319&s=261.80&fn=…&i=…&fp=…&n=1`, as cameras give it; and what other codes are, in a word.

Of the standard of receipts (приказ ФНС ЕД-7-20/662@): roubles in `s`, kopecks in files. Order and case of keys vary, so do zeros.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import unquote

from koopset.apps.needs.formats.figures import FIRST_DAY, MOST_KOP, parts
from koopset.kernel.violations import RuleViolation

#: No code of a receipt is longer; a picture may hold any text.
LONGEST = 1_000
_KEYS = ("t", "s", "fn", "i", "fp", "n")
_SUM = re.compile(r"(\d{1,9})(?:[.,](\d{0,2}))?0*")
_GTIN = re.compile(r"\d{8}|\d{12,14}")
_MARK = re.compile(r"[\x1d\u00e8]?\(?01\)?\d{14}")


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """What a code says. `fn` keeps its text; `total_kop` is in kopecks; `operation`: 1 purchase, 2 return, 3 payout, 4 its return."""

    fn: str
    fd: int
    fp: int
    day: date
    clock: time
    total_kop: int
    operation: int

    @property
    def known_by(self) -> str:
        """fn-fd-fp in one line."""
        return f"{self.fn}-{self.fd}-{self.fp}"

    @property
    def text(self) -> str:
        """The code as a till prints it: the form in which a provider is asked."""
        moment = datetime.combine(self.day, self.clock)
        stamp = moment.strftime("%Y%m%dT%H%M%S" if self.clock.second else "%Y%m%dT%H%M")
        rub = f"{self.total_kop // 100}.{self.total_kop % 100:02}"
        return f"t={stamp}&s={rub}&fn={self.fn}&i={self.fd}&fp={self.fp}&n={self.operation}"


def other_kind(text: str) -> str:
    """What a text that is no receipt's code is: payment, sbp, link, mark, goods, contact, "" (unknown)."""
    bare = text.strip()
    folded = bare[:64].casefold()
    if folded.startswith("st0001"):
        return "payment"
    if folded.startswith(("https://qr.nspk.ru/", "http://qr.nspk.ru/", "qr.nspk.ru/")):
        return "sbp"
    if _GTIN.fullmatch(bare):
        return "goods"
    if _MARK.match(bare) and len(bare) > 16:
        return "mark"
    if folded.startswith(("http://", "https://", "www.")):
        return "link"
    if folded.startswith(("begin:vcard", "mecard:", "tel:", "mailto:", "smsto:", "wifi:")):
        return "contact"
    return ""


def receipt_query(text: str) -> str:
    """The part of a text with the keys of a receipt: also out of a link that carries them; "" for none."""
    bare = text.strip().strip("\ufeff\"'").strip()
    if "%3D" in bare or "%3d" in bare:
        bare = unquote(bare)
    folded = bare.casefold()
    if not ("fn=" in folded and "fp=" in folded):
        return ""
    return bare.partition("?")[2] if "?" in bare else bare


def read_code(text: str, *, latest: datetime | None = None) -> ReceiptCode:
    """A code as read by a camera or typed. `latest` is the naive local moment after which no receipt can be.

    Raises needs.code_empty, needs.code_long, needs.code_is_payment / _sbp / _link / _mark / _goods / _contact (a code of another kind),
    needs.code_unknown, needs.code_incomplete (`keys` lacks), needs.code_bad (`key` is wrong), needs.code_future, needs.code_old.
    """
    if not text.strip():
        raise RuleViolation("needs.code_empty", field="code")
    if len(text) > LONGEST:
        raise RuleViolation("needs.code_long", field="code")
    query = receipt_query(text)
    if not query:
        kind = other_kind(text)
        raise RuleViolation(f"needs.code_is_{kind}" if kind else "needs.code_unknown", field="code")
    found: dict[str, str] = {}
    for pair in re.split(r"[&;\s]+", query):
        key, sign, value = pair.partition("=")
        if sign and key.casefold() in _KEYS:
            found.setdefault(key.casefold(), value.strip())
    missing = [key for key in _KEYS if not found.get(key) and key != "n"]
    if missing:
        raise RuleViolation("needs.code_incomplete", field="code", keys=", ".join(missing))
    day, clock = _moment(found["t"])
    code = ReceiptCode(
        fn=_fn(found["fn"]),
        fd=_number("i", found["i"], 10),
        fp=_number("fp", found["fp"], 10),
        day=day,
        clock=clock,
        total_kop=_kopecks(found["s"]),
        operation=_operation(found.get("n") or "1"),
    )
    if day < FIRST_DAY:
        raise RuleViolation("needs.code_old", field="code")
    if latest is not None and datetime.combine(day, clock) > latest:
        raise RuleViolation("needs.code_future", field="code")
    return code


def code_or_none(text: str) -> ReceiptCode | None:
    """The same, None for whatever is no code of a receipt."""
    try:
        return read_code(text)
    except RuleViolation:
        return None


def _bad(key: str) -> RuleViolation:
    return RuleViolation("needs.code_bad", field="code", key=key)


def _plain(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _moment(text: str) -> tuple[date, time]:
    bare = text.replace("-", "").replace(":", "")
    try:
        if not text.isascii() or not _plain(bare[:8]) or len(bare) < 8:
            raise ValueError(text)
        day, clock = parts(bare[:4], bare[4:6], bare[6:8], bare[8:])
    except ValueError:
        raise _bad("t") from None
    return day, clock or time()


def _fn(text: str) -> str:
    if not (_plain(text) and 8 <= len(text) <= 16 and text.strip("0")):
        raise _bad("fn")
    return text


def _number(key: str, text: str, longest: int) -> int:
    bare = text.lstrip("0")
    if not (_plain(text) and 0 < len(bare) <= longest):
        raise _bad(key)
    return int(bare)


def _kopecks(text: str) -> int:
    match = _SUM.fullmatch(text) if text.isascii() else None
    if match is None:
        raise _bad("s")
    found = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if found > MOST_KOP:
        raise _bad("s")
    return found


def _operation(text: str) -> int:
    if text not in ("1", "2", "3", "4"):
        raise _bad("n")
    return int(text)
