"""A short stemmer for nouns and adjectives of goods: it only has to give one stem to the forms of one word."""

from __future__ import annotations

from functools import lru_cache

_ENDINGS = tuple(
    sorted(
        (
            "иями ями ами ией иям иях ием ыми ими ого его ому ему ая яя ое ее ые ие ый ий ой ую юю ым им ых их ом ем ов ев ей ам ям ах ях"
            " ию ия ии ье ья ью ьи ьев а я о е ы и у ю ь й"
        ).split(),
        key=len,
        reverse=True,
    )
)
_SHORTEST = 3


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without its ending; at least three letters stay."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def variants(word: str) -> tuple[str, ...]:
    """Stems of a word with and without its fleeting vowel: сырок, сырки; огурец, огурцы; палочка, палочек."""
    found = [stem(word)]
    for ending, other in (("ок", "к"), ("ек", "к"), ("ец", "ц"), ("ень", "н"), ("йка", "ек"), ("ька", "ек")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            found.append(word[: -len(ending)] + other)
    for ending in ("ка", "ки", "ко"):
        if word.endswith(ending) and len(word) - 2 >= 3 and word[-3] not in "аеиоуыэюяьй":
            found += [word[:-2] + "ок", word[:-2] + "ек"]
    return tuple(dict.fromkeys(found))
