"""The one way to say that a query crosses organisations on purpose. Tests refuse every other query of tenant rows without the key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_reason: ContextVar[str | None] = ContextVar("koopset_across_tenants", default=None)


@contextmanager
def across_tenants(reason: str) -> Iterator[None]:
    """Queries inside may read rows of many organisations; `reason` says to a reader why that shows nobody too much."""
    assert reason, "say why"
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def crossing_reason() -> str | None:
    return _reason.get()
