"""What this room tells. All are told inside the transaction of the fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoundOpened:
    """Wants may be said from now on; the settings are frozen."""

    organisation_id: int
    round_id: int


@dataclass(frozen=True, slots=True)
class WantChanged:
    """A household changed what it wants of a good. A subscriber in the transaction may refuse (no money left for it)."""

    organisation_id: int
    round_id: int
    good_id: int
    participant_id: int


@dataclass(frozen=True, slots=True)
class RoundStopped:
    """«СТОП»: lines are allocated and priced; refusal is a debt from now on.

    Told in the transaction: the room of settlement takes its holds here and may refuse, which takes all back.
    """

    organisation_id: int
    round_id: int


@dataclass(frozen=True, slots=True)
class RoundSent:
    """The order went to the supplier."""

    organisation_id: int
    round_id: int


@dataclass(frozen=True, slots=True)
class RoundCancelled:
    """Called off before it was sent: whatever was held is free again."""

    organisation_id: int
    round_id: int
