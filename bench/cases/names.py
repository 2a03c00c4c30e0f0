"""Names on receipts: such as were never seen, against cutting each into words and looking every word up in a table; and the same goods
again and again, against a table of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.measure import Result, interleaved

from koopset.apps.catalogue.formats.dictionary import Remembered, dictionary

GOODS = (
    "Молоко {} паст 3,2% 0,93л",
    "*4{} Хлеб Дарницкий {} 0,7кг",
    "КОЛБ.{} ВАР 400Г",
    "Нап. {} газ ПЭТ 1,5л",
    "Печ. {} сахарное 300г",
    "П/ф Котлеты {} Домашние",
    "Яблоки {} вес 1кг",
    "Средство д/посуды {} 450мл",
    "{} таб 500мг №20",
    "Корм для кошек {} с курицей",
)
SYLLABLES = ("ба", "ве", "го", "ду", "жи", "зо", "ку", "лю", "мо", "ня", "по", "ре", "са", "ту", "фи", "ча")
#: Kinds of goods of a town: far fewer than its lines of receipts.
DIFFERENT = 2_000
AGAIN = 20
NEW_A_SECOND, KNOWN_A_SECOND = 500, 20_000
_WORD = re.compile(r"\w+")


def prepare(n: int) -> None:
    """Nothing is kept in a database."""


def names(n: int) -> Iterator[str]:
    """Names with an invented mark in each, so that no two are alike."""
    for number in range(n):
        mark, left = "", number
        for _syllable in range(4):
            left, at = divmod(left, len(SYLLABLES))
            mark += SYLLABLES[at]
        yield GOODS[number % len(GOODS)].replace("{}", mark.capitalize())


def measure(n: int) -> list[Result]:
    dictionary()
    return [_new(list(names(n))), _known(list(names(min(n, DIFFERENT))) * AGAIN)]


def _new(found: list[str]) -> Result:
    table = {word: 1 for name in found[::7] for word in _WORD.findall(name.lower())}

    def ours() -> None:
        kept = Remembered()
        assert sum(bool(kept.recognise(name).category) for name in found) > len(found) * 0.9

    def bare() -> None:
        sum(table.get(word, 0) for name in found for word in _WORD.findall(name.lower()))

    seconds, floor, peak = interleaved(ours, bare, 3)
    result = Result("names_new", len(found), seconds, floor, peak)
    return _at_least(result, "a new name", NEW_A_SECOND)


def _known(found: list[str]) -> Result:
    kept = Remembered()
    for name in found:
        kept.recognise(name)
    table = dict.fromkeys(found, 1)

    def ours() -> None:
        for name in found:
            kept.recognise(name)

    def bare() -> None:
        for name in found:
            table.get(name)

    seconds, floor, peak = interleaved(ours, bare, 5)
    result = Result("names_known", len(found), seconds, floor, peak)
    return _at_least(result, "a known name", KNOWN_A_SECOND)


def _at_least(result: Result, what: str, rate: int) -> Result:
    text = f"{what} ({result.n / result.seconds:.0f} a second, bare {result.n / result.floor_seconds:.0f})"
    return result.at_most(text, result.seconds / result.n * 1000, 1000 / rate, "ms")
