"""The payment code of a receipt: what a bank's application fills in by itself (ГОСТ Р 56042-2014)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from koopset.apps.billing.formats.payment_code_56042 import qr_modules, qr_modules_png, write_record
from koopset.kernel import payment_code
from koopset.kernel.names import split_full_name
from koopset.kernel.period import Month

_BANK_NAME = 45
_PURPOSE = 210
#: One byte a letter: the square is a third smaller than in UTF-8, its modules larger for an old scanner.
_ENCODING = "cp1251"


@dataclass(frozen=True, slots=True)
class CodePayee:
    """Confirmed requisites of a verified body."""

    name: str
    inn: str
    kpp: str
    account: str
    bic: str
    bank_name: str
    correspondent: str


def purpose_of(code: str, what: str, units: str) -> str:
    """The purpose of payment: the code first, so that no bank cuts it off; the whole within 210 characters."""
    text = f"Код платежа {payment_code.show(code)}. {what}"
    if units and len(text) + 2 + len(units) <= _PURPOSE:
        text += f", {units}"
    return text[:_PURPOSE]


def receipt_record(
    payee: CodePayee, *, code: str, month: Month, sum_kop: int, purpose: str, payer: str = ""
) -> str:
    """The record of the square on a receipt. `payer` is the full name of a person, left out on a receipt without personal data.

    Raises RuleViolation as write_record does.
    """
    fields: dict[str, str | int] = {
        "Name": payee.name,
        "PersonalAcc": payee.account,
        "BankName": payee.bank_name[:_BANK_NAME].strip(),
        "BIC": payee.bic,
        "CorrespAcc": payee.correspondent or "0",
        "Sum": sum_kop,
        "Purpose": purpose,
        "PayeeINN": payee.inn,
        "KPP": payee.kpp,
        "PersAcc": code,
        "PaymPeriod": f"{month.month:02d}{month.year}",
    }
    if payer:
        name = split_full_name(payer)
        fields |= {"LastName": name.last, "FirstName": name.first, "MiddleName": name.middle}
    return write_record({key: value for key, value in fields.items() if value}, _ENCODING).decode(_ENCODING)


def record_bytes(record: str) -> bytes:
    """The bytes of a record that receipt_record made, as they stand in the square."""
    return record.encode(_ENCODING)


def square(data: bytes, version: int) -> dict[str, Any] | list[int]:
    """The square as the template of a version takes it: a shade a module, row by row, 0 black, 255 white, with their `side`; since
    version 2 the bytes of a PNG, a twentieth of that.
    """
    if version > 1:
        return list(qr_modules_png(data))
    rows = qr_modules(data)
    return {"side": len(rows), "shades": [0 if dark else 255 for row in rows for dark in row]}
