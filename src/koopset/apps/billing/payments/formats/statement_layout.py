"""A learnt order of keys, with which a whole document is cut in one step.

A bank writes every document of a file with the same keys in the same order, some of them left out. After a few
documents read line by line the reader knows this order and cuts the rest with one regular expression: several times
faster than line by line, which stays the truth for everything that does not fit. All quantifiers are possessive, so a
document that does not fit costs one walk over it at most.
"""

import re
from collections.abc import Mapping, Sequence

_MAX_KEYS = 150
_MAX_COMPILES = 6
_MISSES_BEFORE_COMPILE = 8


class Layout:
    """Order of keys seen so far; ``pattern`` is None until enough documents have shown it."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = list(keys)
        self.pattern: re.Pattern[str] | None = None
        self.groups: tuple[int, ...] = ()
        self.extra: tuple[tuple[str, int], ...] = ()
        self._misses = 1
        self._compiles = 0
        self._stale = True

    def absorb(self, keys: Sequence[str]) -> bool:
        """Take a document's order in; False when it contradicts the order known here."""
        if keys != self.keys:
            known = {key: place for place, key in enumerate(self.keys)}
            merged: list[str] = []
            taken = 0
            for key in keys:
                place = known.get(key)
                if place is None:
                    merged.append(key)
                elif place < taken:
                    return False
                else:
                    merged += self.keys[taken : place + 1]
                    taken = place + 1
            merged += self.keys[taken:]
            if len(merged) > _MAX_KEYS:
                return False
            if len(merged) != len(self.keys):
                self.keys = merged
                self._stale = True
        self._misses += 1
        return True

    def compile_when_due(self, fields: Mapping[str, int], width: int, known: Mapping[str, str]) -> None:
        """Make the pattern anew when enough documents missed it.

        ``fields`` gives the place of each wanted key in a row of ``width`` values (the first is the kind), ``known``
        the standard's spelling of a key. Keys known and not wanted are skipped, unknown ones go to ``extra``.
        """
        if not self._stale or self._misses < _MISSES_BEFORE_COMPILE or self._compiles >= _MAX_COMPILES:
            return
        source = [r"СекцияДокумент(?:=([^\n]*+))?+\n"]
        places = [0] * width
        places[0] = 1
        extra: list[tuple[str, int]] = []
        group = 1
        for key in self.keys:
            spelling = known.get(key)
            place = fields.get(spelling) if spelling else None
            if spelling and place is None:
                source.append(rf"(?:{re.escape(key)}=[^\n]*+\n)?+")
                continue
            group += 1
            source.append(rf"(?:{re.escape(key)}=([^\n]*+)\n)?+")
            if place is None:
                extra.append((key, group))
            elif places[place]:
                self._compiles = _MAX_COMPILES  # two spellings of one key: line by line tells them apart
                return
            else:
                places[place] = group
        # The last group never takes part: a wanted key outside this order reads as None.
        source.append(r"КонецДокумента\n(?:((?!))|)")
        self.pattern = re.compile("".join(source))
        self.groups = tuple(place or group + 1 for place in places)
        self.extra = tuple(extra)
        self._stale = False
        self._misses = 0
        self._compiles += 1
