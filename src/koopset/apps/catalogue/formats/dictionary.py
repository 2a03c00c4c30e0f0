"""Reads the dictionary of names on receipts from `catalogue/profiles/words/*.toml`, once a process and only when first asked."""

from __future__ import annotations

import threading
import tomllib
from collections import OrderedDict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from koopset.apps.catalogue.formats.profile import FOLDER, BadProfile, profile
from koopset.apps.catalogue.rules.categories import Profile
from koopset.apps.catalogue.rules.names import COMPLEMENTS
from koopset.apps.catalogue.rules.recognition import Dictionary
from koopset.apps.catalogue.rules.weighing import NOISE, WEIGHTS, Entry, Recognised

MOST_REMEMBERED = 50_000
"""Names of which a process remembers the answer: a household buys some hundred things, a town some thousands."""


@cache
def dictionary() -> Dictionary:
    """All words of all departments, compiled."""
    known = profile()
    short_forms = read_short_forms(_profile("short_forms.toml"))
    entries = [
        (_in_full(words, short_forms), entry) for text in _texts() for words, entry in read_words(text, known)
    ]
    units = {key: info.unit for key, info in known.categories.items()}
    return Dictionary(
        entries,
        units | {key: kind.unit for key, kind in known.kinds.items()},
        short_forms,
        read_common(_profile("common.toml")),
    )


def _texts() -> Iterator[str]:
    for file in sorted((files(FOLDER) / "words").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            yield file.read_text("utf-8")


def _in_full(words: str, short_forms: dict[str, str]) -> str:
    """A phrase with its short forms written in full, as those of a name are before it is compared."""
    parts = words.split()
    if len(parts) == 1:
        return words
    return " ".join(_whole(part, short_forms) for part in parts)


def _whole(part: str, short_forms: dict[str, str]) -> str:
    meant = short_forms.get(part.removeprefix("="))
    return part if meant is None else " ".join(f"={word}" for word in meant.split())


def _profile(name: str) -> str:
    return (files(FOLDER) / name).read_text("utf-8")


def read_common(text: str) -> list[str]:
    """What everybody buys, a word each."""
    return str(tomllib.loads(text)["words"]).lower().replace("ё", "е").split()


def read_short_forms(text: str) -> dict[str, str]:
    """By form the words it stands for. Raises BadProfile for a form that is given twice."""
    meant: dict[str, str] = {}
    for words, forms in tomllib.loads(text)["short_forms"].items():
        for form in str(forms).lower().replace("ё", "е").replace("\n", " ").split(","):
            key = form.strip()
            if key in meant:
                raise BadProfile(key)
            if key:
                meant[key] = words.lower().replace("ё", "е")
    return meant


def read_words(text: str, known: Profile) -> Iterator[tuple[str, Entry]]:
    """Entries of one file. Raises BadProfile for a category, kind or list that is not known."""
    for block in tomllib.loads(text).get("words", []):
        category, kind = block.get("category", ""), block.get("kind", "")
        if category != NOISE and not known.fits(category, kind):
            raise BadProfile(f"{category} {kind}")
        for role, items in block.items():
            if role in ("category", "kind"):
                continue
            if role not in WEIGHTS:
                raise BadProfile(role)
            yield from _items(items, Entry(category, kind, role))


def _items(items: Any, entry: Entry) -> Iterator[tuple[str, Entry]]:
    for item in str(items).lower().replace("ё", "е").replace("\n", " ").split(","):
        parts = item.split()
        if len(parts) > 1:
            # A preposition in a phrase is that word and no beginning of another.
            parts = [f"={part.strip('*')}" if part.strip("*") in COMPLEMENTS else part for part in parts]
        if parts:
            yield " ".join(parts), entry


class Remembered:
    """The dictionary's answers to the last names it was asked, so that repeated goods cost a look into a table."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._kept: OrderedDict[str, Recognised] = OrderedDict()
        self._lock = threading.Lock()

    def recognise(self, name: str) -> Recognised:
        """As `Dictionary.recognise`."""
        found = self._kept.get(name)
        if found is not None:
            return found
        found = dictionary().recognise(name)
        with self._lock:
            self._kept[name] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found

    def __len__(self) -> int:
        return len(self._kept)


remembered = Remembered()


def recognise_name(name: str) -> Recognised:
    """What a name is by the dictionary alone; remembered. Never raises."""
    return remembered.recognise(name)
