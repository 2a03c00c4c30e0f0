"""Proof that money in equals money out, to the kopeck."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one round, in kopecks. `members_kop`: Σ of all rows of participants (goods, transport, fee, credits). `body_kop`: the body's own
    row, what it owes others for the same (invoices, other costs) and what stays with it (fee, result), as a negative.
    """

    members_kop: int
    body_kop: int

    @property
    def gap_kop(self) -> int:
        """Zero, or the sum for which somebody has been forgotten."""
        return self.members_kop + self.body_kop

    @property
    def holds(self) -> bool:
        return self.gap_kop == 0


def prove(
    member_rows: Iterable[int],
    cost_rows: Iterable[int],
    kept_rows: Iterable[int],
    recovered_rows: Iterable[int] = (),
) -> Proof:
    """`cost_rows`: invoices, transport, other costs; `kept_rows`: fee and result; `recovered_rows`: what suppliers give back."""
    return Proof(sum(member_rows), sum(recovered_rows) - sum(cost_rows) - sum(kept_rows))


def unmatched(links: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    """Of (round, bank, member rows, invoices): rounds for which Σ bank − Σ member rows + Σ invoices is not zero, with the gap."""
    found = []
    for key, bank, members, invoices in links:
        if gap := bank - members + invoices:
            found.append((key, gap))
    return found
