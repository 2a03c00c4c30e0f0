"""What the names of a household's lines are: the catalogue is asked once for each, whatever the number of lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from koopset.apps.catalogue.selectors import Recognised, categories, gtin_of, kinds, recognise

#: Names remembered during one writing; a file of a household has fewer.
REMEMBERED = 50_000
UNKNOWN_MEASURE = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What one name is. `measure` is the unit of its kind, else of its category; `pack` what one piece holds."""

    category: str
    kind: str
    how: str
    pack: Decimal | None
    pack_unit: str
    measure: str
    is_private: bool
    is_need: bool
    gtin: str


def known_of(found: Recognised, gtin: str) -> Known:
    """A recognised name with what its category says."""
    info = categories().get(found.category)
    kind = kinds().get(found.kind)
    measure = kind.unit.value if kind else info.unit.value if info else UNKNOWN_MEASURE
    return Known(
        found.category,
        found.kind,
        found.how,
        found.amount,
        found.unit.value if found.unit else "",
        measure,
        info.is_private if info else False,
        info.is_need if info else True,
        gtin_of(gtin) if gtin else "",
    )


class Recogniser:
    """Asks the catalogue for names in parts and remembers the answers. `login_ids`: whose own answers count, the first first."""

    def __init__(self, login_ids: Sequence[int]) -> None:
        self._logins = tuple(login_ids) or (None,)
        self._known: dict[tuple[str, str], Known] = {}

    def learn(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Ask for those of (name, GTIN) that are not remembered."""
        if len(self._known) > REMEMBERED:
            self._known.clear()
        fresh = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        found = recognise(fresh, login_id=self._logins[0])
        for login_id in self._logins[1:]:
            rest = [index for index, one in enumerate(found) if not one.category]
            if not rest:
                break
            for index, one in zip(rest, recognise([fresh[i] for i in rest], login_id=login_id), strict=True):
                found[index] = one
        for pair, one in zip(fresh, found, strict=True):
            self._known[pair] = known_of(one, pair[1])

    def of(self, name: str, gtin: str) -> Known:
        """What was learnt of a pair. Raises KeyError for one that was not asked for."""
        return self._known[name, gtin]
