"""Words as they sound: misspelt ones («малоко», «калбаса») and Russian ones in Latin letters («KEFIR»)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

_SHORTEST = 5
_ALIKE = 84
_SOUNDS = str.maketrans(
    {"а": "о", "я": "е", "и": "е", "э": "е", "ы": "е", "й": "е", "щ": "ш", "ь": None, "ъ": None}
)
_TWICE = re.compile(r"(.)\1")
_SPOKEN = (
    *(("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш")),
    *(("yu", "ю"), ("ya", "я"), ("yo", "е"), ("ye", "е"), ("iy", "ий"), ("ck", "к"), ("x", "кс")),
)
_LETTERS = str.maketrans("abvgdezijklmnoprstufhcyw", "абвгдезийклмнопрстуфхкыв")
_VOWELS = re.compile("[аеиоуыэюяьъ-]")
_LATIN = re.compile("[a-z]{5,}")


def from_latin(word: str) -> str:
    """A Latin word of five letters or more as it would be read in Russian («nemoloko»: немолоко); "" for any other."""
    if not _LATIN.fullmatch(word):
        return ""
    for latin, russian in _SPOKEN:
        word = word.replace(latin, russian)
    return word.translate(_LETTERS)


def sounds(word: str) -> str:
    """A word without what is misspelt most: unstressed vowels alike, no soft signs, no doubled letters."""
    return _TWICE.sub(r"\1", word.translate(_SOUNDS))


def consonants(word: str) -> str:
    """A word without its vowels, as tills shorten it: «твр», «хлб», «смтн»."""
    return _VOWELS.sub("", word)


class Alike:
    """Known words by their sound. Build it once; it is never changed and may be used by many threads."""

    def __init__(self, known: Iterable[str]) -> None:
        """`known`: whole words of the dictionary."""
        self._by_letter: dict[str, dict[str, str]] = {}
        for word in known:
            if len(word) >= _SHORTEST:
                own = sounds(word)
                self._by_letter.setdefault(own[:1], {}).setdefault(own, word)

    def nearest(self, word: str) -> str:
        """The known word that a misspelt one of five letters or more most likely is; "" where none is near."""
        if len(word) < _SHORTEST:
            return ""
        own = sounds(word)
        found = self._by_letter.get(own[:1], {})
        if own in found:
            return found[own]
        if len(word) == _SHORTEST:
            return ""
        near = [one for one in found if abs(len(one) - len(own)) <= 1]
        best = process.extractOne(own, near, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return found[best[0]] if best is not None else ""
