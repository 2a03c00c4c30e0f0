"""A name on a fiscal receipt taken apart: words without codes, and the form by which a name is learnt for all.

Names are cut at twenty or thirty characters, glued, abbreviated, led by codes, typed with Latin letters inside Cyrillic words.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from koopset.kernel.text import look_alike_fold

_CAMEL = re.compile(r"(?<=[а-яё])(?=[А-ЯЁ])")
_WORD = re.compile(
    r"аи-?\d\d|дт\b|(?<![а-яa-z/-])[а-я]{1,7}-[а-я]{1,3}(?![а-яa-z/-])|[а-яa-z]+(?:['’][а-яa-z]+)?(?:/[а-яa-z]+)*|\d+"
)
_FOR = re.compile(r"(?<![а-яa-z/])д/(?=[а-я]{2})")
_LETTERS = re.compile(r"[a-zа-я]+")
_MIXED = str.maketrans("aceopxykmthbnuië", "асеорхукмтнвпиие")
_CYRILLIC = re.compile("[а-я]")
_LATIN = re.compile("[a-z]")
_TWINS_ONLY = re.compile("[aceopxykmthb]+")
#: After these a name tells what is inside or what for, not what it is.
COMPLEMENTS = frozenset(
    "с со из для на в во под без от вкус вкусом вкуса аромат ароматом арома по и аром начинкой нач начин добавлением напол наполн".split()
)
_BREAKS = re.compile(r"[,;()]")
MOST = 240
"""Characters of a name that are looked at; a receipt has 128 at most."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name: small letters, ё as е. `is_cut`: followed by a dot, or the last one of a long name.

    `is_inside`: after a word like «с», «для», «вкус». `is_link`: such a word itself, or a number; it counts only inside a phrase.
    """

    text: str
    is_cut: bool
    is_inside: bool
    is_link: bool = False


def plain(name: str) -> str:
    """The name in small letters, ё as е, one space between words, Latin look-alikes in Cyrillic words as Cyrillic."""
    text = unicodedata.normalize("NFKC", name[:MOST]).replace("\x00", " ")
    text = _CAMEL.sub(" ", text).lower().replace("ё", "е").replace("\\", "/")
    text = _FOR.sub("для ", _LETTERS.sub(_one_script, text))
    return " ".join(text.split())


def _one_script(found: re.Match[str]) -> str:
    word = found[0]
    if _LATIN.search(word) and _CYRILLIC.search(word):
        return word.translate(_MIXED)
    return word


def as_cyrillic(word: str) -> str:
    """A Latin word of nothing but look-alikes («CEMEHA») as Cyrillic; "" for any other."""
    return word.translate(_MIXED) if _TWINS_ONLY.fullmatch(word) else ""


def words(name: str) -> list[Word]:
    """The words of a name in order; digits, codes and marks are left out."""
    text = plain(name)
    found: list[Word] = []
    inside = False
    end = 0
    for match in _WORD.finditer(text):
        if _BREAKS.search(text, end, match.start()):
            inside = False
        end = match.end()
        word = match[0]
        if word.isdigit():
            if len(word) < 4:
                found.append(Word(word, False, inside, True))
            continue
        if word in COMPLEMENTS:
            inside = inside or any(not one.is_link for one in found)
            found.append(Word(word, False, inside, True))
            continue
        dotted = text[end : end + 1] in (".", "-") or (end == len(text) and len(text) >= 18)
        found.append(Word(word, dotted, inside))
    return found


_BODIES = re.compile(
    r"(?<![а-яёa-z])(?:ип|и\.п\.?|ооо|оао|зао|пао|ао|чп|кфх|глава кфх|инн|огрнип|тел|т\.)(?![а-яё])\.?",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"[А-ЯЁ][а-яёА-ЯЁ-]+\s+[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?|[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё-]+")
#: Stands where a surname with initials stood; no letter, so it goes with the numbers.
_SOMEBODY = "\u2402 "
_MAIL = re.compile(r"\S+@\S+")
_PATRONYMIC = re.compile(r"(?:[оеи]вич|[оеи]вна|ична|ильич|кызы|оглы)[ауем]?\Z")
LONGEST_KEY = 120
_PERSON_TAGS = frozenset({"Name", "Surn", "Patr"})


def scrubbed(name: str) -> str:
    """The form in which a name is compared and learnt for all: its words only, "" where too little is left to learn.

    Left out are names of persons (with ИП, initials, a patronymic, or name and surname together), bodies, phones, e-mails, numbers of
    cards, codes, and every amount: none of them says what the thing is, and some say whose it was.
    """
    text = look_alike_fold(unicodedata.normalize("NFKC", name[:MOST]).replace("\x00", " "))
    text = _MAIL.sub(" ", text)
    text = _INITIALS.sub(_SOMEBODY, text)
    body = _BODIES.search(text)
    if body is not None:
        text = _without_body(text, body)
    left = [match[0] for match in re.finditer(r"[^\W\d_]+", text)]
    kept = [word for word in _without_persons(left) if not _UNIT_WORDS.fullmatch(word.lower())]
    key = " ".join(word.lower().replace("ё", "е") for word in kept)[:LONGEST_KEY].strip()
    return key if sum(char.isalpha() for char in key) >= 3 else ""


_UNIT_WORDS = re.compile(r"кг|гр?|л|мл|шт|уп|см|мм|м|kg|g|l|ml|pcs")


def _without_body(text: str, found: re.Match[str]) -> str:
    """What stands after a legal form is its name: to the end, or, where the form stands in front, the next two or three words."""
    before, after = text[: found.start()], text[found.end() :]
    if len(re.findall(r"[^\W\d_]{3,}", before)) >= 1:
        return before
    if after.lstrip().startswith(_SOMEBODY):
        return after
    rest = re.sub(r"\A\s*[\"«][^\"»]*[\"»]", " ", after)
    if rest != after:
        return rest
    found_words = re.findall(r"\S+", after)
    skip = 1
    while skip < min(3, len(found_words)) and (
        _PATRONYMIC.search(found_words[skip].lower())
        or _is_person(found_words[skip])
        or len(found_words[skip]) <= 2
    ):
        skip += 1
    return " ".join(found_words[skip:])


def _without_persons(found: list[str]) -> list[str]:
    marks = [_is_person(word) for word in found]
    kept: list[str] = []
    for index, word in enumerate(found):
        beside = (index > 0 and marks[index - 1]) or (index + 1 < len(marks) and marks[index + 1])
        if (marks[index] and beside) or (len(word) > 5 and _PATRONYMIC.search(word.lower())):
            continue
        kept.append(word)
    return kept


@lru_cache(maxsize=20_000)
def _is_person(word: str) -> bool:
    """Whether a word is first of all a name, a surname or a patronymic of somebody."""
    if len(word) < 3 or not word[0].isupper() or not _CYRILLIC.search(word.lower()):
        return False
    parses = _morphology().parse(word.lower())
    return bool(parses) and parses[0].score >= 0.3 and bool(_PERSON_TAGS & set(parses[0].tag.grammemes))


@lru_cache(maxsize=1)
def _morphology() -> Any:
    import pymorphy3

    logging.getLogger("pymorphy3").setLevel(logging.WARNING)  # it tells where its dictionaries lie
    return pymorphy3.MorphAnalyzer()
