"""What is personal on a receipt and leaves it before anything is stored: names of sole traders, telephones, e-mails.

Cashiers, buyers' contacts and addresses of senders are never read at all; here is what stands inside texts that are read.
"""

from __future__ import annotations

import re
from functools import lru_cache

_EMAIL = re.compile(r"[^\s@<>,;:()]{1,64}@[^\s@<>,;:()]{1,64}\.[A-Za-zА-Яа-яЁё]{2,10}")
_PHONE = re.compile(r"(?<!\d)(?:\+\s?7|\b8|\b7)[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)")
_TRADER = re.compile(
    r"(?:\bИП\b|\bИндивидуальный\s+предприниматель\b|\bГКФХ\b|\bКФХ\b|\bСамозанят\w+)\s*[«\"]?"
    r"(?:\s*[А-ЯЁ](?:[а-яё]+|[А-ЯЁ]+)(?:-[А-ЯЁ][А-Яа-яЁё]+)?)"
    r"(?:\s+[А-ЯЁ][А-Яа-яЁё]+(?=\s+[А-ЯЁ])|\s+[А-ЯЁ]\.)?"
    r"(?:\s*[А-ЯЁ]\.|\s+[А-ЯЁ][А-Яа-яЁё]*(?:вич|вна|ична|ВИЧ|ВНА|ИЧНА|оглы|ОГЛЫ|кызы|КЫЗЫ)\b)?[»\"]?",
    re.UNICODE,
)
_FULL_NAME = re.compile(
    r"\b[А-ЯЁ](?:[а-яё]+|[А-ЯЁ]+)(?:-[А-ЯЁ][А-Яа-яЁё]+)?\s+[А-ЯЁ](?:[а-яё]+|[А-ЯЁ]+)\s+"
    r"[А-ЯЁ][А-Яа-яЁё]*(?:вич|вна|ична|ВИЧ|ВНА|ИЧНА)\b"
)
_INITIALS = re.compile(
    r"\b[А-ЯЁ](?:[а-яё]{2,}|[А-ЯЁ]{2,})\s+[А-ЯЁ]\.\s*[А-ЯЁ]\.|\b[А-ЯЁ]\.\s*[А-ЯЁ]\.\s*[А-ЯЁ](?:[а-яё]{2,}|[А-ЯЁ]{2,})\b"
)
_TRADER_WORD = re.compile(
    r"\bИП\b|\bИНДИВИДУАЛЬНЫЙ\s+ПРЕДПРИНИМАТЕЛЬ\b|\bКФХ\b|\bГКФХ\b|\bГЛАВА\b|\bСАМОЗАНЯТ", re.IGNORECASE
)
_BODY_WORD = re.compile(
    r"\b(?:ООО|АО|ПАО|ЗАО|ОАО|НАО|МУП|ГУП|ФГУП|СПК|СХПК|КООПЕРАТИВ|ОБЩЕСТВО|ТОРГОВЫЙ\s+ДОМ|РАЙПО|ПОТРЕБ\w*)\b",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[А-ЯЁа-яё-]{3,}")


def is_trader(user: str, inn: str) -> bool:
    """Whether the seller is a human being: a sole trader, a farmer, a self-employed. Twelve digits of ИНН are a person's."""
    if _BODY_WORD.search(user):
        return False
    return (
        len(inn) == 12
        or bool(_TRADER_WORD.search(user))
        or bool(_FULL_NAME.search(user) or _INITIALS.search(user))
    )


@lru_cache(maxsize=4096)
def name_words(user: str, inn: str) -> frozenset[str]:
    """The surname, name and patronymic of a seller who is a human being, folded; empty for bodies."""
    if not user or not is_trader(user, inn):
        return frozenset()
    bare = _TRADER_WORD.sub(" ", user)
    return frozenset(word.casefold() for word in _WORD.findall(bare))


def clean(text: str, words: frozenset[str] = frozenset(), *, limit: int) -> str:
    """A text of one line without telephones, e-mails and names of traders; `words` are those of the seller, taken out one by one.

    A word of the seller's name goes only with its capital: «Мария» goes, «марля» stays.
    """
    found = text
    if "@" in found:
        found = _EMAIL.sub(" ", found)
    if _has_long_number(found):
        found = _PHONE.sub(" ", found)
    if "ИП" in found or "КФХ" in found or "редприним" in found or "амозанят" in found:
        found = _TRADER.sub(" ", found)
    if ("в" in found or "В" in found or "И" in found) and _maybe_name(found):
        found = _FULL_NAME.sub(" ", found)
    if "." in found:
        found = _INITIALS.sub(" ", found) if _INITIALS.search(found) and words else found
    if words:
        found = _WORD.sub(
            lambda match: "" if match[0].casefold() in words and match[0][0].isupper() else match[0], found
        )
    if "\x00" in found:
        found = found.replace("\x00", "")
    return _SPACES.sub(" ", found).strip()[:limit].strip()


def _has_long_number(text: str) -> bool:
    return sum(char.isdigit() for char in text) >= 11


def _maybe_name(text: str) -> bool:
    folded = text.casefold()
    return "вич" in folded or "вна" in folded or "ична" in folded


def shop_name(user: str, place: str, inn: str) -> str:
    """How the shop is called: the place where it names one, with the body that sells; never a person.

    «Магазин Магнит», «Пятёрочка (Агроторг ООО)» would be guesses: it is the place, else the body, else "" (a trader without a name of
    the shop).
    """
    words = name_words(user, inn)
    where = clean(place, words, limit=120)
    body = "" if words or is_trader(user, inn) else clean(user, limit=120)
    if where and body and body.casefold() not in where.casefold() and _says_nothing(where):
        return f"{where}, {body}"[:120].strip()
    return where or body


def _says_nothing(place: str) -> bool:
    """«Магазин», «Касса 1», «ТТ 12»: a place that is not told from others."""
    bare = re.sub(r"[\W\d_]+", " ", place.casefold()).split()
    return all(
        word in {"магазин", "касса", "тт", "торговая", "точка", "отдел", "павильон", "маркет", "супермаркет"}
        for word in bare
    )
