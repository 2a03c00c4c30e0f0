"""On which day of the books money stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from koopset.apps.ledger import selectors as ledger
from koopset.kernel.violations import RuleViolation


def book_day(organisation_id: int) -> Callable[[date], date]:
    """day → the same, or the first day of the first open month when its own is closed. Raises payments.no_books."""
    first = ledger.first_open_month(organisation_id)
    if first is None:
        raise RuleViolation("payments.no_books")
    return lambda day: max(day, first.first)
