"""Arithmetic of holds: put aside at «stop», charged on what came, the rest set free."""

from __future__ import annotations

from dataclasses import dataclass

from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class HoldEnd:
    """What becomes of a hold. `from_hold` + `from_account` is what is due; `from_hold` + `released` is what was held."""

    from_hold_kop: int
    from_account_kop: int
    released_kop: int


def end_hold(held_kop: int, due_kop: int) -> HoldEnd:
    """Held 698.00, nothing came: all is set free, nothing is charged. Due more than held: the rest stands on the account as a debt."""
    if held_kop < 0 or due_kop < 0:
        raise RuleViolation("settlement.negative_sum")
    from_hold = min(held_kop, due_kop)
    return HoldEnd(from_hold, due_kop - from_hold, held_kop - from_hold)


def check_hold(available_kop: int, needed_kop: int) -> None:
    """Refuse to hold more than stands free. Raises settlement.not_enough with what is missing. Asked under the lock of the books."""
    if needed_kop > max(0, available_kop):
        raise RuleViolation("settlement.not_enough", missing_kop=needed_kop - max(0, available_kop))
