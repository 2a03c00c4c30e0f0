"""What may be credited and sent back: never more than was paid, never out of an empty fund without a name and a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from koopset.kernel.violations import RuleViolation


def check_credit(charged_kop: int, credited_kop: int, amount_kop: int) -> None:
    """A credit never raises above what was charged on the line. Raises settlement.amount_not_positive, settlement.credit_too_large."""
    if amount_kop <= 0:
        raise RuleViolation("settlement.amount_not_positive", field="amount")
    most = charged_kop - credited_kop
    if amount_kop > most:
        raise RuleViolation("settlement.credit_too_large", field="amount", most_kop=max(0, most))


def credit_that_fits(charged_kop: int, credited_kop: int, accepted_kop: int) -> int:
    """How much of what was accepted before the charge may be given back now that it is charged: never more than is left of it."""
    return max(0, min(accepted_kop, charged_kop - credited_kop))


def check_pay_out(free_kop: int, fund_kop: int, amount_kop: int, *, reason: str) -> bool:
    """May this be sent to a participant whose free money is `free_kop`, out of a fund of `fund_kop`? Gives whether it was an override.

    More than stands free is refused always. A fund below zero is refused unless a reason is given, which stays with the name.
    Raises settlement.amount_not_positive, settlement.more_than_free, settlement.fund_empty.
    """
    if amount_kop <= 0:
        raise RuleViolation("settlement.amount_not_positive", field="amount")
    if amount_kop > max(0, free_kop):
        raise RuleViolation("settlement.more_than_free", field="amount", most_kop=max(0, free_kop))
    return check_fund(fund_kop, amount_kop, reason=reason)


def check_fund(fund_kop: int, amount_kop: int, *, reason: str) -> bool:
    """Whether paying goes below zero and a reason allows it. Raises settlement.fund_empty without one."""
    if amount_kop <= fund_kop:
        return False
    if not reason.strip():
        raise RuleViolation("settlement.fund_empty", field="reason", missing_kop=amount_kop - fund_kop)
    return True


def claim_until(handed_at: datetime, days: int) -> datetime:
    """Till when a claim may be made after the goods were handed out; 0 days: at the check only, for an hour."""
    return handed_at + (timedelta(days=days) if days else timedelta(hours=1))
