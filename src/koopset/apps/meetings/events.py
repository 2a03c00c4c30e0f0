"""What this room tells. All are told inside the transaction of the fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeetingNoticed:
    """A notice went out: the agenda is frozen."""

    organisation_id: int
    meeting_id: int


@dataclass(frozen=True, slots=True)
class MeetingOpened:
    """The register of electors is frozen, votes are taken in."""

    organisation_id: int
    meeting_id: int


@dataclass(frozen=True, slots=True)
class MeetingClosed:
    """Votes are counted. `has_quorum`: some item could be decided."""

    organisation_id: int
    meeting_id: int
    has_quorum: bool


@dataclass(frozen=True, slots=True)
class DecisionAdopted:
    """A decision stands in the register of decisions with its minutes. `effect`: a word of `rules.law.Effect`."""

    organisation_id: int
    meeting_id: int
    item_id: int
    decision_id: int
    effect: str
