"""What this room tells. `organisation_id` is None: a household is of no organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PurchasesChanged:
    """Purchases of a household came, went, or were found to be something else. `days`: the first and the last day concerned; empty: any."""

    organisation_id: int | None
    household_id: int
    days: tuple[date, ...] = ()
