"""What a name on a receipt is: words of the dictionary weighed by what they are and where they stand.

A head («кефир») names the thing wherever it stands; a raw thing («яблоко») may be only a taste; a hint («пастеризованное») and a brand
help; a sure word («корм») decides alone. Unknown is better than wrong: where two categories are as likely, none is given.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from koopset.apps.catalogue.rules.names import Word, as_cyrillic, words
from koopset.apps.catalogue.rules.packs import pack_of
from koopset.apps.catalogue.rules.phrases import (
    VESSELS,
    crosses,
    is_adjective,
    phrase_part,
    same_form,
    used_places,
)
from koopset.apps.catalogue.rules.short_forms import ShortForms
from koopset.apps.catalogue.rules.spelling import Alike, consonants, from_latin
from koopset.apps.catalogue.rules.stems import stem, variants
from koopset.apps.catalogue.rules.weighing import (
    NOISE,
    UNKNOWN,
    WEIGHTS,
    Entry,
    Match,
    Recognised,
    as_raw,
    decided,
    weighed,
)
from koopset.kernel.quantity import Unit

_SHARE_OF_WORD = 0.6
_ACROSS, _TURNED = 0.6, 0.6
_CUT, _CUT_BY_DOT = 0.85, 0.95
_LIKE = 0.6
_MOST_BEGINNINGS, _MOST_CATEGORIES = 60, 4
_SHORTEST_CUT, _SHORTEST_PLAIN_CUT = 3, 4
_MOST_SEEN = 40


class Dictionary:
    """All words, compiled for looking up. Build it once; it is never changed and may be used by many threads."""

    def __init__(
        self,
        entries: Iterable[tuple[str, Entry]],
        unit_of: dict[str, Unit],
        short_forms: Mapping[str, str] | None = None,
        common: Iterable[str] = (),
    ) -> None:
        """`entries`: a word or words with what they mean; «=word» that form only, «word*» any beginning so.

        `unit_of`: by kind and category. `short_forms`: a form and the words it stands for.
        `common`: words that everybody buys, each of them in `entries`.
        """
        self._exact: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[Entry]] = {}
        self._starts: dict[str, list[Entry]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        self._turned: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        self._fixed: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        self._unit_of = unit_of
        self._whole: dict[str, str] = {}
        for text, entry in entries:
            self._add(text, entry)
        self._short_forms = ShortForms(short_forms or {}, self._whole.items())
        self._sorted = sorted(self._stems)
        self._sorted_phrases = sorted(self._phrases)
        self._alike = Alike(self._whole)
        self._common = sorted(word for word in common if stem(word) in self._stems)
        self._without_vowels = sorted((consonants(word), word) for word in self._common)

    def __len__(self) -> int:
        return len(self._exact) + len(self._stems) + len(self._starts) + len(self._phrases) + len(self._fixed)

    def _add(self, text: str, entry: Entry) -> None:
        parts = text.split()
        if len(parts) > 1:
            whole = Entry(entry.category, entry.kind, entry.role, len(parts))
            if entry.role == "brands" or entry.category == NOISE:
                key = tuple(phrase_part(part) for part in parts)
                self._fixed.setdefault(key[0].strip("=*"), []).append((key, whole))
            else:
                key = tuple(phrase_part(part) for part in parts)
                self._phrases.setdefault(key[0].strip("=*"), []).append((key, whole))
                if len(key) == 2 and "=" not in text:
                    self._turned.setdefault(key[0].strip("*"), []).append((key, whole))
        elif text.startswith("="):
            self._exact.setdefault(text[1:], []).append(entry)
        elif text.endswith("*"):
            self._starts.setdefault(text[:-1], []).append(entry)
        elif "/" in text or len(text) < 3:
            self._exact.setdefault(text, []).append(entry)
        else:
            if entry.role != "hints":
                self._whole.setdefault(text, entry.category)
            for one in variants(text):
                rows = self._stems.setdefault(one, [])
                if entry not in rows:
                    rows.append(entry)

    def recognise(self, name: str) -> Recognised:
        """What the name is, by its words alone. Never raises."""
        found = self.find(name)
        unit = self._unit_of.get(found.kind or found.category)
        pack = pack_of(name, unit)
        if pack is None:
            return found
        return Recognised(found.category, found.kind, found.how, *pack)

    def find(self, name: str) -> Recognised:
        """The same without the amount of the package."""
        seen = self._without_noise(self._short_forms.opened(words(name)[:_MOST_SEEN], self._knows))
        if not seen[0] and not seen[1]:
            return UNKNOWN
        bare = self._without_vessels(seen[0])
        matches = seen[1] + self._of_words(bare) + self._of_phrases(bare)
        if all(match.is_hint for match in matches):
            return decided(matches) or decided(matches + self._of_alike(seen[0])) or UNKNOWN
        return decided(matches) or UNKNOWN

    def _knows(self, text: str) -> bool:
        return text in self._exact or stem(text) in self._stems

    def _without_noise(self, found: Sequence[Word]) -> tuple[list[Word], list[Match]]:
        """Words that are left when names of several words («Домик в деревне», «Красная цена») are taken out, and what these meant."""
        left: list[Word] = []
        matches: list[Match] = []
        index = 0
        stems = [stem(word.text) for word in found]
        while index < len(found):
            best: tuple[tuple[str, ...], Entry] | None = None
            for key, entry in self._fixed.get(stems[index], ()):
                here = stems[index : index + len(key)]
                if (
                    len(here) == len(key)
                    and all(map(same_form, key, here))
                    and (best is None or len(key) > len(best[0]))
                ):
                    best = (key, entry)
            if best is None:
                left.append(found[index])
                index += 1
                continue
            if best[1].category != NOISE:
                matches.append(Match(best[1], WEIGHTS["brands"], "brand", True))
            index += len(best[0])
        return left, matches

    def _without_vessels(self, found: Sequence[Word]) -> Sequence[Word]:
        """The words without the vessel of the good, where a word before it names the good by itself."""
        for place, word in enumerate(found):
            if word.text in VESSELS and place:
                before = found[:place]
                named = any(not match.is_hint and match.how == "word" for match in self._of_words(before))
                if named:
                    return [*before, *(one for one in found[place:] if one.text not in VESSELS)]
        return found

    def _of_words(self, found: Sequence[Word]) -> list[Match]:
        matches: list[Match] = []
        place = 0
        for word in found:
            if word.is_link:
                continue
            entries, how, share = self._entries(word)
            if any(entry.category == NOISE for entry in entries):
                continue
            if place and is_adjective(word.text) and word.text not in self._whole:
                entries = [as_raw(entry) for entry in entries]
            matches += [weighed(entry, how, share, place, word.is_inside) for entry in entries]
            place += 1
        return matches

    def _entries(self, word: Word) -> tuple[Sequence[Entry], str, float]:
        for text in (word.text, as_cyrillic(word.text), from_latin(word.text)):
            if not text:
                continue
            known = self._exact.get(text) or self._stems.get(stem(text))
            if known:
                is_part = word.is_cut and text not in self._whole and text not in self._exact
                common = self._of_common(text) if is_part else ()
                if not common or any(entry.category == NOISE for entry in known):
                    return known, "word", 1.0
                return common, "cut", _CUT_BY_DOT
        text = word.text
        for length in range(len(text), 2, -1):
            if (known := self._starts.get(text[:length])) is not None:
                return known, "word", 1.0
        if "/" in text:
            return self._of_pieces(word)
        least = _SHORTEST_CUT if word.is_cut else _SHORTEST_PLAIN_CUT
        if len(text) >= least:
            common = self._of_common(text)
            if common and (word.is_cut or common[0].role != "hints") and len(text) >= _SHORTEST_CUT:
                return common, "cut", _CUT_BY_DOT if word.is_cut else _CUT
            longest = len(text) * 4 if word.is_cut else len(text) / _SHARE_OF_WORD
            entries = self._beginning(text, longest, several=word.is_cut)
            if entries:
                return entries, "cut", _CUT_BY_DOT if word.is_cut else _CUT
        return (), "", 0.0

    def _of_common(self, text: str) -> Sequence[Entry]:
        """Entries of the common words that begin so: of the nearest where all mean one category, else a hint of each."""
        found: dict[str, Sequence[Entry]] = {}
        for word in self._common_words(text):
            entries = self._stems[stem(word)]
            found.setdefault(max(entries, key=lambda entry: entry.weight).category, entries)
        if len(found) == 1:
            return next(iter(found.values()))
        return [Entry(category, "", "hints") for category in found]

    def _common_words(self, text: str) -> Iterable[str]:
        if consonants(text) == text:
            at = bisect_left(self._without_vowels, (text, ""))
            while at < len(self._without_vowels) and self._without_vowels[at][0].startswith(text):
                yield self._without_vowels[at][1]
                at += 1
        at = bisect_left(self._common, text)
        while at < len(self._common) and self._common[at].startswith(text):
            yield self._common[at]
            at += 1

    def _of_pieces(self, word: Word) -> tuple[Sequence[Entry], str, float]:
        found: list[Entry] = []
        for piece in word.text.split("/"):
            if len(piece) > 2:
                entries, _how, share = self._entries(Word(piece, word.is_cut, word.is_inside))
                if share:
                    found += entries
        return found, "word", 0.9

    def _beginning(self, text: str, longest: float, several: bool = False) -> Sequence[Entry]:
        """An entry for words of at most `longest` letters that begin so, where all of them mean one category.

        `several`: where they mean two to four categories, a hint of each, which other words of the name may make sure.
        """
        at = bisect_left(self._sorted, text)
        found: dict[str, Entry] = {}
        kinds: set[str] = set()
        seen = 0
        while at < len(self._sorted) and self._sorted[at].startswith(text):
            for entry in self._stems[self._sorted[at]] if len(self._sorted[at]) <= longest else ():
                seen += 1
                kinds.add(entry.kind)
                before = found.get(entry.category)
                if before is None or entry.weight < before.weight:
                    found[entry.category] = entry
            at += 1
            if seen > _MOST_BEGINNINGS or len(found) > (_MOST_CATEGORIES if several else 1):
                return ()
        if len(found) > 1:
            return [Entry(category, "", "hints") for category in found if category != NOISE]
        for weakest in found.values():
            kind = weakest.kind if len(kinds) == 1 else ""
            return (Entry(weakest.category, kind, "heads" if weakest.role == "sure" else weakest.role),)
        return ()

    def _of_phrases(self, found: Sequence[Word]) -> list[Match]:
        matches: list[Match] = []
        texts = [word.text for word in found]
        stems = [stem(text) for text in texts]
        for place, word in enumerate(found):
            for key in self._phrase_heads(stems[place], word):
                for parts, entry in self._phrases[key]:
                    used = used_places(parts, stems, texts, place)
                    if used is not None:
                        inside = all(found[one].is_inside for one in used)
                        if entry.role == "sure" and found[place].is_link:
                            inside = False  # «для собак», «от кашля» say it of whatever stands before
                        share = 1.0 if stems[place].startswith(key) else _CUT
                        if crosses(found, used):
                            share *= _ACROSS
                        matches.append(weighed(entry, "phrase", share, place, inside))
            if place and not word.is_inside and is_adjective(texts[place - 1]):
                for parts, entry in self._turned.get(stems[place], ()):
                    if used_places(parts[1:], stems, texts, place - 1):
                        matches.append(
                            weighed(entry, "phrase", _TURNED if place > 1 else 1.0, place - 1, False)
                        )
        return matches

    def _phrase_heads(self, own: str, word: Word) -> Iterable[str]:
        least = 2 if word.is_cut else 4
        if len(own) < least or word.text in self._exact or own in self._stems:
            return [own] if own in self._phrases else ()
        heads: list[str] = []
        at = bisect_left(self._sorted_phrases, own)
        while at < len(self._sorted_phrases) and self._sorted_phrases[at].startswith(own):
            heads.append(self._sorted_phrases[at])
            at += 1
            if len(heads) > 12:
                break
        heads += [own[:length] for length in range(3, len(own)) if own[:length] in self._phrases]
        return heads

    def _of_alike(self, found: Sequence[Word]) -> list[Match]:
        matches: list[Match] = []
        for place, word in enumerate([one for one in found if not one.is_link][:4]):
            near = "" if word.is_inside else self._alike.nearest(word.text)
            matches += [
                weighed(entry, "like", _LIKE, place, False)
                for entry in (self._stems[stem(near)] if near else ())
                if entry.category != NOISE
            ]
        return matches
