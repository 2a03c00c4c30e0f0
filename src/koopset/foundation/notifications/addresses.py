"""Port: where to write to a person or a login. The room of people fills it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Address:
    """Where one person or one login is written to. `email` is empty where letters may not or cannot be sent."""

    person_id: int | None
    login_id: int | None
    email: str
    language: str = "ru"


class AddressBook(Protocol):
    def __call__(self, *, person_ids: Collection[int], login_ids: Collection[int]) -> Iterable[Address]: ...


_books: list[AddressBook] = []


def register_address_book(book: AddressBook) -> None:
    """Called once from AppConfig.ready."""
    if book not in _books:
        _books.append(book)


def addresses_of(*, person_ids: Collection[int], login_ids: Collection[int]) -> list[Address]:
    return [one for book in _books for one in book(person_ids=person_ids, login_ids=login_ids)]
