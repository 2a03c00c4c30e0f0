"""How much of a debt is late. A debt is late from the day after its due day; the due day itself is in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

#: Ages by which debtors are asked for, in days.
AGES = (30, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Age:
    """The late part of a debt. `days` counts from the oldest due day that is not settled; 0 when nothing is late."""

    overdue_kop: int
    since: date | None
    days: int


def age_of_debt(debt_kop: int, charged: Iterable[tuple[date, int]], today: date) -> Age:
    """The age of a debt when payments are counted against the oldest charges first.

    `charged` are (due day, kopecks charged), newest due day first; what stands before the given ones is older than all of them.
    The debt is what is left of the newest charges; the late part is what remains of it after those not due yet.
    """
    left, overdue = debt_kop, 0
    since: date | None = None
    for due, kop in charged:
        if left <= 0:
            break
        part = min(left, kop) if kop > 0 else kop
        left -= part
        if due < today and part > 0:
            overdue += part
            since = due
    if left > 0:
        overdue += left  # older than everything that was given
    return Age(overdue, since, (today - since).days if since else 0)


def bucket(days: int) -> int:
    """The greatest of AGES that the age has reached; 0 for a younger or no late debt."""
    return max((age for age in AGES if days >= age), default=0)
