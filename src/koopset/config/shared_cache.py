"""A Redis that all processes share, and what they do while it does not answer: each goes on with a memory of its own.

Without this, a Redis that is restarted takes every page of the site down with it, for everybody reads from the cache. What is kept here
is short-lived (counts of wrong passwords, measures of programs, when a device was last seen): for a while each process counts apart,
which is weaker than counting together and stronger than not counting. `/healthz/ready` and `koopset_cache_up` say so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry

log = structlog.get_logger("koopset.cache")

#: Seconds for a connection and for an answer: a Redis beside the site answers in a thousandth of that.
CONNECT_SECONDS, ANSWER_SECONDS = 1, 2
#: After a failure it is asked again no sooner, so that a page does not wait for every question.
PAUSE_SECONDS = 5.0
#: An idle connection is tried before it is used: Redis or a firewall may have closed it.
IDLE_SECONDS = 5
#: What a process keeps by itself meanwhile.
NEAR_ENTRIES = 5_000

_silent_until: dict[str, float] = {}


def _now() -> float:
    return time.monotonic()


def word() -> str | None:
    """For whoever watches the site: None when all is well (or no Redis is used), else what is wrong. Asks Redis, if its pause is over."""
    if not isinstance(caches["default"], SharedCache):
        return None
    caches["default"].get("koopset.heard")
    return "silent, each process counts apart" if is_silent(caches["default"]._location) else None


def is_silent(location: str) -> bool:
    """Whether this process goes on without the Redis of that address at this moment."""
    return _now() < _silent_until.get(location, 0.0)


class SharedCache(BaseCache):
    """Django's Redis cache; where it does not answer, Django's memory cache of this process."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._location = server
        options = {
            "socket_connect_timeout": CONNECT_SECONDS,
            "socket_timeout": ANSWER_SECONDS,
            "health_check_interval": IDLE_SECONDS,
            "retry": Retry(NoBackoff(), 1),
        }
        self._far = RedisCache(server, {**params, "OPTIONS": {**options, **params.get("OPTIONS", {})}})
        self._near = LocMemCache(
            f"koopset beside {server}", {**params, "OPTIONS": {"MAX_ENTRIES": NEAR_ENTRIES}}
        )

    def _ask(self, name: str, *args: Any, **more: Any) -> Any:
        if not is_silent(self._location):
            try:
                return getattr(self._far, name)(*args, **more)
            except (ConnectionError, TimeoutError) as silence:
                _silent_until[self._location] = _now() + PAUSE_SECONDS
                log.warning("the shared cache does not answer", error=type(silence).__name__)
        return getattr(self._near, name)(*args, **more)


def _passed_on(name: str) -> Callable[..., Any]:
    def method(self: SharedCache, *args: Any, **more: Any) -> Any:
        return self._ask(name, *args, **more)

    method.__name__ = name
    method.__doc__ = f"As Django's `{name}`."
    return method


for _name in (
    "add", "get", "set", "touch", "delete", "get_many", "set_many", "delete_many", "has_key", "incr", "clear",
):  # fmt: skip
    setattr(SharedCache, _name, _passed_on(_name))
