"""Words that say what a thing is only together: which words of a name are a phrase of the dictionary."""

from __future__ import annotations

from collections.abc import Sequence

from koopset.apps.catalogue.rules.names import Word
from koopset.apps.catalogue.rules.stems import stem

_GAP = 3
_ADJECTIVES = ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие")
_SHORTEST_ADJECTIVE = 6
#: What goods come in: a good that is named before its vessel is no vessel («молоко, бутылка 1 л», «морковь, мешок 5 кг»).
VESSELS = frozenset(
    "бутылка бутылке бут банка банке баночка мешок мешке ведро ведре ведерко коробка коробке ящик ящике сетка сетке канистра канистре "
    "бочонок туесок пачка пачке фляга кега контейнер стаканчик".split()
)


def is_adjective(text: str) -> bool:
    """Whether a word looks like an adjective that may stand before its noun: «подарочная коробка» is «коробка подарочная»."""
    return len(text) >= _SHORTEST_ADJECTIVE and text.endswith(_ADJECTIVES)


def crosses(found: Sequence[Word], used: Sequence[int]) -> bool:
    """Whether words of a phrase stand before and after a «с» or «для» that is none of it: «лапша … с курицей» is no chicken soup."""
    if found[used[0]].is_inside or not found[used[-1]].is_inside:
        return False
    return not any(found[one].is_link and not found[one].text.isdigit() for one in used)


def phrase_part(text: str) -> str:
    """A part of a phrase as it is kept: «=word» and «word*» as written, any other by its stem."""
    return text if text[-1:] == "*" or text[:1] == "=" else stem(text)


def same_form(part: str, own: str) -> bool:
    """Whether the stem of a word is this part of a name of several words («Домик в деревне»)."""
    return own.startswith(part[:-1]) if part[-1:] == "*" else own == part.removeprefix("=")


def _fits(part: str, own: str, text: str) -> bool:
    """Whether a word is the part of a phrase, or a beginning of it."""
    if part[:1] == "=":
        return text == part[1:]
    if part[-1:] == "*":
        part = part[:-1]
        return text.startswith(part) or (len(text) >= 3 and part.startswith(text))
    return own == part or (len(own) >= 3 and part.startswith(own))


def used_places(parts: tuple[str, ...], stems: list[str], texts: list[str], first: int) -> list[int] | None:
    """Places of the words of a phrase in their order, others between them or not; None where one is missing."""
    if not _fits(parts[0], stems[first], texts[first]):
        return None
    used = [first]
    for part in parts[1:]:
        for place in range(used[-1] + 1, min(used[-1] + 2 + _GAP, len(stems))):
            if _fits(part, stems[place], texts[place]):
                used.append(place)
                break
        else:
            return None
    return used
