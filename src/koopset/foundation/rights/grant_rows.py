"""Which roles one's cards hold, wherever they are rows: one question of every request, put into SQL once for each number of cards.

Making the SQL of the union takes several times as long as answering it. Only keys of cards and the date differ from one request to
the next; where anything else would, the question is made anew each time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


class GrantRows(Protocol):
    """A port: a room whose roles are rows; all such rooms are asked in one question.

    Answers queries of (organisation key, role, key of the represented person or NULL, kind of the organisation): bigint, text, bigint,
    text. Of two calls with as many cards, the queries differ in the keys of cards and in the date only.
    """

    def __call__(self, *, person_ids: frozenset[int], on: date) -> Iterable[QuerySet[Any, Any]]: ...


Row = tuple[int, str, int | None, str]
#: Two sets of cards and two dates that no row has: what follows them in the SQL is found by comparing.
_TRIALS = ((10**15, date(2891, 3, 4)), (2 * 10**15, date(2903, 7, 8)))
#: Cards of one login beyond which the SQL is not kept.
MOST_CARDS = 12


@dataclass(frozen=True, slots=True)
class Prepared:
    """SQL, and for each of its parameters how it follows from sorted cards and the date."""

    sql: str
    places: tuple[Callable[[list[int], date], Any], ...]


def _question(rows: tuple[GrantRows, ...], cards: frozenset[int], on: date) -> QuerySet[Any, Any] | None:
    queries = [query for room in rows for query in room(person_ids=cards, on=on)]
    return queries[0].union(*queries[1:]) if queries else None


@functools.lru_cache(maxsize=256)
def _prepared(vendor: str, rows: tuple[GrantRows, ...], count: int) -> Prepared | None:
    """None where the SQL depends on more than the keys and the date."""
    tried = []
    for first, on in _TRIALS:
        cards = [first + number for number in range(count)]
        question = _question(rows, frozenset(cards), on)
        if question is None:
            return None
        try:
            sql, params = question.query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            return None
        tried.append((sql, [_place(one, cards, on) for one in params]))
    (sql, places), (other_sql, other_places) = tried
    if sql != other_sql or [name for name, _of in places] != [name for name, _of in other_places]:
        return None
    return Prepared(sql, tuple(of for _name, of in places))


def _place(value: object, cards: list[int], on: date) -> tuple[str, Callable[[list[int], date], Any]]:
    """A name to compare by, and how the parameter is made."""
    if isinstance(value, int) and value in cards:
        number = cards.index(value)
        return f"card {number}", lambda known, _on: known[number]
    if value == on:
        return "day", lambda _known, day: day
    if value == on.isoformat():
        return "day as text", lambda _known, day: day.isoformat()
    return f"value {value!r}", lambda _known, _on: value


def rows_found(rows: tuple[GrantRows, ...], cards: frozenset[int], on: date) -> list[Row]:
    """Roles of the cards on the date, of all rooms, in no order. The caller says why it asks of all organisations."""
    if not cards:
        return []
    known = _prepared(connection.vendor, rows, len(cards)) if len(cards) <= MOST_CARDS else None
    if known is None:
        question = _question(rows, cards, on)
        return list(question) if question is not None else []
    ordered = sorted(cards)
    with connection.cursor() as cursor:
        cursor.execute(known.sql, [of(ordered, on) for of in known.places])
        return list(cursor.fetchall())
