"""Keys, limits and encodings of the payment code, by ГОСТ Р 56042-2014."""

from koopset.kernel.violations import RuleViolation

MANDATORY = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")
LIMITS = {
    "Name": 160,
    "BankName": 45,
    "CorrespAcc": 20,
    "Sum": 18,
    "Purpose": 210,
    "PayeeINN": 12,
    "PayerINN": 12,
    "DrawerStatus": 2,
    "KPP": 9,
    "CBC": 20,
    "OKTMO": 11,
    "PaytReason": 2,
    "TaxPeriod": 10,
    "DocNo": 15,
    "DocDate": 10,
    "TaxPaytKind": 2,
}
EXACT = {"PersonalAcc": 20, "BIC": 9}
PAYMENT = tuple(key for key in LIMITS if key not in MANDATORY)
OTHER = (
    "LastName FirstName MiddleName PayerAddress PersonalAccount DocIdx PensAcc Contract PersAcc Flat Phone PayerIdType "
    "PayerIdNum ChildFio BirthDate PaymTerm PaymPeriod Category ServiceName CounterId CounterVal QuittId QuittDate "
    "InstNum ClassNum SpecFio AddAmount RuleId ExecId RegType UIN TechCode"
).split()
ORDER = (*MANDATORY, *PAYMENT, *OTHER)
SPELLING = {key.lower(): key for key in ORDER}

CODECS = {"1": "cp1251", "2": "utf-8", "3": "koi8-r"}
DIGITS = {codec: digit for digit, codec in CODECS.items()}
MAX_RECORD = 2331
"""Bytes that fit the largest QR code, version 40 with correction level M."""


def sum_of(text: str) -> int | None:
    """Kopecks of a Sum; None when it is left open (empty, ``0``, ``000``).

    Raises RuleViolation("payment_code.bad_sum") for anything but up to 18 digits: a sum is never guessed.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > LIMITS["Sum"]:
        raise RuleViolation("payment_code.bad_sum", field="Sum", text=text[:40])
    return int(text) or None
