"""What words of a name say together: each has a weight by what it is and where it stands, and the heaviest category wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from koopset.kernel.quantity import Unit


@dataclass(frozen=True, slots=True)
class Recognised:
    """`category` "" is unknown, `kind` "" is not known more finely. `how`: gtin, own, learnt, phrase, word, brand, cut, like or "".

    `amount` of `unit` (kg, l, pcs) is what one package holds by its name; None where it says nothing.
    """

    category: str = ""
    kind: str = ""
    how: str = ""
    amount: Decimal | None = None
    unit: Unit | None = None


UNKNOWN = Recognised()

#: What a word is, and how much it says.
WEIGHTS = {"sure": 30.0, "heads": 14.0, "raw": 9.0, "brands": 6.0, "hints": 3.5}
NOISE = "-"
"""The category of words that say nothing: «Красная цена», «акция»."""

_PER_PART = 4.0
_EARLIER = 0.92
_INSIDE = 0.35
_CUT_LATER = 0.7
_BESIDE_HEAD, _MOST_HINTS, _MOST_ALONE = 0.35, 3.0, 8.0
_AGREES = 0.05
_LEAST, _LEAST_HINTS = 2.0, 4.5
_MARGIN = 1.03


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the dictionary: a word or several, what it stands for, its role (a key of WEIGHTS)."""

    category: str
    kind: str
    role: str
    parts: int = 1

    @property
    def weight(self) -> float:
        return WEIGHTS[self.role] + _PER_PART * (self.parts - 1)


@dataclass(frozen=True, slots=True)
class Match:
    """A word or phrase of a name that stands for something, and how much it says."""

    entry: Entry
    score: float
    how: str
    is_hint: bool


def as_raw(entry: Entry) -> Entry:
    """An adjective after a noun only tells of it: «тыква мускатная» is no nutmeg."""
    return Entry(entry.category, entry.kind, "raw") if entry.role == "heads" else entry


def weighed(entry: Entry, how: str, share: float, place: int, inside: bool) -> Match:
    """What an entry says at this place of a name; `share` of its weight, less where it stands later or after «с», «для»."""
    score = entry.weight * share * max(_EARLIER**place, 0.55)
    if how == "cut" and place:
        score *= _CUT_LATER
    if inside:
        score *= _INSIDE
    return Match(entry, score, how if entry.role != "brands" else "brand", entry.role in ("hints", "brands"))


def decided(matches: Sequence[Match]) -> Recognised | None:
    """The category with the best head and the hints that agree with it; None where none is clearly first."""
    if not matches:
        return None
    heads: dict[str, Match] = {}
    hints: dict[str, float] = {}
    others: dict[str, float] = {}
    kinds: dict[str, tuple[float, str]] = {}
    for match in matches:
        category = match.entry.category
        if match.is_hint:
            hints[category] = hints.get(category, 0.0) + match.score
        else:
            before = heads.get(category)
            if before is None or match.score > before.score:
                heads[category] = match
            others[category] = others.get(category, 0.0) + _AGREES * match.score
        if match.entry.kind:
            weight = match.score
            if category not in kinds or weight > kinds[category][0]:
                kinds[category] = (weight, match.entry.kind)
    scores: dict[str, float] = {}
    for category in {*heads, *hints}:
        hint = hints.get(category, 0.0)
        if category in heads:
            scores[category] = (
                heads[category].score + min(_BESIDE_HEAD * hint, _MOST_HINTS) + others[category]
            )
        else:
            scores[category] = min(hint, _MOST_ALONE)
    ranked = sorted(scores, key=lambda one: (-scores[one], one))
    best = ranked[0]
    if scores[best] < (_LEAST if best in heads else _LEAST_HINTS) or (
        len(ranked) > 1 and scores[best] < scores[ranked[1]] * _MARGIN
    ):
        return None
    how = heads[best].how if best in heads else "brand"
    return Recognised(best, kinds[best][1] if best in kinds else "", how)
