"""Kinds of work and their schedules, as rooms declare them in jobs.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from croniter import croniter

if TYPE_CHECKING:
    pass

Function = TypeVar("Function", bound=Callable[..., "dict[str, object] | None"])

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """`retries` after the first attempt; `atomic` runs the function and marks it done in one transaction: exactly once."""

    name: str
    function: Callable[..., dict[str, object] | None]
    retries: int
    atomic: bool

    def pause_after(self, attempts: int) -> timedelta:
        """Twice as long each time: 10 s, 20 s, 40 s … an hour."""
        doublings: int = min(attempts - 1, 20)
        return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Schedule:
    name: str
    cron: str  # in the time zone of the settings
    kind: str
    args: Mapping[str, Any] = field(default_factory=dict)


_kinds: dict[str, Kind] = {}
_schedules: dict[str, Schedule] = {}


class UnknownJob(LookupError):
    """A kind of work that no room declares."""


def job(name: str, *, retries: int = 3, atomic: bool = False) -> Callable[[Function], Function]:
    """Declare `def work(run: JobRun, *, …) -> dict | None` as the work "room.what_it_does".

    It may be run again after a crash: it must be idempotent, resume from `run.position`, or be `atomic`. What it returns is kept
    as the job's result (JSON). A RuleViolation ends it with its text; any other exception is tried again `retries` times.
    """

    def wrap(function: Function) -> Function:
        known = _kinds.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"work {name} is declared already")
        _kinds[name] = Kind(name, function, retries, atomic)
        return function

    return wrap


def kind_of(name: str) -> Kind:
    """Raises UnknownJob."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownJob(name) from None


def schedule(kind: str, cron: str, *, name: str | None = None, args: Mapping[str, Any] | None = None) -> None:
    """Run `kind` for the whole platform at each tick of `cron` ("30 3 * * *": minute, hour, day, month, weekday; Moscow time).

    Ticks missed while nothing ran are made up by one. Work of each organisation is enqueued by the job itself. Raises ValueError
    for a cron that cannot be read.
    """
    if not croniter.is_valid(cron):
        raise ValueError(f"not a schedule: {cron}")
    found = Schedule(name or kind, cron, kind, dict(args or {}))
    if _schedules.setdefault(found.name, found) != found:
        raise ValueError(f"schedule {found.name} is declared already")


def schedules() -> tuple[Schedule, ...]:
    return tuple(_schedules[name] for name in sorted(_schedules))
