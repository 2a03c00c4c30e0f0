"""Invented requisites with right check digits. Inspection 4700 and the bank of this БИК do not exist, so no real body is ever named."""

from __future__ import annotations

from koopset.kernel.requisites import account_ok, corr_account_ok, inn_ok, ogrn_ok

BANK_NAME = "АО «Приладожский банк»"
BIC = "044030998"


def inn(stem: str) -> str:
    """Nine digits and the check digit of a body."""
    return next(found for digit in range(10) if inn_ok(found := f"{stem}{digit}"))


def ogrn(stem: str) -> str:
    """Twelve digits and the check digit."""
    return next(found for digit in range(10) if ogrn_ok(found := f"{stem}{digit}"))


def account(head: str, tail: str) -> str:
    """An account of the invented bank: eight digits, the key, eleven digits."""
    return next(found for digit in range(10) if account_ok(found := f"{head}{digit}{tail}", BIC))


def correspondent() -> str:
    """The correspondent account of the invented bank."""
    return next(
        found for digit in range(10) if corr_account_ok(found := f"30101810{digit}00000000{BIC[-3:]}", BIC)
    )
