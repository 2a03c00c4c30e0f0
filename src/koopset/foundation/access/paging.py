"""Lists in pieces: never more than 500 rows at once, and a place far beyond the end is an empty piece, not a mistake."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field

T = TypeVar("T")

MOST_ROWS = 500
#: No list is longer; databases count no further than 2⁶³.
FARTHEST = 10**12


class Paging(Schema):
    """Which piece."""

    limit: int = Field(100, ge=1, le=MOST_ROWS, description="rows in a piece")
    offset: int = Field(0, ge=0, description="rows to pass by")

    @property
    def start(self) -> int:
        return min(self.offset, FARTHEST)

    @property
    def page(self) -> int:
        """The page of `limit` rows that holds the row of `offset`, from 1: for lists that are kept in pages."""
        return self.start // self.limit + 1


class Piece(Schema, Generic[T]):
    """A piece of a list; `next_offset` is null at the end."""

    items: list[T]
    count: int
    limit: int
    offset: int
    next_offset: int | None


def piece(
    paging: Paging, rows: Any, make: Callable[[Any], Any] = lambda row: row, *, count: int | None = None
) -> dict[str, Any]:
    """Cut a query set, a list or anything with a length and slices."""
    total = (rows.count() if hasattr(rows, "query") else len(rows)) if count is None else count
    found = rows[paging.start : paging.start + paging.limit] if paging.start < total else []
    return whole_piece(paging, [make(row) for row in found], total, paging.start)


def whole_piece(
    paging: Paging, items: Sequence[Any] | Iterable[Any], count: int, start: int
) -> dict[str, Any]:
    """A piece that was cut already."""
    shown = list(items)
    after = start + len(shown)
    return {
        "items": shown,
        "count": count,
        "limit": paging.limit,
        "offset": start,
        "next_offset": after if shown and after < count else None,
    }
