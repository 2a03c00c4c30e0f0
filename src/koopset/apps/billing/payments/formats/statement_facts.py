"""What a bank statement says, as plain values, and the pure rules over them.

The values come from 1CClientBankExchange files (see ``bank_statement``), but nothing here depends on that format:
another bank's format may produce the same values and use the same rules.
"""

import datetime
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Direction = Literal["in", "out", "own", "unknown"]


class Party(NamedTuple):
    """One side of a payment. Every field is a stripped string, empty when the bank said nothing.

    ``account`` is what the bank calls the side's account; ``settlement_account`` is the account behind it when the
    payment went through a correspondent (indirect settlement), otherwise the same or empty. ``inn`` and ``kpp`` are
    empty where the bank writes ``0``. ``name`` has no INN glued in front.
    """

    name: str = ""
    inn: str = ""
    kpp: str = ""
    account: str = ""
    bic: str = ""
    bank: str = ""
    settlement_account: str = ""

    def holds(self, accounts: Collection[str]) -> bool:
        """True when this side is one of ``accounts``."""
        account, settlement = self.account, self.settlement_account
        return (account in accounts and account != "") or (settlement in accounts and settlement != "")


@dataclass(frozen=True, slots=True)
class Section:
    """Balance of one own account over one interval. Kopecks; ``None`` where the bank gave nothing.

    ``line`` is the line of the file at which the section begins; ``balanced`` is False when opening + received −
    written off differs from closing (such a section is not to be believed).
    """

    account: str
    date_from: datetime.date | None
    date_to: datetime.date | None
    opening_kop: int | None
    received_kop: int | None
    written_off_kop: int | None
    closing_kop: int | None
    line: int
    balanced: bool = True


class Document(NamedTuple):
    """One payment document. ``amount_kop`` is kopecks, never negative; ``line`` is where it begins in the file.

    ``date`` is the date written on the paper; the posting dates are ``debit_date`` (left the payer) and
    ``credit_date`` (reached the payee), usually only one of the two. ``code`` is the УИН, empty when ``0``.
    ``extra`` holds keys the standard does not know, as they came.
    """

    kind: str
    number: str
    date: datetime.date | None
    amount_kop: int
    debit_date: datetime.date | None
    credit_date: datetime.date | None
    payer: Party
    payee: Party
    purpose: str
    code: str
    line: int
    extra: Mapping[str, str]

    @property
    def is_registry(self) -> bool:
        """True when the document is a bank's lump sum of many people's payments (see ``mentions_registry``)."""
        return mentions_registry(self.purpose)


# Every repetition is bounded: the purpose may be a megabyte of anything.
# A lump sum names its registry: Sber's EPS…, VTB's _VTB_, or the registry file NNN_INN_ACCOUNT_NNN.
_REGISTRY = re.compile(
    r"(?<![A-Za-z])EPS[-_ ]?\w{0,12}\d|_VTB_|(?<!\d)\d{1,12}_\d{10}(?:\d\d)?_\d{20}_\d"
    r"|\bреестр\w{0,4}\s{1,3}(?:\w{1,20}\s{1,3})?(?:плат[её]ж|перечисл|перевод|принят|зачислени|№|N\b|от\s+\d|за\s+\d)",
    re.IGNORECASE,
)


def mentions_registry(purpose: str) -> bool:
    """True when the purpose says that the sum is the total of a payment registry.

    Such a document must be split by the registry and never posted as a payment of one member. A false alarm only
    costs a look by a person, so the test leans towards yes.
    """
    folded = purpose.casefold()
    if "реестр" not in folded and "_" not in folded and "eps" not in folded:
        return False
    return _REGISTRY.search(purpose) is not None


def direction(document: Document, own_accounts: Collection[str]) -> Direction:
    """Where the money of ``document`` went, seen from ``own_accounts``.

    The accounts decide first: both sides own is ``own``, the payer is ``out``, the payee is ``in``. When neither side
    is known (anonymised or virtual accounts) the one posting date decides: the bank fills ДатаСписано for money that
    left and ДатаПоступило for money that came. Both or none filled: ``unknown``, a person has to say.
    """
    return way(
        document.payer.holds(own_accounts),
        document.payee.holds(own_accounts),
        document.debit_date is not None,
        document.credit_date is not None,
    )


def way(payer_is_own: bool, payee_is_own: bool, debited: bool, credited: bool) -> Direction:
    """The rule of ``direction`` over its four facts."""
    if payer_is_own:
        return "own" if payee_is_own else "out"
    if payee_is_own:
        return "in"
    if debited != credited:
        return "out" if debited else "in"
    return "unknown"


def posting_date(document: Document, own_account: str) -> datetime.date | None:
    """The date on which ``document`` moved ``own_account``: the ledger's date, not the date on the paper.

    Falls back to the other posting date, then to the date of the document; ``None`` when there is no date at all.
    """
    own = (own_account,)
    debit_first = document.payer.holds(own) or (
        not document.payee.holds(own) and document.credit_date is None
    )
    if debit_first:
        return document.debit_date or document.credit_date or document.date
    return document.credit_date or document.debit_date or document.date


def base_key(document: Document, own_account: str) -> str:
    """Identity of a statement row but for its ordinal among equal rows: sha256, 64 hex digits.

    Own account, posting date, number, amount, payer's account and INN, and the purpose with white space folded (two
    exports of one row differ in line breaks). Equal base keys on one day are honest twins or a repeated file: count
    them and give each its ordinal with ``dedupe_key``.
    """
    day = posting_date(document, own_account)
    purpose = " ".join(document.purpose.split())
    parts = (
        own_account,
        day.isoformat() if day else "",
        document.number,
        str(document.amount_kop),
        document.payer.account,
        document.payer.inn,
        hashlib.sha256(purpose.encode()).hexdigest(),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def dedupe_key(document: Document, own_account: str, ordinal: int) -> str:
    """Key under which a row is stored once: ``base_key`` with the 1-based ordinal among equal rows of that day.

    Raises ValueError for an ordinal below 1.
    """
    if ordinal < 1:
        raise ValueError("the ordinal counts from 1")
    return hashlib.sha256(f"{base_key(document, own_account)}\x1f{ordinal}".encode()).hexdigest()
