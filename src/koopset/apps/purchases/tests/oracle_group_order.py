"""An oracle of packs and allocation, written from the description of the domain before the rules were: other words, same numbers.

All quantities are integers in member units; a line is (member, firm, tolerance) in the order of time.
"""

from __future__ import annotations

from fractions import Fraction

Line = tuple[str, int, int]


def packs(q: int, t: int, pack: int, min_packs: int = 0) -> int:
    n, rem = divmod(q, pack)
    if rem and rem + t >= pack:
        n += 1
    if min_packs and 0 < n < min_packs:
        n = min_packs if q + t >= min_packs * pack else 0
    return n


def missing(q: int, t: int, pack: int) -> int:
    rem = q % pack
    return max(0, pack - rem - t) if rem else 0


def allocate_fcfs(lines: list[Line], total: int) -> tuple[dict[str, int], int]:
    got: dict[str, int] = {}
    left = total
    for m, q, _ in lines:
        x = min(q, left)
        got[m] = got.get(m, 0) + x
        left -= x
    for m, _, t in lines:
        x = min(t, left)
        got[m] += x
        left -= x
    return got, left


def largest_remainder(total: int, weights: list[int]) -> list[int]:
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    raw = [Fraction(total * w, whole) for w in weights]
    base = [int(x) for x in raw]
    order = sorted(range(len(weights)), key=lambda i: (-(raw[i] - base[i]), i))
    for i in order[: total - sum(base)]:
        base[i] += 1
    return base


def allocate_prorata(lines: list[Line], total: int) -> tuple[dict[str, int], int]:
    qs = [q for _, q, _ in lines]
    ts = [t for _, _, t in lines]
    if total <= sum(qs):
        r = largest_remainder(total, qs)
    else:
        e = largest_remainder(min(total - sum(qs), sum(ts)), ts)
        r = [a + b for a, b in zip(qs, e, strict=True)]
    return {m: x for (m, _, _), x in zip(lines, r, strict=True)}, total - sum(r)
