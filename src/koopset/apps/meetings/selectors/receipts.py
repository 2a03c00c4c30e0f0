"""What a voter keeps: that the vote is among those counted. Of an open vote the line itself, of a secret one only that it is there."""

from __future__ import annotations

from dataclasses import dataclass

from koopset.apps.meetings.models import BallotFact, Closing, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.merkle import InclusionProof, inclusion_proof, merkle_root
from koopset.apps.meetings.rules.records import ballot_line
from koopset.apps.meetings.selectors.archives import secret_read
from koopset.apps.meetings.selectors.votes import ballots_of
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True)
class Receipt:
    """A leaf, the proof that it stands in the tree, and its root, which the event «closed» holds."""

    leaf: bytes
    proof: InclusionProof
    root: str


def _closed(organisation_id: int, meeting_id: int) -> tuple[Meeting, Closing]:
    meeting = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if meeting is None:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    closing = Closing.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id).first()
    if closing is None:
        raise RuleViolation("meetings.not_closed")
    return meeting, closing


def ballot_receipts(actor: Actor, organisation_id: int, meeting_id: int) -> list[Receipt]:
    """Receipts of the actor's own open votes, given for oneself or by a power. Raises Forbidden, meetings.not_closed."""
    actor.require(MeetingRight.MEETING_VOTE, organisation_id)
    meeting, closing = _closed(organisation_id, meeting_id)
    own = set(
        BallotFact.objects.filter(
            organisation_id=organisation_id, meeting_id=meeting_id, elector_id__in=sorted(actor.person_ids)
        ).values_list("pk", flat=True)
    )
    ballots = ballots_of(meeting)
    lines = [ballot_line(one) for one in ballots]
    return [
        Receipt(lines[at], inclusion_proof(lines, at), closing.ballots_root)
        for at, one in enumerate(ballots)
        if one.key in own
    ]


def secret_receipt(
    actor: Actor, organisation_id: int, meeting_id: int, item: str, receipt: str
) -> Receipt | None:
    """That a secret ballot with this receipt is among those counted; None where it is not. It tells nothing of the choice.

    Raises Forbidden, meetings.not_closed.
    """
    actor.require(MeetingRight.MEETING_VOTE, organisation_id)
    _meeting, closing = _closed(organisation_id, meeting_id)
    votes = secret_read(closing.secret).get(item)
    if votes is None or receipt not in votes.commitments:
        return None
    leaves = [bytes.fromhex(one) for one in votes.commitments]
    at = votes.commitments.index(receipt)
    return Receipt(leaves[at], inclusion_proof(leaves, at), merkle_root(leaves))
