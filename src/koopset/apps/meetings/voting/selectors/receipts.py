"""Receipts: that one's vote is among those counted, and what a receipt that somebody typed says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.meetings.models import Closing, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.canonical import canonical_read
from koopset.apps.meetings.rules.merkle import (
    InclusionProof,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    merkle_root,
)
from koopset.apps.meetings.rules.records import ballot_line, moment_read
from koopset.apps.meetings.selectors import ballot_receipts
from koopset.apps.meetings.selectors.archives import secret_read
from koopset.apps.meetings.selectors.votes import ballots_of
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.kernel.violations import RuleViolation

_SHAPE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class OwnReceipt:
    """A vote of one's own with its receipt: the hash of its line, and whether the proof leads to the root of all ballots."""

    receipt: str
    item: str
    mark: str
    channel: str
    at: datetime
    place: int
    size: int
    root: str
    holds: bool


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """What a typed receipt came to. `is_secret`: it is there, and nothing more can be said; an open vote shows its line to its voter.

    `line`: item, mark, channel, moment of an open vote; None of another's.
    """

    receipt: str
    is_found: bool
    is_secret: bool
    item: str
    place: int
    size: int
    root: str
    holds: bool
    line: OwnReceipt | None


def own_receipts(actor: Actor, organisation_id: int, meeting_id: int) -> list[OwnReceipt]:
    """Receipts of the actor's own open votes. Raises Forbidden, meetings.not_closed."""
    return [
        _own(one.leaf, one.proof, one.root) for one in ballot_receipts(actor, organisation_id, meeting_id)
    ]


def _own(leaf: bytes, proof: InclusionProof, root: str) -> OwnReceipt:
    line = canonical_read(leaf)
    return OwnReceipt(
        receipt=leaf_hash(leaf).hex(),
        item=str(line["item"]),
        mark=",".join(line["marks"]),
        channel=str(line["channel"]),
        at=moment_read(line["received_at"]),
        place=proof.index + 1,
        size=proof.size,
        root=root,
        holds=inclusion_holds(leaf, proof, root),
    )


def receipt_check(actor: Actor, organisation_id: int, meeting_id: int, typed: str) -> CheckedReceipt:
    """Whether a receipt is among those counted. The line of an open vote is shown to whose vote it is and to who cast it, to nobody else.

    Raises Forbidden, meetings.not_closed, voting.receipt_shape.
    """
    actor.require(MeetingRight.MEETING_VOTE, organisation_id)
    meeting = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if meeting is None:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    closing = Closing.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id).first()
    if closing is None:
        raise RuleViolation("meetings.not_closed")
    receipt = "".join(typed.split()).lower()
    if not _SHAPE.fullmatch(receipt):
        raise RuleViolation("voting.receipt_shape", field="receipt")
    for item, votes in secret_read(closing.secret).items():
        if receipt in votes.commitments:
            leaves = [bytes.fromhex(one) for one in votes.commitments]
            at = votes.commitments.index(receipt)
            root = merkle_root(leaves)
            holds = inclusion_holds(leaves[at], inclusion_proof(leaves, at), root)
            return CheckedReceipt(receipt, True, True, item, at + 1, len(leaves), root, holds, None)
    ballots = ballots_of(meeting)
    lines = [ballot_line(one) for one in ballots]
    for at, line in enumerate(lines):
        if leaf_hash(line).hex() == receipt:
            own = _own(line, inclusion_proof(lines, at), closing.ballots_root)
            shown = own if {ballots[at].elector, ballots[at].by} & actor.person_ids else None
            return CheckedReceipt(
                receipt, True, False, own.item, own.place, own.size, own.root, own.holds, shown
            )
    return CheckedReceipt(receipt, False, False, "", 0, len(lines), closing.ballots_root, False, None)
