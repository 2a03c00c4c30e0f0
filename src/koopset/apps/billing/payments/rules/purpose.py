"""What the words of a payment say: a month, plot numbers, an old account number. Every repetition is bounded."""

from __future__ import annotations

import re
from collections.abc import Collection

from koopset.kernel.names import fold

_MONTHS = (
    "ЯНВАР",
    "ФЕВРАЛ",
    "МАРТ",
    "АПРЕЛ",
    "МА[ЙЯЕ]",
    "ИЮН",
    "ИЮЛ",
    "АВГУСТ",
    "СЕНТЯБР",
    "ОКТЯБР",
    "НОЯБР",
    "ДЕКАБР",
)
_NAMED = re.compile(
    "(?<!\\w)(?:" + "|".join(f"({stem})" for stem in _MONTHS) + r")\w{0,3}[ .,]{0,3}(20\d\d)(?!\d)"
)
_NUMBERED = re.compile(r"(?<![\d./-])(0[1-9]|1[0-2])[./](20\d\d)(?![\d./-])")

_PLOT = re.compile(
    r"(?<!\w)(?:УЧАСТ(?:ОК|КА|КУ|КИ|КОВ|КЕ)|УЧ-К[АИ]?|УЧ|КВАРТИР[АЫУ]?|КВ|ДОМ[А]?|ПОМЕЩЕНИ[ЕЯ])[ .:]{0,3}(?:№|N)?[ .]{0,2}"
    r"(\d{1,5}[А-Я]?(?:/\d{1,4})?(?:(?: ?[,;+] ?| И |, И )№?\d{1,5}[А-Я]?(?:/\d{1,4})?(?![\d.])){0,9})(?!\d)"
)
_ONE_PLOT = re.compile(r"\d{1,5}[А-Я]?(?:/\d{1,4})?")
_BEFORE = re.compile(r"(?<!\w)(\d{1,5}[А-Я]?) {0,2}(?:-?Й )?(?:УЧАСТОК|УЧ(?!\w))")
_BARE = re.compile(r"(?<![\w.,/№-])\d{1,4}(?![\w.,/-]|[ ]?(?:РУБ|Р\b|КОП|%|ГОД|Г\b|МЕС|КВ|КВТ|М2|СОТ))")

_MARKED = re.compile(
    r"(?<!\w)(?:Л ?/ ?С|ЛС|ЛИЦ(?:ЕВОЙ|ЕВОГО|ЕВОМУ|\.)? {0,2}(?:СЧ(?:ЕТ\w{0,2}|\.)?|СЧЕТ)?|ЛИЦ\.? ?СЧ\.?)"
    r"[ .:№N#]{0,5}([0-9A-ZА-Я][0-9A-ZА-Я/-]{0,29})"
)
_TOKEN = re.compile(r"(?<![\w.,/-])[0-9][0-9A-ZА-Я/-]{4,29}(?![\w/-]|[.,]\d)")
_LABELLED = re.compile(
    r"(?<!\w)(?:ИНН|КПП|БИК|ОГРН|ОКТМО|СНИЛС|УИН|УИП|ТЕЛ|ТЕЛЕФОН|"
    r"ПАСПОРТ|ДОГОВОР\w{0,2}|КАРТ[АЫЕ]|СЧЕТ №|Р/С|К/С|ДОК(?:УМЕНТ)?\.?|ЧЕК|КВИТ\w{0,9})"
    r"[ .:№N/]{0,5}[0-9*][0-9A-ZА-Я*/-]{0,39}"
)
_SUMS = re.compile(
    r"(?<!\d)\d{1,9}(?:[.,=-]\d{2})? ?(?:РУБ|Р\.|Р\b|₽|КОП)|"
    r"СУММА[ :]{0,3}\d{1,9}(?:[.,-]\d{2})?|(?<!\d)\d{1,7}[.,]\d{2}(?!\d)"
)
_DATES = re.compile(
    r"(?<!\d)\d{1,2}[./]\d{1,2}[./](?:20)?\d\d(?!\d)|(?<!\d)(?:0?[1-9]|1[0-2])[./]20\d\d|(?<!\d)20\d\d ?Г?(?!\d)"
)
LIMIT = 2000


def folded(text: str) -> str:
    """The form that the other rules read: capitals, Cyrillic look-alikes, single spaces, no more than LIMIT characters."""
    return fold(text[:LIMIT])


def stated_month(text: str) -> int | None:
    """The month the payer names (202611), when exactly one is named together with its year. `text` is folded."""
    if "20" not in text:
        return None
    found = {int(match[2]) * 100 + int(match[1]) for match in _NUMBERED.finditer(text)}
    for match in _NAMED.finditer(text):
        number = match.lastindex and next(at for at in range(1, 13) if match[at])
        found.add(int(match[13]) * 100 + int(number or 0))
    return found.pop() if len(found) == 1 else None


def plot_numbers(text: str) -> list[str]:
    """Numbers that stand after «участок», «уч.», «кв.», «дом»; several where a list stands. `text` is folded."""
    found: dict[str, None] = {}
    for match in _PLOT.finditer(text):
        found.update(dict.fromkeys(one.group() for one in _ONE_PLOT.finditer(match[1])))
    for match in _BEFORE.finditer(text):
        found[match[1]] = None
    return list(found)


def bare_numbers(text: str) -> list[str]:
    """Short numbers that nothing explains: perhaps plots. `text` is folded."""
    return list(dict.fromkeys(match.group() for match in _BARE.finditer(_quiet(text))))


def marked_numbers(text: str) -> list[str]:
    """What stands after «л/с», «лицевой счёт». `text` is folded."""
    return list(dict.fromkeys(match[1].rstrip("-/") for match in _MARKED.finditer(text)))


def loose_numbers(text: str, known: Collection[str]) -> list[str]:
    """Tokens of five characters or more that equal a known account number and that no other word claims (ИНН, card, sum, date)."""
    found = dict.fromkeys(match.group().rstrip("-/") for match in _TOKEN.finditer(_quiet(text)))
    return [one for one in found if one in known]


def _quiet(text: str) -> str:
    for stranger in (_LABELLED, _DATES, _SUMS):
        text = stranger.sub(" ¤ ", text)
    return text
