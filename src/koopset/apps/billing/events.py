"""What this room tells. All are told inside the transaction of the fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChargesPosted:
    """The charges of a month are in the books: advances may settle them now."""

    organisation_id: int
    run_id: int
    month: int


@dataclass(frozen=True, slots=True)
class ChargeCorrected:
    """A correction is in the books. A negative one takes from the charge it corrects: what was settled beyond the rest is an advance."""

    organisation_id: int
    charge_id: int
    corrects_id: int | None
    account_id: int
    amount_kop: int


@dataclass(frozen=True, slots=True)
class PersonalAccountOpened:
    """A personal account exists from now on."""

    organisation_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class PersonalAccountClosed:
    """Nothing more is charged on the account; its debt stays with its payer."""

    organisation_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class DocumentsIssued:
    """All documents of an issue are made: they may be read and printed now."""

    organisation_id: int
    issue_id: int
    month: int
