"""Rows of meetings, by use case. Written by `meetings.services` only."""

from koopset.apps.meetings.models.electors import Elector, ElectorateRow, Opening
from koopset.apps.meetings.models.law import CharterEdition, LawEdition
from koopset.apps.meetings.models.meeting import AgendaItem, Candidate, Material, Meeting, Official
from koopset.apps.meetings.models.notices import Notice, NoticeProof, NoticeRow
from koopset.apps.meetings.models.presence import EntryTry, MeetingPower, Presence
from koopset.apps.meetings.models.results import ChainEvent, Closing, EffectRow, ItemResult
from koopset.apps.meetings.models.votes import (
    BallotFact,
    CurrentVote,
    PaperDecision,
    SecretBallot,
    SecretVoter,
    SignatureAsk,
)

__all__ = [
    "AgendaItem",
    "BallotFact",
    "Candidate",
    "ChainEvent",
    "CharterEdition",
    "Closing",
    "CurrentVote",
    "EffectRow",
    "Elector",
    "ElectorateRow",
    "EntryTry",
    "ItemResult",
    "LawEdition",
    "Material",
    "Meeting",
    "MeetingPower",
    "Notice",
    "NoticeProof",
    "NoticeRow",
    "Official",
    "Opening",
    "PaperDecision",
    "Presence",
    "SecretBallot",
    "SecretVoter",
    "SignatureAsk",
]
