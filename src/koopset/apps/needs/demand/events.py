"""What this room tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProposalJoined:
    """A household joined a proposal, or changed how much it wants. `organisation_id` is who supplies; no household is named outside."""

    organisation_id: int
    proposal_id: int
    household_id: int
    quantity: int
    tolerance: int
