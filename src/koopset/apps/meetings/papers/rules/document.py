"""A paper as blocks, whatever it is written as: PDF and DOCX are made of the same ones and say the same.

`points`: keys of the checklist of minutes that a block fulfils (`minutes_lacking`): a block is there only where it says something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a paper."""

    points: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The word under which the template knows it."""
        return type(self).__name__.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Block):
    """A heading inside the paper; `level` 1 is the larger."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Block):
    """A paragraph. `lead` stands before it in bold («РЕШИЛИ:»); `style`: "" | "strong" | "small" | "mono"; `sticky`: with what follows."""

    text: str
    lead: str = ""
    style: str = ""
    sticky: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Block):
    """Lines, numbered or not."""

    lines: tuple[str, ...]
    numbered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(Block):
    """Labels and values, a row each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Block):
    """A table with its head on each page. `widths`: parts of the width; `right`: numbers of columns set to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()
    height: float = 0.0  # the least height of a row in millimetres: a place to sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs(Block):
    """Places to sign: what the person is, the name."""

    rows: tuple[tuple[str, str], ...]
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank(Block):
    """A place to write by hand, `lines` long."""

    label: str
    lines: int = 1
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Block):
    """The number of a ballot beside the square that holds `scanned`."""

    digits: str
    scanned: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(Block):
    """The next block begins a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper. `head` stands above the title, `under` beneath it; `foot` on each page beside its number. `name`: of its file."""

    name: str
    title: str
    head: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    foot: str = ""
    language: str = "ru"
    lying: bool = False
    blocks: tuple[Block, ...] = field(default=())

    @property
    def contents(self) -> dict[str, list[str]]:
        """point → texts of the blocks that fulfil it: what `minutes_lacking` asks."""
        found: dict[str, list[str]] = {}
        for block in self.blocks:
            words = " ".join(words_of(block)).strip()
            for point in block.points:
                if words:
                    found.setdefault(point, []).append(words)
        return found

    def without(self, point: str) -> Document:
        """The same paper with nothing that fulfils a point: for whoever tries the checklist."""
        return replace(self, blocks=tuple(block for block in self.blocks if point not in block.points))


def document_data(document: Document) -> dict[str, Any]:
    """The paper in plain data, for the template."""
    data = asdict(document)
    data["blocks"] = [
        {"kind": block.kind, **{key: value for key, value in asdict(block).items() if key != "points"}}
        for block in document.blocks
    ]
    return data


def words_of(block: Block) -> Iterator[str]:
    """Everything that a block says."""
    for value in asdict(block).items():
        if value[0] not in ("points", "style"):
            yield from _words(value[1])


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _words(one)
