"""What the counting commission does at one go: hands of a whole hall, a paper read by the second pair of eyes, a power with its scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import BinaryIO

from koopset.apps.meetings import services as meetings
from koopset.apps.meetings.models import (
    AgendaItem,
    BallotFact,
    CurrentVote,
    Meeting,
    MeetingPower,
    PaperDecision,
)
from koopset.apps.meetings.selectors import meeting_counted_by
from koopset.apps.meetings.services.locks import lock_meeting
from koopset.apps.meetings.voting.rules import MARKS
from koopset.apps.people.selectors import full_names
from koopset.foundation.files import file_store
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: The name of a file and what is in it.
Scan = tuple[str, BinaryIO | bytes]
#: The largest photo or scan of a paper.
SCAN_BYTES = 15 * 1024 * 1024


def scan_keep(
    actor: Actor, organisation_id: int, scan: Scan | None, kind: str, *, now: datetime
) -> int | None:
    """Keep a photo or scan inside the transaction of what it belongs to; its key. Raises files.*."""
    if scan is None:
        return None
    name, content = scan
    kept = file_store(
        organisation_id=organisation_id,
        name=name,
        content=content,
        kind=kind,
        actor=actor,
        now=now,
        max_bytes=SCAN_BYTES,
    )
    return kept.pk


@service(None)
def hands_enter(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    item: str,
    marks: Mapping[int, str],
    agents: Mapping[int, int],
    seen: Mapping[int, str],
    now: datetime,
) -> list[BallotFact]:
    """Write down how hands were raised: electors → mark; nobody marked is refused, marks are all written or none.

    `seen`: elector → the mark that stood on the counter's page ("" for none). Right and refusals as of
    `meetings.services.hall_votes_enter`; also voting.nobody_marked; voting.hands_changed names those whom another counter has written
    down meanwhile.
    """
    meeting_counted_by(actor, organisation_id, meeting_id)
    given = {person: mark for person, mark in marks.items() if mark}
    if not given:
        raise RuleViolation("voting.nobody_marked", field="marks")
    row = lock_meeting(organisation_id, meeting_id)
    now_marks = dict(
        CurrentVote.objects.filter(
            organisation_id=organisation_id, meeting_id=row.pk, item=item, person_id__in=sorted(given)
        ).values_list("person_id", "choice")
    )
    changed = [person for person in sorted(given) if seen.get(person, "") != now_marks.get(person, "")]
    if changed:
        names = full_names(changed[:5], organisation_id=organisation_id)
        raise RuleViolation("voting.hands_changed", field="marks", people=", ".join(names.values()))
    by = {person: agent for person, agent in agents.items() if person in given and agent != person}
    return meetings.hall_votes_enter(
        actor=actor,
        organisation_id=organisation_id,
        meeting_id=meeting_id,
        item=item,
        marks=given,
        agents=by,
        now=now,
    )


@service(None)
def paper_read_again(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    paper_id: int,
    marks: Mapping[str, Sequence[str]],
    now: datetime,
) -> PaperDecision:
    """The second person types what stands on the paper without seeing what the first typed; only what agrees is confirmed.

    Right and refusals as of `meetings.services.paper_confirm`; voting.paper_differs names the items on which the two readings differ.
    """
    meeting_counted_by(actor, organisation_id, meeting_id)
    row = lock_meeting(organisation_id, meeting_id)
    paper = PaperDecision.objects.filter(
        organisation_id=organisation_id, meeting_id=row.pk, pk=paper_id
    ).first()
    if paper is not None and paper.state == PaperDecision.State.ENTERED:
        differs = paper_differences(paper.marks, marks)
        if differs and paper.entered_by != actor.login_id:
            titles = dict(
                AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id=row.pk).values_list(
                    "key", "title"
                )
            )
            items = dict.fromkeys(titles.get(key.partition("/")[0], key) for key in differs)
            raise RuleViolation("voting.paper_differs", field="marks", items="; ".join(items))
    return meetings.paper_confirm(
        actor=actor, organisation_id=organisation_id, meeting_id=meeting_id, paper_id=paper_id, now=now
    )


def paper_differences(
    first: Mapping[str, Sequence[str]], second: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Keys of items on which two readings of one paper differ, in their order."""

    def read(marks: Mapping[str, Sequence[str]], key: str) -> list[str]:
        return sorted(mark for mark in marks.get(key, ()) if mark in MARKS)

    return tuple(key for key in sorted(first.keys() | second.keys()) if read(first, key) != read(second, key))


@service(None)
def power_take_in(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    principal_id: int,
    agent_id: int,
    issued_on: date | None,
    until: date | None,
    number: str,
    is_substitute: bool,
    scan: Scan | None,
    now: datetime,
) -> MeetingPower:
    """Enter a power of attorney as the paper says, with its scan. Right and refusals as of `meetings.services.power_enter`; files.*."""
    row = meeting_counted_by(actor, organisation_id, meeting_id)
    kept = scan_keep(actor, organisation_id, scan, meetings.POWER_FILE, now=now)
    return meetings.power_enter(
        actor=actor,
        organisation_id=organisation_id,
        meeting_id=row.pk,
        principal_id=principal_id,
        agent_id=agent_id,
        issued_on=issued_on,
        until=until,
        number=number,
        is_substitute=is_substitute,
        file_id=kept,
        now=now,
    )


@service(None)
def paper_take_in(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    elector_id: int,
    agent_id: int | None,
    marks: Mapping[str, Sequence[str]],
    received_at: datetime,
    scan: Scan | None,
    now: datetime,
) -> PaperDecision:
    """Enter a written decision with its photo. Right and refusals as of `meetings.services.paper_enter`; files.*."""
    row: Meeting = meeting_counted_by(actor, organisation_id, meeting_id)
    kept = scan_keep(actor, organisation_id, scan, meetings.PAPER_FILE, now=now)
    return meetings.paper_enter(
        actor=actor,
        organisation_id=organisation_id,
        meeting_id=row.pk,
        elector_id=elector_id,
        agent_id=agent_id,
        marks=marks,
        received_at=received_at,
        file_id=kept,
        now=now,
    )
