"""One receipt out of the many JSON shapes it comes in: applications of the tax service, services of checking, «Честный знак», lkdr.

What is personal is not read at all (operator, buyerPhoneOrAddress, sellerAddress, raw codes) or taken out of texts (`persons`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from koopset.apps.needs.formats.figures import Unreadable, digits, kopecks, moment, quantity
from koopset.apps.needs.formats.measures import unit_of
from koopset.apps.needs.formats.persons import clean, name_words, shop_name
from koopset.apps.needs.formats.receipt_code import code_or_none

#: How deep a wrapper may lie in wrappers, how many lines a receipt may have, how long a receipt inside a text may be.
DEEPEST = 8
MOST_LINES = 5_000
MOST_INNER = 8 * 1024 * 1024
_ONE = Decimal(1)

#: What may hold receipts, in the order in which it is opened.
_WRAPPERS = (
    "ticket",
    "document",
    "receipt",
    "bso",
    "receiptCorrection",
    "bsoCorrection",
    "fiscalData",
    "data",
    "json",
    "rawJson",
    "receipts",
    "content",
    "payload",
    "items",
)
_KINDS = {"receiptCorrection": "correction", "bsoCorrection": "correction", "bso": "bso"}
_CORRECTIONS = frozenset({31, 41})
_TOTALS = ("totalSum", "total", "ecashTotalSum")
_PREPAID = frozenset({1, 2, 3})


@dataclass(slots=True)
class LineRead:
    """A line as the till wrote it. `sum_kop` is what was paid, discounts taken off; `prepaid` is no purchase yet."""

    name: str
    quantity: Decimal
    unit: str
    price_kop: int
    sum_kop: int
    gtin: str
    prepaid: bool


@dataclass(slots=True)
class ReceiptRead:
    """A receipt as read. `fn` "" and 0 where the writer took the numbers off; `day` None where there is none.

    `flags`: sum-differs, discount, line-differs, lines-unread, no-lines, correction, no-code.
    """

    fn: str
    fd: int
    fp: int
    day: date | None
    clock: time | None
    operation: int
    total_kop: int
    shop_inn: str
    shop_name: str
    lines: list[LineRead]
    flags: list[str] = field(default_factory=list)

    @property
    def is_correction(self) -> bool:
        """A correction by the shop: no purchase."""
        return "correction" in self.flags

    @property
    def identity(self) -> tuple[str, int, int] | None:
        """(fn, fd, fp), None where any of them is missing."""
        return (self.fn, self.fd, self.fp) if self.fn and self.fd and self.fp else None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that stands where a receipt should and is none: a stable code and, where it could be read, whose it is."""

    code: str
    known_by: str = ""


@dataclass(frozen=True, slots=True)
class _Around:
    """What wrappers say of the receipt inside: its kind, and what it may lack."""

    kind: str = ""
    fiscal_date: Any = None
    code: str = ""


def receipts_in(value: Any) -> Iterator[ReceiptRead | Unusable]:
    """Receipts in one JSON value, however wrapped. Never raises for what a file may hold."""
    yield from _open(value, _Around(), 0)


def _open(value: Any, around: _Around, depth: int) -> Iterator[ReceiptRead | Unusable]:
    if depth > DEEPEST:
        yield Unusable("too-deep")
    elif value.__class__ is dict:
        yield from _open_object(value, around, depth)
    elif value.__class__ is list:
        for one in value:
            yield from _open(one, around, depth + 1)
    elif value.__class__ is str:
        yield from _open_text(value, around, depth)
    else:
        yield Unusable("not-a-receipt")


def _open_text(text: str, around: _Around, depth: int) -> Iterator[ReceiptRead | Unusable]:
    """A receipt as a text inside JSON."""
    if text.lstrip()[:1] not in ("{", "["):
        yield Unusable("not-a-receipt")
        return
    if len(text) > MOST_INNER:
        yield Unusable("too-large")
        return
    try:
        inner = parse_json(text)
    except (ValueError, RecursionError):
        yield Unusable("broken-json")
        return
    yield from _open(inner, around, depth + 1)


def _open_object(value: dict[str, Any], around: _Around, depth: int) -> Iterator[ReceiptRead | Unusable]:
    if _is_receipt(value):
        yield _read_or_tell(value, around)
        return
    if _is_answer(value):
        yield from _open_answer(value, around, depth)
        return
    code_data = value.get("codeData")
    if code_data.__class__ is dict:
        around = replace(around, fiscal_date=code_data.get("fiscalDate", around.fiscal_date))
    for key in _WRAPPERS:
        inner = value.get(key)
        if inner.__class__ in (dict, list) or (inner.__class__ is str and inner.lstrip()[:1] in ("{", "[")):
            yield from _open(inner, replace(around, kind=_KINDS.get(key, around.kind)), depth + 1)
            return
    if _is_purchase(value):
        yield _read_or_tell({**value, "items": [value], "totalSum": value.get("sum")}, around)
        return
    yield Unusable("not-a-receipt")


def _is_receipt(value: Mapping[str, Any]) -> bool:
    if value.get("items").__class__ is list and not ("ticket" in value or "document" in value):
        first = value["items"][0] if value["items"] else None
        # A list of receipts may be called «items» too: lines have no lines of their own.
        return not (
            first.__class__ is dict and ("items" in first or "ticket" in first or "document" in first)
        )
    return "totalSum" in value and "fiscalDriveNumber" in value


def _is_purchase(value: Mapping[str, Any]) -> bool:
    """One line without its receipt: a list of purchases somebody kept."""
    return "name" in value and "sum" in value and "dateTime" in value


def _is_answer(value: Mapping[str, Any]) -> bool:
    """{code, data, …} of a service of checking."""
    return "data" in value and value.get("code").__class__ is int and "totalSum" not in value


#: Answers of services of checking that hold no receipt. 1 is a success.
_ANSWERS = {
    0: "answer-wrong-code",
    2: "answer-not-yet",
    3: "answer-too-many",
    4: "answer-wait",
    5: "answer-none",
}


def _open_answer(value: dict[str, Any], around: _Around, depth: int) -> Iterator[ReceiptRead | Unusable]:
    asked = value.get("request")
    raw = asked.get("qrraw") if asked.__class__ is dict else None
    code = raw if raw.__class__ is str else ""
    inner = value["data"]
    if value["code"] != 1 or inner.__class__ not in (dict, list):
        known = code_or_none(code)
        if value["code"] == 1 and inner.__class__ is str and inner.lstrip()[:1] in ("{", "["):
            yield from _open_text(inner, replace(around, code=code), depth + 1)
            return
        yield Unusable(_ANSWERS.get(value["code"], "answer-none"), known.known_by if known else "")
        return
    if inner.__class__ is dict and "json" in inner:
        inner = inner["json"]
    yield from _open(inner, replace(around, code=code), depth + 1)


def _read_or_tell(value: dict[str, Any], around: _Around) -> ReceiptRead | Unusable:
    try:
        return _read(value, around)
    except Unreadable as wrong:
        known = "-".join(str(part) for part in _identity(value) if part)
        return Unusable(str(wrong.args[0]), known[:60])


def _first(value: Mapping[str, Any], *keys: str) -> Any:
    for key in keys:
        found = value.get(key)
        if found is not None:
            return found
    return None


def _identity(value: Mapping[str, Any]) -> tuple[str, int, int]:
    fn = digits(_first(value, "fiscalDriveNumber", "fn"), 20)
    fd = digits(_first(value, "fiscalDocumentNumber", "fd", "i"), 10)
    fp = digits(_first(value, "fiscalSign", "fp", "fpd"), 12)
    return fn, int(fd or 0), int(fp or 0)


def _operation(value: Mapping[str, Any]) -> int:
    found = _first(value, "operationType", "n")
    if found is None:
        return 1
    text = digits(found, 2)
    if text not in ("1", "2", "3", "4"):
        raise Unreadable("bad-operation")
    return int(text)


def _read(value: dict[str, Any], around: _Around) -> ReceiptRead:
    flags: list[str] = []
    fn, fd, fp = _identity(value)
    at = moment(_first(value, "dateTime", "localDateTime", "date"))
    code = code_or_none(around.code) if around.code and not (fn and fd and fp and at) else None
    if code is not None:
        fn, fd, fp = fn or code.fn, fd or code.fd, fp or code.fp
    if at is None:
        at = (code.day, code.clock) if code is not None else moment(around.fiscal_date)
    if not (fn and fd and fp):
        flags.append("no-code")
    if around.kind == "correction" or digits(_first(value, "code", "receiptCode"), 3) in ("31", "41"):
        flags.append("correction")
    user, inn = value.get("user"), digits(value.get("userInn"), 12)
    seller = user.strip() if user.__class__ is str else ""
    inn = "" if len(inn) not in (10, 12) or not inn.strip("0") else inn
    place = value.get("retailPlace")
    words = name_words(seller[:300], inn)
    lines, unread = _lines(value.get("items"), words, flags)
    total = kopecks(_first(value, "totalSum", "total"))
    added = sum(line.sum_kop for line in lines)
    if total is None:
        if not lines:
            raise Unreadable("no-total")
        total = added
    if total < 0:
        raise Unreadable("bad-sum")
    if unread:
        flags.append("lines-unread")
    if not lines:
        flags.append("no-lines")
    elif not total <= added <= total + 99:
        flags.append("sum-differs")
    return ReceiptRead(
        fn,
        fd,
        fp,
        at[0] if at else None,
        at[1] if at else None,
        _operation(value),
        total,
        inn,
        _shop(seller[:300], place[:300] if place.__class__ is str else "", inn),
        lines,
        flags,
    )


@lru_cache(maxsize=4096)
def _shop(seller: str, place: str, inn: str) -> str:
    return shop_name(seller, place, inn)


@lru_cache(maxsize=65_536)
def _clean_name(name: str, words: frozenset[str]) -> str:
    return clean(name, words, limit=250)


def _lines(items: Any, words: frozenset[str], flags: list[str]) -> tuple[list[LineRead], int]:
    """Lines that could be read, and how many could not."""
    if items.__class__ is not list:
        return [], 0
    found: list[LineRead] = []
    unread = max(0, len(items) - MOST_LINES)
    for item in items[:MOST_LINES]:
        try:
            line = _line(item, words, flags)
        except Unreadable as wrong:
            if wrong.args[0] == "not-kopecks":
                raise
            unread += 1
            continue
        found.append(line)
    return found, unread


def _line(item: Any, words: frozenset[str], flags: list[str]) -> LineRead:
    if item.__class__ is not dict:
        raise Unreadable("bad-line")
    get = item.get
    name, how_many, paid, price = get("name"), get("quantity"), get("sum"), get("price")
    # Whole numbers are what nearly all tills write: they need no reader.
    much = _ONE if how_many == 1 and how_many.__class__ is int else quantity(how_many)
    sum_kop = paid if paid.__class__ is int and 0 <= paid <= 10_000_000_000 else kopecks(paid)
    price_kop = (
        price if price.__class__ is int and 0 <= price <= 10_000_000_000 else kopecks(price, half_up=True)
    )
    if sum_kop is None:
        if price_kop is None:
            raise Unreadable("bad-line")
        sum_kop = _half_up(price_kop * much)
    elif price_kop is None:
        price_kop = _half_up(sum_kop / much)
    if sum_kop < 0 or price_kop < 0:
        raise Unreadable("bad-line")
    worth = price_kop if much is _ONE else _half_up(price_kop * much)
    if sum_kop != worth:
        flag = "discount" if sum_kop < worth else "line-differs"
        if flag not in flags:
            flags.append(flag)
    code = get("itemsQuantityMeasure")
    if code == 0 and code.__class__ is int:
        unit = "pcs"
    else:
        unit, size = unit_of(code, get("measure") or get("unit"))
        if size != 1:
            much = much * size
    payment = get("paymentType") or get("calculationTypeSign")
    if name.__class__ is not str:
        name = "" if name is None else str(name)
    return LineRead(
        _clean_name(name[:1000], words) or "—",
        much,
        unit,
        price_kop,
        sum_kop,
        _gtin(item),
        payment.__class__ in (int, str, Decimal) and digits(payment, 2) in ("1", "2", "3"),
    )


def _half_up(value: Decimal) -> int:
    return int(value.quantize(_ONE, ROUND_HALF_UP))


def _gtin(item: Mapping[str, Any]) -> str:
    """The good's number in the world; the unit's own number and the raw code are not read. "" for none."""
    marks = item.get("productCodeNew") or item.get("productCode")
    if marks is None:
        return digits(item["gtin"], 14) if "gtin" in item else ""
    if marks.__class__ is list:
        marks = next((one for one in marks if one.__class__ is dict), None)
    if marks.__class__ is not dict:
        return ""
    for inner in (
        marks.get("gs1m"),
        marks.get("gs10"),
        marks.get("ean13"),
        marks.get("itf14"),
        marks.get("ean8"),
        marks,
    ):
        if inner.__class__ is dict:
            found = digits(inner.get("gtin"), 14)
            if len(found) >= 8:
                return found
    return ""


def _no_constant(name: str) -> None:
    """NaN and Infinity are no figures of a receipt."""


_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def parse_json(text: str) -> Any:
    """A JSON text with its numbers as they stand: no floats. Raises ValueError, RecursionError."""
    return _decoder.decode(text)


def decode_at(text: str, at: int) -> tuple[Any, int]:
    """A JSON value that begins at a place of a text, and where it ends. Raises ValueError, RecursionError."""
    return _decoder.raw_decode(text, at)
