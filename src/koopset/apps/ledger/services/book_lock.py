"""The lock under which an organisation's books change."""

from __future__ import annotations

from koopset.apps.ledger.models import Book
from koopset.kernel.violations import RuleViolation


def lock_book(organisation_id: int) -> Book:
    """The book, locked until the end of the transaction: posting, closing and reopening wait for each other.

    On SQLite the transaction is immediate, so it holds the whole database already. Raises ledger.no_book.
    """
    book = Book.objects.select_for_update().filter(organisation_id=organisation_id).first()
    if book is None:
        raise RuleViolation("ledger.no_book")
    return book
