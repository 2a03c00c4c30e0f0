"""What every room says of the personal data it holds. A room fills these in `privacy.py`; the room of privacy asks them all.

The foundation knows neither persons nor rooms: a person is a key, an organisation is a key, a table is columns and rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from koopset.foundation.rights.actors import Actor

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the person, and the organisation that keeps it (None: made by the person)."""

    person_id: int
    organisation_id: int | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data are meant: a login with its cards, or some cards only."""

    login_id: int | None
    cards: tuple[Card, ...] = ()
    #: Organisations that keep no card of the person, where a card the person made occurs all the same.
    elsewhere: tuple[int, ...] = ()

    @property
    def person_ids(self) -> list[int]:
        return sorted({card.person_id for card in self.cards})

    @property
    def organisation_ids(self) -> list[int]:
        kept = {card.organisation_id for card in self.cards if card.organisation_id is not None}
        return sorted(kept | set(self.elsewhere))

    def in_organisations(self) -> Iterator[tuple[int, list[int]]]:
        """Each organisation with the cards that may occur in its rows: those it keeps, those the person made (they may hold an office)."""
        own = [card.person_id for card in self.cards if card.organisation_id is None]
        for organisation_id in self.organisation_ids:
            kept = [card.person_id for card in self.cards if card.organisation_id == organisation_id]
            yield organisation_id, sorted({*kept, *own})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of what is given out: the path of the field, its head, and how a stored value is shown (kopecks as roubles)."""

    path: str
    title: Words
    show: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a person's export. `name` is of the file, Latin; `rows` are read once."""

    name: str
    title: Words
    heads: tuple[str, ...]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored file that is the person's own."""

    name: str
    open: Callable[[], IO[bytes]]


class Fate(StrEnum):
    ERASE = "erase"
    ANONYMISE = "anonymise"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one kind of data: erased, made nameless, or kept by law (then `law` and, where it has an end, `until`)."""

    what: str
    fate: Fate
    count: int = 0
    law: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """Why a card cannot be nameless yet: `law` asks for `needs` ("name", "address") until a day, or (None) while it lasts."""

    what: str
    law: str
    until: date | None = None
    needs: frozenset[str] = field(default_factory=lambda: frozenset({"name"}))


class PersonalData:
    """What one room holds of people. `models` names each of its models with a key of a person or a login: label → what a row is called.

    Asked under across_tenants by nobody: each query names its organisation. `tables` and `papers` go to the person; `ties` say
    what law keeps; `holds` foretells and `erase` does, both for the same `needs`; an erased row that has gone stays gone.
    """

    room: ClassVar[str]
    title: Words = ""
    models: ClassVar[Mapping[str, Words]] = {}

    def whereabouts(self, person_ids: Sequence[int]) -> Iterable[int]:
        """Organisations in whose rows these cards occur, whoever keeps them."""
        return ()

    def tables(self, subject: Subject) -> Iterable[Table]:
        """What the room holds of the person, streamed."""
        return ()

    def papers(self, subject: Subject) -> Iterable[Paper]:
        """Stored files of the person."""
        return ()

    def ties(self, subject: Subject, *, now: datetime) -> Iterable[Tie]:
        """What the law keeps the name for."""
        return ()

    def holds(self, subject: Subject, *, needs: frozenset[str], now: datetime) -> Iterable[Line]:
        """What an erasure would do to the room's rows."""
        return ()

    def erase(
        self, *, actor: Actor, subject: Subject, needs: frozenset[str], now: datetime
    ) -> Iterable[Line]:
        """Do it, in the caller's transaction and under the right it has asked; the lines of what was done."""
        return ()


_rooms: dict[str, PersonalData] = {}
_told: dict[str, str] = {}
_row_words: dict[str, Words] = {}


def register_personal_data(data: PersonalData) -> None:
    """Called once from AppConfig.ready. Raises ValueError for a room that has spoken already."""
    if data.room in _rooms:
        raise ValueError(f"{data.room} has told of its personal data already")
    _rooms[data.room] = data
    _row_words.update(data.models)


def register_told(label: str, words: Words, reason: str = "") -> None:
    """What a row of a model is called that is nobody's own but may be somebody's deed.

    `reason`: why a key of a person or a login in it gives nothing out; for whoever reads the test.
    """
    _row_words[label] = words
    if reason:
        _told[label] = reason


def row_words(label: str) -> str | None:
    """What a row of a model is called; None where nobody said."""
    words = _row_words.get(label)
    return None if words is None else str(words)


def rooms() -> list[PersonalData]:
    """All rooms that hold something, by name."""
    return [_rooms[name] for name in sorted(_rooms)]


def told() -> Mapping[str, str]:
    """Models left out on purpose, with the reason."""
    return dict(_told)


def table(name: str, title: Words, columns: Sequence[Column], *queries: QuerySet[Any]) -> Table:
    """Rows of queries as a table, read in parts when the file is written."""

    def rows() -> Iterator[Sequence[Any]]:
        paths = [column.path for column in columns]
        for query in queries:
            for row in query.values_list(*paths).iterator(chunk_size=1000):
                yield [
                    column.show(value) if column.show is not None and value is not None else value
                    for column, value in zip(columns, row, strict=True)
                ]

    return Table(name, title, tuple(str(column.title) for column in columns), rows())


def of_persons(model: Any, subject: Subject, path: str = "person_id", **more: Any) -> list[QuerySet[Any]]:
    """Rows of the subject's cards, organisation by organisation."""
    return [
        model.objects.filter(
            Q(**{f"{path}__in": person_ids}), organisation_id=organisation_id, **more
        ).order_by("pk")
        for organisation_id, person_ids in subject.in_organisations()
    ]


def roubles(kop: int) -> str:
    """Kopecks as a file shows them: 1234.56."""
    return f"{'-' if kop < 0 else ''}{abs(kop) // 100}.{abs(kop) % 100:02d}"
