"""What a room says of the facts it gives to be copied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

import pyarrow as pa

ORGANISATION, MONTH = "organisation_id", "month"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
#: An amount: eighteen digits, six of them after the point. Whole numbers of eight bytes to every engine, so sums are exact on each.
AMOUNT_DIGITS, AMOUNT_PLACES = 18, 6


class Kind(StrEnum):
    """What a column holds. Money is WHOLE kopecks; a quantity is an AMOUNT."""

    WHOLE = "whole"
    AMOUNT = "amount"
    TEXT = "text"
    DAY = "day"
    FLAG = "flag"

    @property
    def arrow(self) -> pa.DataType:
        return _ARROW[self]


_ARROW: dict[Kind, pa.DataType] = {
    Kind.WHOLE: pa.int64(),
    Kind.AMOUNT: pa.decimal128(AMOUNT_DIGITS, AMOUNT_PLACES),
    Kind.TEXT: pa.string(),
    Kind.DAY: pa.date32(),
    Kind.FLAG: pa.bool_(),
}


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """The facts of one organisation (0: of nobody's body) in one month, 202611."""

    organisation_id: int
    month: int

    @property
    def folder(self) -> str:
        return f"organisation={self.organisation_id}/month={self.month}"


@dataclass(frozen=True, slots=True)
class Proof:
    """By what two sets of rows are seen to be the same: how many, the sum of each measure, the newest stamp."""

    count: int
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    stamp: int = 0

    def plus(self, other: Proof) -> Proof:
        names = {*self.sums, *other.sums}
        sums = {
            name: self.sums.get(name, Decimal(0)) + other.sums.get(name, Decimal(0)) for name in sorted(names)
        }
        return Proof(self.count + other.count, sums, max(self.stamp, other.stamp))

    def same(self, other: Proof) -> bool:
        """Equal in count and in every sum; a newer stamp over the same rows is no difference."""
        names = {*self.sums, *other.sums}
        return self.count == other.count and all(
            self.sums.get(name, Decimal(0)) == other.sums.get(name, Decimal(0)) for name in names
        )


class Source(Protocol):
    """Who gives the rows of a dataset: a selector of the room."""

    def proofs(self) -> Iterable[tuple[Partition, Proof]]:
        """Every partition that has rows, with what proves them, counted by the database."""
        ...

    def rows(self, partition: Partition, since: int) -> Iterator[Sequence[Any]]:
        """Rows of the partition with a stamp above `since`, streamed, in the order of the columns."""
        ...


@dataclass(frozen=True, slots=True)
class Dataset:
    """`columns` by name, among them organisation_id and month; `measures` are summed in proofs; `stamp` is a whole number that grows
    from one recording to the next, so that what is new is found by it.

    A measure must change whenever a row that stands is corrected: where amounts may stay as they are, count revisions too.
    """

    name: str
    columns: Mapping[str, Kind]
    measures: tuple[str, ...]
    stamp: str
    source: Source

    def __post_init__(self) -> None:
        wrong = [name for name in (self.name, *self.columns) if not _NAME.match(name)]
        absent = [
            name for name in (ORGANISATION, MONTH, self.stamp, *self.measures) if name not in self.columns
        ]
        if wrong or absent:
            raise ValueError(f"dataset {self.name}: {wrong or absent}")

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(name, kind.arrow) for name, kind in self.columns.items()])


class UnknownDataset(LookupError):
    """A dataset that no room registered."""


_datasets: dict[str, Dataset] = {}


def register_dataset(given: Dataset) -> None:
    """Called once from AppConfig.ready. Raises ValueError for a name taken by another."""
    if _datasets.setdefault(given.name, given) is not given:
        raise ValueError(f"dataset {given.name} is registered already")


def dataset(name: str) -> Dataset:
    """Raises UnknownDataset."""
    try:
        return _datasets[name]
    except KeyError:
        raise UnknownDataset(name) from None


def datasets() -> list[Dataset]:
    """All of them, by name."""
    return [_datasets[name] for name in sorted(_datasets)]
