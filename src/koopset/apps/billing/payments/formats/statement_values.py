"""Single values of a 1CClientBankExchange file: bytes to text, amounts, dates, names, purposes."""

import re
from datetime import date

from koopset.kernel.money import parse_rub
from koopset.kernel.violations import RuleViolation

# Words that stand in every statement; found in the bytes they betray the encoding better than the header does.
_MARKS = ("Секция", "Номер", "Дата", "Сумма", "Кодировка", "Конец", "Счет")
_MARKS_CP1251 = tuple(word.encode("cp1251") for word in _MARKS)
_MARKS_CP866 = tuple(word.encode("cp866") for word in _MARKS)
# How much of a file that is not wholly UTF-8 is looked at, line by line, to tell what most of it is.
_SAMPLE = 1 << 15
_CYRILLIC = re.compile("[А-Яа-яЁё]")


def is_utf8(data: bytes) -> bool:
    """True when ``data`` is valid UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def sniff(data: bytes) -> str | None:
    """Encoding of whole lines ``data``: "utf-8", "cp1251", "cp866", or None while there is nothing but ASCII.

    The header's Кодировка lies often enough (UTF-8 under «Windows») to be asked last.
    """
    if data.isascii():
        return None
    if is_utf8(data):
        return "utf-8"
    telling = [line for line in data[:_SAMPLE].split(b"\n") if not line.isascii()]
    if sum(map(is_utf8, telling)) * 2 > len(telling):
        return "utf-8"
    data = data[: 4 * _SAMPLE]
    windows = sum(map(data.count, _MARKS_CP1251))
    dos = sum(map(data.count, _MARKS_CP866))
    if windows == dos:
        return "cp866" if b"=DOS" in data else "cp1251"
    return "cp866" if dos > windows else "cp1251"


def unmangle(text: str) -> str | None:
    """The UTF-8 text behind a line that was read as cp1251, or None when the line is not of that kind."""
    try:
        # 0x98, half of «И» in UTF-8, has no meaning in cp1251 and was replaced on the way in.
        data = text.replace("\N{REPLACEMENT CHARACTER}", "\udc98").encode("cp1251", "surrogateescape")
        repaired = data.decode("utf-8")
    except UnicodeError:
        return None
    return repaired if repaired != text and _CYRILLIC.search(repaired) else None


def amount_kop(text: str) -> int | None:
    """Kopecks of an amount in roubles, signed; None when it cannot be understood without guessing.

    Takes ``1234.56``, ``700``, ``1,5``, thousands set off by spaces, no-break spaces or apostrophes.
    """
    text = text.strip()
    if not text or len(text) > 32:
        return None
    if len(text) < 16 and text[-3:-2] == "." and text.isascii():
        digits = text[:-3] + text[-2:]
        if digits.isdigit() and text[0] != ".":
            return int(digits)
    try:
        return parse_rub(text)
    except RuleViolation:
        return None


_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})|(\d{4})-(\d\d)-(\d\d)", re.ASCII)


def day(text: str) -> date | None:
    """The date at the beginning of ``text`` (дд.мм.гггг or ISO), None when there is none."""
    found = _DATE.match(text.strip())
    if not found:
        return None
    d, m, y, iso_y, iso_m, iso_d = found.groups()
    try:
        return date(int(y or iso_y), int(m or iso_m), int(d or iso_d))
    except ValueError:
        return None


_GLUED_INN = re.compile(
    r"(ИНН[\s:№]*)?([0-9]{9,13})(?:\s*/\s*[0-9]{9})?(?:[\s,]+КПП\s*[0-9]{9})?[\s,;]+(\S.*)",
    re.IGNORECASE | re.DOTALL,
)


def name_and_inn(name: str, inn: str) -> tuple[str, str]:
    """Take off the INN that many banks glue in front of the name; use it when the INN itself is missing.

    ``ИНН 7707083893, ООО «Ромашка»``, ``7707083893 ООО «Ромашка»`` → ``ООО «Ромашка»``. ``0`` for an INN is none.
    """
    if not inn.strip("0"):
        inn = ""
    if name and name[0] in "0123456789Ии":
        found = _GLUED_INN.fullmatch(name)
        if found:
            word, digits, rest = found.groups()
            is_inn = len(digits) in (10, 12)
            if word or digits == inn or is_inn:
                name = rest.strip()
                if not inn and is_inn and digits.strip("0"):
                    inn = digits
    return name, inn


def whole_purpose(plain: str, parts: list[str]) -> str:
    """The purpose from НазначениеПлатежа and its lines 1..6.

    The lines often repeat the plain key and sometimes are longer than it; the fuller of the two wins. White space is
    left out of the comparison, because cutting into lines adds it.
    """
    joined = " ".join(part for part in parts if part)
    if len("".join(joined.split())) > len("".join(plain.split())):
        return joined
    return plain


def fold_key(key: str) -> str:
    """A key as it is compared: lower case, ё as е, without white space."""
    return "".join(key.split()).lower().replace("ё", "е")
