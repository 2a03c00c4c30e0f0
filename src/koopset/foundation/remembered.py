"""Answers that cost a scan, kept for as long as what they are computed from stands.

A key is a word that whoever changes the facts replaces by a new random one in the same transaction. So what is remembered is never
out of date: not after a rollback (its key is seen by nobody again), not after a restored backup, not between processes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")

#: An answer that nobody asks for any more is forgotten after a day.
KEPT_SECONDS = 24 * 60 * 60


def remembered(name: str, organisation_id: int, key: str, compute: Callable[[], T]) -> T:
    """What `compute` gives, asked once a key. `name` says which question, with its arguments; "" as the key remembers nothing."""
    if not key:
        return compute()
    place = f"remembered:{name}:{organisation_id}"
    kept: tuple[str, T] | None = cache.get(place)
    if kept is not None and kept[0] == key:
        return kept[1]
    answer = compute()
    cache.set(place, (key, answer), KEPT_SECONDS)
    return answer
