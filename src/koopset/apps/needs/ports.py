"""What this room asks of the outside: a provider of receipts that gives the lines of a code. None is set unless a keeper sets one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Asked(StrEnum):
    """What a provider says of a code."""

    PENDING = "pending"  # asked for, not there yet
    FOUND = "found"
    NOT_FOUND = "not-found"
    ERROR = "error"  # the provider itself is ill: ask again


@dataclass(frozen=True, slots=True)
class Answer:
    """`payload` is the text of JSON in any shape the readers of formats know; `wait` seconds before it makes sense to ask again."""

    state: Asked
    payload: str = ""
    wait: int = 0


class ReceiptProvider(Protocol):
    """Gives the lines of a receipt by its code (`ReceiptCode.text`). Never raises: what goes wrong outside is Asked.ERROR."""

    def ask(self, code: str) -> Answer: ...


_providers: list[Callable[[], ReceiptProvider | None]] = []


def register_provider(source: Callable[[], ReceiptProvider | None]) -> None:
    """Called once from AppConfig.ready. The source is asked each time: it answers None where none is set."""
    if source not in _providers:
        _providers.append(source)


def receipt_provider() -> ReceiptProvider | None:
    """The provider that is set; None: lines come from files of the tax service's application, or by hand."""
    return next((found for source in _providers if (found := source()) is not None), None)
