"""No-break spaces where a Russian line must not break, and numbers as people write them. Pure text, no HTML."""

from __future__ import annotations

import re
from decimal import Decimal

NBSP = "\u00a0"
MINUS = "\u2212"

_SHORT = re.compile(
    r"(?<![\w-])((?:[А-Яа-яЁёA-Za-z]{1,2}|без|для|при|над|под|или|The|the)) (?=\S)", re.UNICODE
)
_NUMBER_SIGN = re.compile(r"(№|§|ст\.|п\.|ч\.|г\.|ул\.|д\.|кв\.|стр\.) (?=[\d«A-ZА-ЯЁ])")
_UNITS = (
    "₽|руб|коп|%|°|м²|м³|м\\b|км|га\\b|сот|кВт|Вт|кг|г\\b|т\\b|л\\b|мл|шт|чел|дн|мин|ч\\b|сек|"
    "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|год|лет"
)
_UNIT = re.compile(rf"(?<=\d) (?=(?:{_UNITS}))")
_GROUP = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_DASH = re.compile(r" (?=[—–] )")
_INITIALS = re.compile(r"(?<=[А-ЯЁ]\.) (?=[А-ЯЁ])|(?<=[а-яё]) (?=[А-ЯЁ]\. ?[А-ЯЁ]\.)")


def bind(text: str) -> str:
    """Put no-break spaces after short words, before units and dashes, inside numbers and names with initials."""
    for _ in range(2):  # «и в доме»: a short word may follow a short word
        text = _SHORT.sub(rf"\1{NBSP}", text)
    text = _NUMBER_SIGN.sub(rf"\1{NBSP}", text)
    for pattern in (_UNIT, _GROUP, _DASH, _INITIALS):
        text = pattern.sub(NBSP, text)
    return text


def rubles_and_kopecks(kop: int, *, language: str) -> tuple[str, str]:
    """Split kopecks into what is written before and after the mark: ("−12 345", ",67"); in English ("−12,345", ".67")."""
    roubles, rest = divmod(abs(kop), 100)
    mark = "." if language == "en" else ","
    return (MINUS if kop < 0 else "") + grouped(roubles, language=language), f"{mark}{rest:02d}"


def grouped(number: int, *, language: str) -> str:
    """12345 as «12 345» (no-break), in English as "12,345"."""
    return f"{number:,}" if language == "en" else f"{number:,}".replace(",", NBSP)


def decimal_text(value: Decimal | int | float, *, language: str, places: int | None = None) -> str:
    """A quantity without needless zeros: «8,4»; `places` fixes their number."""
    number = Decimal(str(value))
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places))
    text = f"{abs(number):f}"
    whole, _, part = text.partition(".")
    if places is None:
        part = part.rstrip("0")
    sign = MINUS if number < 0 else ""
    mark = "." if language == "en" else ","
    return sign + grouped(int(whole), language=language) + (mark + part if part else "")
