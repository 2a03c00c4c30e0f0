"""Allocation of a round: N wants over N / 100 goods, folded from dated records and shared out, against a pass that only adds."""

from __future__ import annotations

import random

from bench.measure import Result, interleaved

from koopset.apps.purchases.rules.allocation import Rule, allocate
from koopset.apps.purchases.rules.packs import ordered
from koopset.apps.purchases.rules.queue import Want


def prepare(n: int) -> None:
    """Nothing is stored: the rules are pure."""


def _goods(n: int) -> list[list[Want]]:
    dice = random.Random(2026)
    return [
        [
            Want(good * 100 + who, who, dice.randrange(1, 12), dice.choice((0, 0, 1, 2, 4)))
            for who in range(1, 101)
        ]
        for good in range(n // 100)
    ]


def measure(n: int) -> list[Result]:
    goods = _goods(n)

    def bare() -> None:
        for wants in goods:
            total = 0
            for want in wants:
                total += want.quantity + want.tolerance
            assert total

    found = []
    for rule in Rule:

        def ours(rule: Rule = rule) -> None:
            for wants in goods:
                firm = sum(want.quantity for want in wants)
                extra = sum(want.tolerance for want in wants)
                # Every third delivery is short: both ways of each rule are walked.
                units = ordered(firm, extra, 12) * (2 if wants[0].order // 100 % 3 else 1) // 2
                got = allocate(wants, units, rule)
                assert sum(got.values()) == min(units, firm + extra)

        seconds, floor, peak = interleaved(ours, bare, 5)
        result = Result(f"allocate_{rule}", n, seconds, floor, peak)
        found.append(result.at_most("time", seconds, 2 * n / 100_000, "s"))
    return found
