"""What papers prove with: how each was told, every ballot as it came, who may read as an elector. Secret votes are not here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from koopset.apps.meetings.models import (
    BallotFact,
    Meeting,
    NoticeProof,
    NoticeRow,
    PaperDecision,
    Presence,
    SignatureAsk,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.ballots import Counted
from koopset.apps.meetings.selectors.telling import ToldRow, standing_notice, told_of
from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class PostedRow:
    """A posting that told everybody, by which clause."""

    channel: str
    on: date
    basis: str
    number: str


@dataclass(frozen=True, slots=True)
class ToldProof:
    """A person of the notice: the first proven day and how; the number of the letter or of the list, where there is one."""

    row: ToldRow
    number: str


def told_with_proofs(meeting: Meeting) -> tuple[list[ToldProof], list[PostedRow]]:
    """Who was told by the notice that stands, and the postings. Asks no right: the room of papers has asked its own."""
    notice = standing_notice(meeting)
    if notice is None:
        return [], []
    proofs = NoticeProof.objects.filter(organisation_id=meeting.organisation_id, notice_id=notice.pk)
    numbers: dict[tuple[int, str, date], str] = {}
    posted = []
    for proof in proofs.order_by("pk"):
        if proof.person_id is None:
            posted.append(PostedRow(proof.channel, proof.on, proof.basis, proof.number))
        else:
            numbers[(proof.person_id, proof.channel, proof.on)] = proof.number
    rows = [
        ToldProof(row, numbers.get((row.person_id, row.channel, row.on), "") if row.on else "")
        for row in told_of(notice)
    ]
    return rows, posted


@dataclass(frozen=True, slots=True)
class FilledVote:
    """A vote as it was entered. `standing`: what became of it (`rules.ballots.Standing`)."""

    item: str
    marks: tuple[str, ...]
    channel: str
    standing: str


@dataclass(frozen=True, slots=True)
class FilledBallot:
    """What one person gave at one time. `entered_by`, `checked_by`: logins of those who entered a paper and confirmed it.

    `text`, `text_hash`, `signed_at`, `clause`: of a vote signed from afar.
    """

    elector: int
    agent: int | None
    channel: str
    received_at: datetime
    votes: tuple[FilledVote, ...]
    entered_by: int | None
    entered_at: datetime | None
    checked_by: int | None
    checked_at: datetime | None
    text: str
    text_hash: str
    clause: str
    asked_at: datetime | None
    signed_at: datetime | None
    state: str = ""


def filled_ballots(
    organisation_id: int, meeting_id: int, counted: Counted | None, *, persons: frozenset[int] | None = None
) -> list[FilledBallot]:
    """Every open ballot that came, with where it came from; written decisions that never counted too. Secret votes are not here.

    Asks no right: the room of papers has asked its own.
    """
    key = {"organisation_id": organisation_id, "meeting_id": meeting_id}
    rows = BallotFact.objects.filter(**key)
    papers = PaperDecision.objects.filter(**key)
    asks = SignatureAsk.objects.filter(**key, signed_at__isnull=False)
    if persons is not None:
        rows = rows.filter(elector_id__in=sorted(persons))
        papers = papers.filter(elector_id__in=sorted(persons))
        asks = asks.filter(elector_id__in=sorted(persons))
    known_papers = {row.pk: row for row in papers}
    known_asks = {row.pk: row for row in asks}
    groups: dict[tuple[Any, ...], list[BallotFact]] = {}
    for row in rows.order_by("elector_id", "received_at", "pk").iterator(chunk_size=5000):
        place = (row.elector_id, row.agent_id, row.channel, row.received_at, row.paper_id, row.signature_id)
        groups.setdefault(place, []).append(row)
    found = []
    for (elector, agent, channel, received, paper_id, ask_id), facts in groups.items():
        paper, ask = known_papers.get(paper_id), known_asks.get(ask_id)
        found.append(
            FilledBallot(
                elector=elector,
                agent=agent,
                channel=channel,
                received_at=received,
                votes=tuple(
                    FilledVote(
                        fact.item,
                        tuple(mark for mark in fact.marks.split(",") if mark),
                        fact.channel,
                        counted.standing[fact.pk].value if counted and fact.pk in counted.standing else "",
                    )
                    for fact in facts
                ),
                entered_by=paper.entered_by if paper else facts[0].entered_by,
                entered_at=paper.entered_at if paper else facts[0].at,
                checked_by=paper.checked_by if paper else None,
                checked_at=paper.checked_at if paper else None,
                text=ask.text if ask else "",
                text_hash=ask.text_hash if ask else "",
                clause=ask.clause if ask else "",
                asked_at=ask.asked_at if ask else None,
                signed_at=ask.signed_at if ask else None,
                state=paper.state if paper else "",
            )
        )
    found += [
        FilledBallot(
            elector=paper.elector_id,
            agent=paper.agent_id,
            channel="paper",
            received_at=paper.received_at,
            votes=tuple(
                FilledVote(item, tuple(marks), "paper", paper.state)
                for item, marks in sorted(paper.marks.items())
            ),
            entered_by=paper.entered_by,
            entered_at=paper.entered_at,
            checked_by=paper.checked_by,
            checked_at=paper.checked_at,
            text="",
            text_hash="",
            clause="",
            asked_at=None,
            signed_at=None,
            state=paper.state,
        )
        for paper in known_papers.values()
        if paper.state in (PaperDecision.State.LATE, PaperDecision.State.REJECTED)
    ]
    return sorted(found, key=lambda one: (one.elector, one.received_at, one.channel))


def hall_ways(organisation_id: int, meeting_id: int) -> dict[int, str]:
    """person → how he first came to the hall (a word of `Presence.Way`). Asks no right."""
    found: dict[int, str] = {}
    rows = Presence.objects.filter(
        organisation_id=organisation_id, meeting_id=meeting_id, move=Presence.Move.IN
    )
    for person, way in rows.order_by("at", "pk").values_list("person_id", "way"):
        found.setdefault(person, way)
    return found


def voting_persons(organisation_id: int, meeting_id: int, person_ids: frozenset[int]) -> frozenset[int]:
    """Of the persons, those who vote at the meeting: stand in its register, or were told of it before the opening.

    Asks no right.
    """
    if not person_ids:
        return frozenset()
    meeting = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if meeting is None:
        return frozenset()
    if meeting.opened_at is not None:
        rows = meeting.electors.filter(organisation_id=organisation_id, person_id__in=sorted(person_ids))
        return frozenset(rows.values_list("person_id", flat=True))
    told = NoticeRow.objects.filter(
        organisation_id=organisation_id,
        notice__meeting_id=meeting_id,
        notice__withdrawn_at__isnull=True,
        person_id__in=sorted(person_ids),
    )
    return frozenset(told.values_list("person_id", flat=True))


def may_read_as_elector(actor: Actor, organisation_id: int, meeting_id: int) -> frozenset[int]:
    """Cards of the actor, or of those he stands for, that vote at the meeting; none for whoever may not look at meetings here."""
    if not actor.can(MeetingRight.MEETING_VIEW, organisation_id):
        return frozenset()
    return voting_persons(organisation_id, meeting_id, frozenset(actor.acts_for(organisation_id)))
