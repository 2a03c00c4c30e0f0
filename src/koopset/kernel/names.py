"""Names of people as registers, banks and people write them. Comparison helps a person; it never decides."""

import re
from dataclasses import dataclass

from koopset.kernel.text import look_alike_fold

_DASH = re.compile("[\u2010\u2011\u2012\u2013\u2014\u2212]")
_HYPHEN = re.compile(r"\s*-\s*")
_INITIAL = re.compile(r"([^\W\d_])\.")
_PATRONYMIC = re.compile(r"(?:[ОЕ]ВИЧ|ИЧ|[ОЕ]ВНА|ИЧНА|ИНИЧНА)\Z")
_TURKIC = ("ОГЛЫ", "ОГЛУ", "КЫЗЫ", "ГЫЗЫ", "УУЛУ", "УЛЫ")
#: Letters and marks of which the usual name or purpose is made: nothing in them is a dash, a Latin look-alike or taken apart.
_USUAL = re.compile(r"[А-Яа-яЁё0-9 .,:;/()№«»-]*+")
_PLAIN_NAME = re.compile(r"([А-ЯЁ][а-яё]++) ([А-ЯЁ][а-яё]++)(?: ([А-ЯЁ][а-яё]++))?+")
_TURKIC_SET = frozenset(_TURKIC)
_NO_LETTER = re.compile(r"[\W\d_]+")
_NOT_A_NAME = re.compile(r"(?:ИП|ИНН|КФХ|ГР\.?|Г-Н|Г-ЖА|ГРАЖДАНИН|ГРАЖДАНКА|ПЛАТЕЛЬЩИК:?|[\W\d_]+)")


@dataclass(frozen=True, slots=True)
class FullName:
    """Фамилия, имя, отчество; "" where unknown; an initial keeps its dot ("И.")."""

    last: str
    first: str
    middle: str


def fold(text: str) -> str:
    """The form to compare: capitals, ё → е, Latin look-alikes → Cyrillic, plain hyphens, single spaces."""
    if _USUAL.fullmatch(text):
        folded = text.upper()
    else:
        folded = look_alike_fold(_DASH.sub("-", text).upper())
    return " ".join(folded.replace("Ё", "Е").split())


def _cased(word: str) -> str:
    """Names in all capitals or all small letters get their usual form; a mix (МакКлейн) is kept."""
    if fold(word) in _TURKIC:
        return word.lower()
    if len(word) > 1 and (word.isupper() or word.islower()):
        return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
    return word


def _is_patronymic(word: str) -> bool:
    return len(word) > 4 and _PATRONYMIC.search(fold(word)) is not None


def _is_initial(word: str) -> bool:
    return _INITIAL.fullmatch(word) is not None


def _words(text: str) -> list[str]:
    name = text.partition("//")[0]  # banks put the address of a payer after a double slash
    name = _HYPHEN.sub("-", _DASH.sub("-", look_alike_fold(name)))
    name = _INITIAL.sub(r"\1. ", name.replace(",", " ").replace(";", " "))
    words = name.split()
    while words and _NOT_A_NAME.fullmatch(words[0].upper()):
        del words[0]
    words = [word for word in words if not _NO_LETTER.fullmatch(word)]
    if len(words) == 2 and len(words[1]) == 2 and words[1].isupper() and not _is_initial(words[1]):
        words[1:] = [f"{words[1][0]}.", f"{words[1][1]}."]  # "Иванов ИИ"
    return words


def split_full_name(text: str) -> FullName:
    """Parts of a name in either order: "Иванов Иван Иванович", "Иван Иванович Иванов", "И.И. Иванов", "ИВАНОВ
    И И".

    Drops what banks glue around it (ИП, ИНН, //address). Two plain words are surname and first name. "Сергей
    Иванович" has no surname: unknown is better than wrong.
    """
    plain = _plain_name(text)
    if plain is not None:
        return plain
    words = _words(text)
    if not words:
        return FullName("", "", "")
    if fold(words[-1]) in _TURKIC and len(words) > 2:
        words[-2:] = [f"{_cased(words[-2])} {words[-1].lower()}"]
    words = [word if " " in word else _cased(word) for word in words]
    if _is_initial(words[0]):
        given = [word for word in words if _is_initial(word)]
        rest = [word for word in words if not _is_initial(word)]
        return FullName(" ".join(rest[:1]), given[0], " ".join(given[1:2]))
    if len(words) >= 2 and _is_patronymic(words[1]):
        return FullName(" ".join(words[2:3]), words[0], words[1])
    if len(words) > 1 and _is_initial(words[1]):
        # what follows the initials is not of this person: "Иванов И.И., Петров"
        return FullName(words[0], words[1], " ".join(word for word in words[2:3] if _is_initial(word)))
    return FullName(words[0], " ".join(words[1:2]), " ".join(words[2:]))


def _plain_name(text: str) -> FullName | None:
    """«Иванов Иван Иванович» as nearly all names are written, split as the long way would; None where anything has to be thought about."""
    found = _PLAIN_NAME.fullmatch(text)
    if found is None:
        return None
    last, first, middle = found.groups("")
    if (
        _NOT_A_NAME.fullmatch(last.upper())
        or _is_patronymic(first)
        or not _TURKIC_SET.isdisjoint(text.upper().split())
    ):
        return None
    return FullName(last, first, middle)


def surname_of(full_name: str) -> str:
    """The surname in a full name, "" when there is none. See `split_full_name`."""
    return split_full_name(full_name).last


def _surname(text: str) -> str:
    return _HYPHEN.sub("-", fold(text))


def same_surname(a: str, b: str) -> bool:
    """Whether two surnames are one word but for case, ё, hyphens and look-alikes. Empty equals nothing."""
    return _surname(a) == _surname(b) != ""


def _masculine(feminine: str) -> set[str]:
    """Masculine forms that a feminine surname (folded) may have: Белая → Белый, Белий, Белой."""
    forms: set[str] = set()
    if re.search(r".(?:[ОЕ]В|[ИЫ]Н)А\Z", feminine):
        forms.add(feminine[:-1])
    if len(feminine) > 3 and feminine.endswith("АЯ"):
        forms |= {feminine[:-2] + ending for ending in ("ЫЙ", "ИЙ", "ОЙ")}
    if len(feminine) > 3 and feminine.endswith("ЯЯ"):
        forms.add(feminine[:-2] + "ИЙ")
    return forms


def _wife_of(feminine: str, masculine: str) -> bool:
    """Each part of a double surname is equal or feminine to its twin: Иванова-Шевченко, Иванов-Шевченко."""
    hers, his = feminine.split("-"), masculine.split("-")
    return len(hers) == len(his) and all(
        she == he or he in _masculine(she) for she, he in zip(hers, his, strict=True)
    )


def kin_surname(a: str, b: str) -> bool:
    """Whether two surnames are the same or a man's and a woman's form of one: Иванов/Иванова, Белый/Белая,
    -ский/-ская.

    A hint that a relative has paid, never a proof: Калина and Калин also pass.
    """
    one, other = _surname(a), _surname(b)
    if not one or not other:
        return False
    return one == other or _wife_of(one, other) or _wife_of(other, one)


def short_name(last: str, first: str = "", middle: str = "") -> str:
    """ "Иванов И. И."; without a surname the first name and patronymic in full."""
    if not last.strip():
        return " ".join(f"{first} {middle}".split())
    initials = [
        "-".join(f"{part[0].upper()}." for part in word.strip().split("-") if part)
        for word in (first, middle)
        if word.strip()
    ]
    return " ".join([last.strip(), *initials])
