"""What this room tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrganisationVerified:
    """The chair's authority has been proved (K11)."""

    organisation_id: int


@dataclass(frozen=True, slots=True)
class BankAccountConfirmed:
    """Another person has confirmed an account that one entered: money may be collected on it."""

    organisation_id: int
    bank_account_id: int
