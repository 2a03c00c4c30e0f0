"""Written decisions: one enters what stands on the paper, another reads it again and confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from koopset.apps.meetings.models import Meeting, PaperDecision
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.selectors.frozen import frozen_of, weights_of_persons
from koopset.apps.meetings.services.ballots import Cast, ballots_write, items_checked, marks_read
from koopset.apps.meetings.services.chain import chain_append
from koopset.apps.meetings.services.locks import lock_meeting, require_counting, require_state
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor, ActorKind
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: Kind of a stored file: a filled ballot, scanned or photographed.
PAPER_FILE = "meetings.paper"


@service(None)
def paper_enter(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    elector_id: int,
    marks: Mapping[str, Sequence[str]],
    received_at: datetime,
    agent_id: int | None = None,
    file_id: int | None = None,
    now: datetime,
) -> PaperDecision:
    """Enter a written decision as it stands on the paper: two marks on an item are two marks, none is none. It counts once another confirms
    it. One that came after the closing is kept as late and never counted.

    Right: MEETING_COUNT, or an official of this meeting. Raises meetings.state, meetings.no_papers (a meeting in person only),
    meetings.received_day, meetings.bad_mark, meetings.ballot_not_elector, meetings.unknown_file and what `items_checked` raises.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_counting(actor, row)
    after = (Meeting.State.CLOSED, Meeting.State.FAILED, Meeting.State.RECORDED)
    require_state(row, Meeting.State.OPEN, *after)
    if row.form == Meeting.Form.IN_PERSON:
        raise RuleViolation("meetings.no_papers")
    opened = row.opened_at
    assert opened is not None
    if not opened <= received_at <= now:
        raise RuleViolation("meetings.received_day", field="received_at")
    frozen = frozen_of(row)
    items_checked(row, frozen, marks.keys(), in_hall=False)
    words = {item: sorted(mark.value for mark in marks_read(given, item)) for item, given in marks.items()}
    votes = weights_of_persons(row, [elector_id]).get(elector_id, {})
    for item in words:
        if not any(voters in votes for voters in frozen.voters_of(item)):
            raise RuleViolation("meetings.ballot_not_elector", field="elector", item=item)
    if not words:
        raise RuleViolation("meetings.ballot_empty", field="marks", item="")
    if file_id is not None:
        stored = StoredFile.objects.filter(organisation_id=organisation_id, pk=file_id, kind=PAPER_FILE)
        if not stored.exists():
            raise RuleViolation("meetings.unknown_file", field="file")
    is_late = row.state != Meeting.State.OPEN
    return PaperDecision.objects.create(
        organisation_id=organisation_id,
        meeting=row,
        elector_id=elector_id,
        agent_id=None if agent_id == elector_id else agent_id,
        marks=words,
        received_at=received_at,
        file_id=file_id,
        state=PaperDecision.State.LATE if is_late else PaperDecision.State.ENTERED,
        entered_at=now,
        entered_by=actor.login_id,
    )


def _checked(actor: Actor, row: Meeting, paper_id: int) -> PaperDecision:
    require_counting(actor, row)
    require_state(row, Meeting.State.OPEN)
    paper = (
        PaperDecision.objects.select_for_update()
        .filter(organisation_id=row.organisation_id, meeting_id=row.pk, pk=paper_id)
        .first()
    )
    if paper is None:
        raise RuleViolation("meetings.item_gone", field="paper")
    if paper.state != PaperDecision.State.ENTERED:
        raise RuleViolation("meetings.paper_checked", state=str(PaperDecision.State(paper.state).label))
    if actor.kind is not ActorKind.SYSTEM and paper.entered_by == actor.login_id:
        raise RuleViolation("meetings.paper_same_person")
    return paper


@service(None)
def paper_confirm(
    *, actor: Actor, organisation_id: int, meeting_id: int, paper_id: int, now: datetime
) -> PaperDecision:
    """Another has read the paper: its marks become ballots, received when the paper was. What came after the meeting began is kept and not
    counted.

    Right: MEETING_COUNT, or an official of this meeting, not whoever entered it. Raises meetings.state, meetings.item_gone,
    meetings.paper_checked, meetings.paper_same_person.
    """
    row = lock_meeting(organisation_id, meeting_id)
    paper = _checked(actor, row, paper_id)
    casts = [
        Cast(elector=paper.elector_id, item=item, marks=marks_read(words, item), agent=paper.agent_id)
        for item, words in sorted(paper.marks.items())
    ]
    ballots_write(
        row,
        frozen_of(row),
        casts,
        channel=Channel.PAPER,
        received_at=paper.received_at,
        entered_by=actor.login_id,
        now=now,
        is_refused_at_door=False,
        paper_id=paper.pk,
    )
    paper.state, paper.checked_at, paper.checked_by = PaperDecision.State.CONFIRMED, now, actor.login_id
    paper.save()
    return paper


@service(None)
def paper_reject(
    *, actor: Actor, organisation_id: int, meeting_id: int, paper_id: int, reason: str, now: datetime
) -> PaperDecision:
    """What was entered does not match the paper: it is kept with the reason, and the paper is entered anew.

    Right and refusals as of `paper_confirm`; raises meetings.no_reason.
    """
    row = lock_meeting(organisation_id, meeting_id)
    paper = _checked(actor, row, paper_id)
    why = " ".join(reason.split())[:300]
    if not why:
        raise RuleViolation("meetings.no_reason", field="reason")
    paper.state, paper.reason = PaperDecision.State.REJECTED, why
    paper.checked_at, paper.checked_by = now, actor.login_id
    paper.save()
    chain_append(row, "paper_rejected", {"paper": paper.pk}, at=now)
    return paper
