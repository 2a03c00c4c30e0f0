"""Finding categories and kinds by a word, for a person who wonders what is what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from koopset.apps.catalogue.rules.categories import CategoryInfo, KindInfo, Profile
from koopset.apps.catalogue.rules.names import plain
from koopset.apps.catalogue.rules.weighing import Recognised

Recognise = Callable[[str], Recognised]


@dataclass(frozen=True, slots=True)
class Found:
    """A category and those of its kinds that were found (all of them, where the category itself was). `is_guess`: by the name of goods."""

    category: CategoryInfo
    kinds: tuple[KindInfo, ...]
    is_guess: bool = False


def search(profile: Profile, text: str, recognise: Recognise, *, english: bool = False) -> list[Found]:
    """Categories whose title, synonym or kind begins a word with the text, or, where there are none, what goods of that name are."""
    sought = plain(text)
    if not sought:
        return [Found(category, category.kinds) for category in profile.categories.values()]
    found: list[Found] = []
    for category in profile.categories.values():
        title = category.title_en if english else category.title
        if any(_has(word, sought) for word in (title, category.key, *category.synonyms)):
            found.append(Found(category, category.kinds))
            continue
        kinds = tuple(
            kind for kind in category.kinds if _has(kind.title_en if english else kind.title, sought)
        )
        if kinds:
            found.append(Found(category, kinds))
    if found:
        return found
    guess = recognise(text)
    if not guess.category:
        return []
    category = profile.categories[guess.category]
    kind = profile.kinds.get(guess.kind)
    return [Found(category, (kind,) if kind is not None else (), is_guess=True)]


def _has(title: str, sought: str) -> bool:
    words = f" {plain(title.replace('_', ' '))}"
    return f" {sought}" in words
