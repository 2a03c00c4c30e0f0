"""Who may take which paper of a meeting, and which papers there are now."""

from __future__ import annotations

from dataclasses import dataclass

from koopset.apps.meetings.models import AgendaItem, Meeting
from koopset.apps.meetings.papers.permissions import PaperRight
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors.evidence import meeting_row
from koopset.apps.meetings.selectors.officials import may_count
from koopset.apps.meetings.selectors.proofs import may_read_as_elector
from koopset.foundation.rights.actors import Actor, Forbidden

_TOLD = frozenset({"noticed", "open", "closed", "failed", "recorded"})
_COUNTED = frozenset({"closed", "failed", "recorded"})
#: Since which states of a meeting a paper is there, for those who read everything.
SINCE: dict[str, frozenset[str]] = {
    "notice": _TOLD | {"cancelled"},
    "told": _TOLD | {"cancelled"},
    "ballots": _TOLD,
    "bulletin": _TOLD,
    "participants": frozenset({"open"}) | _COUNTED,
    "results": _COUNTED,
    "minutes": _COUNTED,
    "secret": _COUNTED,
    "filled": _COUNTED,
    "bundle": _COUNTED,
    "archive": _COUNTED,
}
#: The same for an elector. Minutes are given out once they are signed; without a quorum there is nothing to sign for.
OWN: dict[str, frozenset[str]] = {
    "notice": SINCE["notice"],
    "ballot": frozenset({"noticed", "open"}),
    "own": _COUNTED,
    "results": _COUNTED,
    "minutes": frozenset({"recorded", "failed"}),
}
#: When words may be written into minutes: after the count, before the signing.
WRITABLE = frozenset({"closed", "failed"})
#: Papers that only a meeting with a secret item has.
OF_SECRET = frozenset({"bulletin", "secret"})
#: Of more electors than this a paper is made in the background: a sheet each is heavy, a row each is not.
MOST_AT_ONCE: dict[str, int] = {
    **dict.fromkeys(("ballots", "filled", "bundle"), 200),
    **dict.fromkeys(("participants", "told"), 2_000),
}


def is_heavy(kind: str, electors: int) -> bool:
    """Whether a paper of so many electors is made beforehand."""
    return electors > MOST_AT_ONCE.get(kind, electors)


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody may take: every paper, or an elector's; `own` are the cards whose ballots are his."""

    meeting: Meeting
    reads_all: bool
    may_prepare: bool
    own: frozenset[int]
    is_secret: bool

    def may_take(self, kind: str) -> bool:
        """Whether the paper is there and is for this reader."""
        if kind in OF_SECRET and not self.is_secret:
            return False
        state = self.meeting.state
        return (self.reads_all and state in SINCE.get(kind, ())) or (
            bool(self.own) and state in OWN.get(kind, ())
        )

    def require(self, kind: str) -> None:
        """Raise Forbidden unless the paper is there and for this reader."""
        if not self.may_take(kind):
            raise Forbidden(PaperRight.PAPER_READ)


def reader_of(actor: Actor, organisation_id: int, meeting_id: int) -> Reader:
    """What the actor may take. Raises Forbidden: no right to look at meetings here, no such meeting, a draft of others."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    row = meeting_row(organisation_id, meeting_id)
    counts = may_count(actor, row)
    reads_all = counts or actor.can(PaperRight.PAPER_READ, organisation_id)
    if row.state == Meeting.State.DRAFT and not actor.can(MeetingRight.MEETING_PREPARE, organisation_id):
        raise Forbidden(MeetingRight.MEETING_VIEW)
    secret = AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id, is_secret=True)
    return Reader(
        meeting=row,
        reads_all=reads_all,
        may_prepare=counts or actor.can(PaperRight.PAPER_PREPARE, organisation_id),
        own=may_read_as_elector(actor, organisation_id, meeting_id),
        is_secret=secret.exists(),
    )
