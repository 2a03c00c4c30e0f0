"""Numbers by which the state and the banks know people and bodies: form and check digits.

Each `*_check` returns the number in the form in which it is stored and compared, or raises RuleViolation;
each `*_ok` is its bool twin. A check digit proves only that the number was not mistyped, never that it
exists. All-zero strings satisfy every checksum and are refused by name. Spaces are forgiven everywhere,
because people copy numbers from papers with their grouping.
"""

import re
from collections.abc import Callable

from koopset.kernel.violations import RuleViolation

_SPACE = re.compile(r"[\s\u00a0\u2007\u202f\u200b\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_KPP_LETTERS = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12_FIRST = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12_SECOND = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_LAST_SNILS_WITHOUT_CONTROL = 1001998


def _bare(text: str) -> str:
    return _SPACE.sub("", text[:128])


def _digits(text: str, lengths: tuple[int, ...], code: str) -> str:
    """ASCII digits of one of the lengths, not all zero (isdigit alone would let Arabic digits in)."""
    number = _bare(text)
    if not (number.isascii() and number.isdigit() and len(number) in lengths and number.strip("0")):
        raise RuleViolation(code, value=text[:64])
    return number


def _inn_digit(weights: tuple[int, ...], number: str) -> str:
    return str(sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11 % 10)


def inn_check(text: str) -> str:
    """ИНН: 10 digits of a body or 12 of a person (приказ ФНС ЕД-7-14/559@). Raises requisites.inn."""
    inn = _digits(text, (10, 12), "requisites.inn")
    if len(inn) == 10:
        good = inn[9] == _inn_digit(_INN_10, inn)
    else:
        good = inn[10] == _inn_digit(_INN_12_FIRST, inn) and inn[11] == _inn_digit(_INN_12_SECOND, inn)
    if not good:
        raise RuleViolation("requisites.inn", value=text[:64])
    return inn


def kpp_check(text: str) -> str:
    """КПП: 4 digits of the tax office, 2 digits or Latin capitals of the reason, 3 digits; no check digit.

    Cyrillic letters that look like Latin ones are turned into Latin. Raises requisites.kpp.
    """
    kpp = _bare(text).upper().translate(_KPP_LETTERS)
    if not re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", kpp) or not kpp.strip("0"):
        raise RuleViolation("requisites.kpp", value=text[:64])
    return kpp


def ogrn_check(text: str) -> str:
    """ОГРН of a body (13 digits) or ОГРНИП of an entrepreneur (15). Raises requisites.ogrn."""
    ogrn = _digits(text, (13, 15), "requisites.ogrn")
    if int(ogrn[:-1]) % (len(ogrn) - 2) % 10 != int(ogrn[-1]):
        raise RuleViolation("requisites.ogrn", value=text[:64])
    return ogrn


def bic_check(text: str) -> str:
    """БИК in Russia: 9 digits, in front 04 for banks or 01 for the Treasury. Raises requisites.bic."""
    bic = _digits(text, (9,), "requisites.bic")
    if bic[:2] not in ("01", "04"):
        raise RuleViolation("requisites.bic", value=text[:64])
    return bic


def _key_fits(prefix: str, account: str) -> bool:
    return sum(int(d) * w % 10 for d, w in zip(prefix + account, (7, 1, 3) * 8, strict=False)) % 10 == 0


def _central_bank_prefix(bic: str) -> str:
    """Accounts opened in the Bank of Russia are keyed by the place in the БИК, not by the bank."""
    return "0" + bic[4:6]


def account_check(account: str, bic: str) -> str:
    """A client's account of 20 digits against the БИК of its bank, by the key in its 9th digit (ЦБ РФ 515).

    Accounts in the Bank of Russia (БИК ending in 000, 001, 002; 30101…, 40102…) take their own prefix.
    Treasury accounts 03… follow neither rule, so only their form is checked.
    Raises requisites.account, or requisites.bic when the БИК itself is wrong.
    """
    bank = bic_check(bic)
    number = _digits(account, (20,), "requisites.account")
    if number.startswith("03"):
        return number
    central = bank[6:] in ("000", "001", "002") or number.startswith(("30101", "40102"))
    if not _key_fits(_central_bank_prefix(bank) if central else bank[6:], number):
        raise RuleViolation("requisites.account", value=account[:64], bic=bank)
    return number


def corr_account_check(corr: str, bic: str) -> str:
    """A bank's own account in the Bank of Russia: 301… of a bank or 40102… (ЕКС) of the Treasury, 20 digits.

    Raises requisites.corr_account, or requisites.bic when the БИК itself is wrong.
    """
    bank = bic_check(bic)
    number = _digits(corr, (20,), "requisites.corr_account")
    if not number.startswith(("301", "40102")) or not _key_fits(_central_bank_prefix(bank), number):
        raise RuleViolation("requisites.corr_account", value=corr[:64], bic=bank)
    return number


def snils_check(text: str) -> str:
    """СНИЛС as 11 bare digits from "087-654-303 00" or "08765430300"; `snils_show` groups it back.

    Numbers up to 001-001-998 were given before the control number existed and have none. Raises
    requisites.snils.
    """
    snils = text[:128].translate(_DASHES)
    grouped = re.fullmatch(
        r"([0-9]{3})-?([0-9]{3})-?([0-9]{3})[- ]?([0-9]{2})", _SPACE.sub(" ", snils).strip()
    )
    number = "".join(grouped.groups()) if grouped else _bare(snils)
    if not re.fullmatch(r"[0-9]{11}", number) or not number[:9].strip("0"):
        raise RuleViolation("requisites.snils", value=text[:64])
    if int(number[:9]) > _LAST_SNILS_WITHOUT_CONTROL:
        control = sum(int(d) * (9 - i) for i, d in enumerate(number[:9])) % 101 % 100
        if control != int(number[9:]):
            raise RuleViolation("requisites.snils", value=text[:64])
    return number


def snils_show(snils: str) -> str:
    """The form on paper, "087-654-303 00", of a stored СНИЛС."""
    number = snils_check(snils)
    return f"{number[:3]}-{number[3:6]}-{number[6:9]} {number[9:]}"


def oktmo_check(text: str) -> str:
    """ОКТМО: 8 digits of a municipality or 11 of a settlement in it; a string, its leading zero counts.

    Raises requisites.oktmo.
    """
    return _digits(text, (8, 11), "requisites.oktmo")


def cadastral_check(text: str) -> str:
    """A cadastral number of an object, "77:05:0004001:2458" (a quarter has 6 or 7 digits).

    Numbers of contours, zones, parts and rights are not numbers of an object. Raises requisites.cadastral.
    """
    number = _bare(text)
    match = re.fullmatch(r"([0-9]{2}):([0-9]{2}):([0-9]{6,7}):([0-9]{1,9})", number)
    if match is None or not match[4].strip("0"):
        raise RuleViolation("requisites.cadastral", value=text[:64])
    return number


def _accepts(check: Callable[[], str]) -> bool:
    try:
        check()
    except RuleViolation:
        return False
    return True


def inn_ok(text: str) -> bool:
    """Whether `inn_check` accepts it."""
    return _accepts(lambda: inn_check(text))


def kpp_ok(text: str) -> bool:
    """Whether `kpp_check` accepts it."""
    return _accepts(lambda: kpp_check(text))


def ogrn_ok(text: str) -> bool:
    """Whether `ogrn_check` accepts it."""
    return _accepts(lambda: ogrn_check(text))


def bic_ok(text: str) -> bool:
    """Whether `bic_check` accepts it."""
    return _accepts(lambda: bic_check(text))


def account_ok(account: str, bic: str) -> bool:
    """Whether `account_check` accepts the pair."""
    return _accepts(lambda: account_check(account, bic))


def corr_account_ok(corr: str, bic: str) -> bool:
    """Whether `corr_account_check` accepts the pair."""
    return _accepts(lambda: corr_account_check(corr, bic))


def snils_ok(text: str) -> bool:
    """Whether `snils_check` accepts it."""
    return _accepts(lambda: snils_check(text))


def oktmo_ok(text: str) -> bool:
    """Whether `oktmo_check` accepts it."""
    return _accepts(lambda: oktmo_check(text))


def cadastral_ok(text: str) -> bool:
    """Whether `cadastral_check` accepts it."""
    return _accepts(lambda: cadastral_check(text))
