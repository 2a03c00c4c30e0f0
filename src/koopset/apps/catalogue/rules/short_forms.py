"""Short forms that stand for whole words: written ones («к/р», «чесн») and words without their middle («см-на», «п-ки»)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from koopset.apps.catalogue.rules.names import Word

_SHORTEST_FRONT = 2
_WHOLE = 4


class ShortForms:
    """What short forms mean. Build it once; it is never changed and may be used by many threads."""

    def __init__(self, written: Mapping[str, str], known: Iterable[tuple[str, str]]) -> None:
        """`written`: a form and the words it stands for. `known`: whole words of the dictionary, each with its category."""
        self._written = {form: tuple(meant.split()) for form, meant in written.items()}
        self._by_front: dict[str, list[tuple[str, str]]] = {}
        for word, category in known:
            if "-" not in word:
                self._by_front.setdefault(word[:_SHORTEST_FRONT], []).append((word, category))

    def opened(self, found: Sequence[Word], is_known: Callable[[str], bool]) -> list[Word]:
        """The words with every short form replaced by what it means; a hyphen that is no short form parts two words."""
        whole: list[Word] = []
        for word in found:
            meant = self._written.get(word.text)
            if (
                meant is None
                and "-" in word.text
                and not word.text.startswith("аи")
                and not is_known(word.text)
            ):
                front, _hyphen, back = word.text.partition("-")
                is_word = len(front) >= _WHOLE and is_known(front)
                between = "" if is_word else self._with_middle(front, back)
                if not between:
                    whole.append(Word(front, True, word.is_inside))
                    whole.append(Word(back, word.is_cut, word.is_inside))
                    continue
                meant = (between,)
            if meant is None:
                whole.append(word)
            else:
                whole += [Word(text, False, word.is_inside) for text in meant]
        return whole

    def _with_middle(self, front: str, back: str) -> str:
        """A word that begins and ends so, where all such words mean one category; "" where there is none."""
        if len(front) < _SHORTEST_FRONT:
            return ""
        fits = [
            (word, category)
            for word, category in self._by_front.get(front[:_SHORTEST_FRONT], ())
            if len(word) > len(front) + len(back) and word.startswith(front) and word.endswith(back)
        ]
        if len({category for _word, category in fits}) != 1:
            return ""
        return min(fits, key=lambda one: (len(one[0]), one[0]))[0]
