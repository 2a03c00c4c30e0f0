"""What this room tells. Both are told inside the transaction of the fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MonthsClosed:
    """Nothing more is posted into these months (202611), the earliest first."""

    organisation_id: int
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MonthReopened:
    """The last closed month takes entries again."""

    organisation_id: int
    month: int
