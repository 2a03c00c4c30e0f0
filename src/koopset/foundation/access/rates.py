"""How much programs may ask in a minute: each key, and all programs together in one organisation.

Counted by whole minutes in the cache, so that processes which share a cache (REDIS_URL) share the count. A batch counts by its rows. One
request that is larger than a whole minute's measure passes when nothing was asked in that minute yet: else it never could.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """A measure as it stands after this request. `resets_in` is seconds till the count begins anew."""

    limit: int
    used: int
    resets_in: int
    passes: bool

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


class TooMany(Exception):
    """The measure of this minute is full."""

    def __init__(self, rate: Rate) -> None:
        super().__init__(rate.limit)
        self.rate = rate


def take(name: str, limit: int, cost: int, now: datetime) -> Rate:
    """Count `cost` under `name`. What does not pass is not counted."""
    second = int(now.timestamp())
    minute, resets_in = second // MINUTE, MINUTE - second % MINUTE
    key = f"koopset.rate.{name}.{minute}"
    # Kept a little longer than the minute: clocks of two machines differ.
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        used = cache.incr(key, cost)
    except ValueError:  # thrown out of the cache between the two lines
        cache.set(key, cost, timeout=2 * MINUTE)
        used = cost
    if used > limit and used != cost:
        with suppress(ValueError):
            cache.decr(key, cost)
        return Rate(limit, min(limit, used - cost), resets_in, False)
    return Rate(limit, used, resets_in, True)


def cost_of(request: HttpRequest, *, is_batch: bool) -> int:
    """1, or the rows of a batch: as many as its body holds, whether they are right or not."""
    if not is_batch:
        return 1
    try:
        rows = json.loads(request.body)["rows"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return 1
    return max(1, len(rows)) if isinstance(rows, list) else 1


def count(request: HttpRequest, *, key: str, organisation_id: int | None, cost: int, now: datetime) -> None:
    """Count a request under its key and in its organisation. Raises TooMany; the tightest measure is kept for `mark`."""
    asked = [(f"key.{key}", settings.API_PER_MINUTE_KEY)]
    if organisation_id is not None:
        asked.append((f"organisation.{organisation_id}", settings.API_PER_MINUTE_ORGANISATION))
    tightest: Rate | None = getattr(request, "koopset_rate", None)
    for name, limit in asked:
        if limit <= 0:
            continue
        rate = take(name, limit, cost, now)
        if not rate.passes:
            raise TooMany(rate)
        if tightest is None or rate.remaining < tightest.remaining:
            tightest = rate
    request.koopset_rate = tightest  # type: ignore[attr-defined]


def mark(response: HttpResponseBase, rate: Rate | None) -> None:
    """Tell a program how much is left."""
    if rate is None:
        return
    response["RateLimit-Limit"] = str(rate.limit)
    response["RateLimit-Remaining"] = str(rate.remaining)
    response["RateLimit-Reset"] = str(rate.resets_in)
    if not rate.passes:
        response["Retry-After"] = str(rate.resets_in)
