"""The actor of the work under way, for those who must record it far from the call: history, entries, events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from koopset.foundation.rights.actors import Actor

_current: ContextVar[Actor | None] = ContextVar("koopset_actor", default=None)


def current_actor() -> Actor | None:
    return _current.get()


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)
