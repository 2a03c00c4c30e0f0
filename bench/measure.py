"""What a case gives back, and the means to take it."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """`value` must not pass `limit`; both in `unit`."""

    text: str
    value: float
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.value <= self.limit


@dataclass
class Result:
    """One line of the table. `floor_seconds` is the least any program could take for the same outcome, measured in the same run."""

    name: str
    n: int
    seconds: float
    floor_seconds: float
    peak_mib: float
    goals: list[Goal] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor_seconds

    def at_most(self, text: str, value: float, limit: float, unit: str = "") -> Result:
        self.goals.append(Goal(text, value, limit, unit))
        return self


class Stopwatch:
    """The best of several runs: what the machine does when nobody disturbs it."""

    def __init__(self) -> None:
        self.best = float("inf")

    @contextmanager
    def __call__(self) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.best = min(self.best, time.perf_counter() - start)


def interleaved(
    ours: Callable[[], object], floor: Callable[[], object], times: int
) -> tuple[float, float, float]:
    """Run both `times` times in turns. Best seconds of each, and the peak of memory after our first run (the floor's never counts)."""
    mine, bare = Stopwatch(), Stopwatch()
    peak = 0.0
    for _again in range(times):
        with mine():
            ours()
        peak = peak or peak_mib()
        with bare():
            floor()
    return mine.best, bare.best, peak


def peak_mib() -> float:
    """The most memory this process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
