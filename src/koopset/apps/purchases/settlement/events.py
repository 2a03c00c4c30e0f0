"""What this room tells. All are told inside the transaction of the fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoundReceived:
    """Everything came that will come; what came is shared out."""

    organisation_id: int
    round_id: int


@dataclass(frozen=True, slots=True)
class RoundSettled:
    """Each is charged for what came; the rest of what was held is free."""

    organisation_id: int
    round_id: int


@dataclass(frozen=True, slots=True)
class ClaimAnswered:
    """A claim has its answer; what it gives back is on the account."""

    organisation_id: int
    claim_id: int
