"""Ballots as facts, and all votes of a meeting as the rules count them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.meetings.models import AgendaItem, BallotFact, Meeting, SecretBallot, SecretVoter
from koopset.apps.meetings.rules.archive import Attendance, SecretVotes
from koopset.apps.meetings.rules.ballots import Ballot, Counted, Mark, count
from koopset.apps.meetings.rules.canonical import canonical_read
from koopset.apps.meetings.rules.electorate import Electorate
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.rules.recount import Votes
from koopset.apps.meetings.rules.secrecy import SealedBallot
from koopset.apps.meetings.selectors.frozen import Frozen, electorates_of
from koopset.apps.meetings.selectors.hall import absent_of, agents_present, hall_of, proxies_of, senders_of


def ballot_of(row: BallotFact) -> Ballot:
    """A fact in the words of the rules."""
    return Ballot(
        key=row.pk,
        elector=row.elector_id,
        item=row.item,
        marks=frozenset(Mark(mark) for mark in row.marks.split(",") if mark),
        channel=Channel(row.channel),
        received_at=row.received_at,
        by=row.agent_id,
    )


def ballots_of(
    meeting: Meeting, persons: Collection[int] | None = None, items: Collection[str] | None = None
) -> list[Ballot]:
    """Ballots of a meeting by their keys, of all or of some."""
    rows = BallotFact.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    if persons is not None:
        rows = rows.filter(elector_id__in=sorted(persons))
    if items is not None:
        rows = rows.filter(item__in=sorted(items))
    return [ballot_of(row) for row in rows.order_by("pk").iterator(chunk_size=5000)]


def secret_voters_of(meeting: Meeting) -> frozenset[tuple[int, str]]:
    """(person, item) of all who voted on secret items."""
    return frozenset(
        SecretVoter.objects.filter(
            organisation_id=meeting.organisation_id, meeting_id=meeting.pk
        ).values_list("person_id", "item")
    )


def hall_voters(ballots: Iterable[Ballot]) -> frozenset[tuple[int, str]]:
    """(person, item): who gave a vote in the hall, for oneself or for another, and so was there."""
    return frozenset(
        (one.elector if one.by is None else one.by, one.item.partition("/")[0])
        for one in ballots
        if one.channel in (Channel.HALL, Channel.PHONE)
    )


def sealed_of(meeting: Meeting, item: str) -> list[SealedBallot]:
    """Secret ballots of an item by their drawn keys: for the closing, and for a court."""
    rows = SecretBallot.objects.filter(
        organisation_id=meeting.organisation_id, meeting_id=meeting.pk, item=item
    ).values_list("key", "content")
    return [
        SealedBallot(bytes(key), canonical_read(bytes(content)))
        for key, content in sorted(rows, key=lambda row: bytes(row[0]))
    ]


def secret_items(frozen: Frozen, items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Secret items on which something may be decided."""
    return [item for item in items if item.is_secret and item.key not in frozen.barred]


@dataclass(frozen=True, slots=True)
class AllVotes:
    """All that a meeting was voted with at a moment."""

    electorates: tuple[Electorate, ...]
    ballots: list[Ballot]
    attendance: Attendance
    counted: Counted
    votes: Votes


def all_votes(
    meeting: Meeting,
    frozen: Frozen,
    items: list[AgendaItem],
    secret: dict[str, SecretVotes],
    *,
    at: datetime,
) -> AllVotes:
    """Count every ballot anew, as an archive's check will."""
    electorates = electorates_of(meeting)
    ballots = ballots_of(meeting)
    hall = hall_of(meeting)
    sealed = secret_voters_of(meeting)
    absent = absent_of(hall, items, at, sealed | hall_voters(ballots))
    proxies = proxies_of(meeting, frozen.profile, frozen.items)
    agents = agents_present(proxies, absent, hall.ever, sealed, senders_of(meeting))
    attendance = Attendance(present=hall.ever, agents=agents, absent=absent)
    electors = frozenset().union(*(one.persons for one in electorates))
    counted = count(ballots, electors=electors, items=frozen.items, rules=frozen.rules, agents=agents)
    votes = Votes(
        profile=frozen.profile,
        electorates={one.voters: one for one in electorates},
        counted=counted,
        present=hall.ever,
        agents=agents,
        secret={item: found.contents for item, found in secret.items()},
        absent=absent,
        is_repeat=frozen.opening.is_repeat,
    )
    return AllVotes(electorates, ballots, attendance, counted, votes)
