"""All that papers of a meeting are made of: what was frozen, who took part, votes in each tally, proofs. Names are left to the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from koopset.apps.meetings.models import (
    ChainEvent,
    Closing,
    Meeting,
    MeetingPower,
    Notice,
    Official,
    Opening,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.archive import Attendance, SecretVotes
from koopset.apps.meetings.rules.ballots import Ballot, Counted, count
from koopset.apps.meetings.rules.electorate import Electorate
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.rules.recount import Votes, candidate_tallies, item_tallies
from koopset.apps.meetings.rules.tally import Tally
from koopset.apps.meetings.selectors.archives import attendance_read, secret_read
from koopset.apps.meetings.selectors.electorates import electorates_on
from koopset.apps.meetings.selectors.frozen import Frozen, electorates_of, frozen_of
from koopset.apps.meetings.selectors.law import law_on
from koopset.apps.meetings.selectors.meetings import AgendaRow, agenda_rows
from koopset.apps.meetings.selectors.plans import agenda_of
from koopset.apps.meetings.selectors.results import ResultRow, result_rows
from koopset.apps.meetings.selectors.telling import standing_notice
from koopset.apps.meetings.selectors.votes import ballots_of
from koopset.foundation.rights.actors import Forbidden


@dataclass(frozen=True, slots=True)
class PowerPaper:
    """A power as it was handed in: who for whom, of which day and number."""

    principal: int
    agent: int
    issued_on: date | None
    number: str
    items: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class VotesFound:
    """The count of a closed meeting: `tallies` of items by electorate, `candidates` of elections by card."""

    ballots: tuple[Ballot, ...]
    counted: Counted
    attendance: Attendance
    secret: Mapping[str, SecretVotes]
    votes: Votes
    tallies: Mapping[str, Mapping[Voters, Tally]]
    candidates: Mapping[str, Mapping[int, Tally]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A meeting for its papers. `electorates`: frozen, or as the register stands today before the opening. `found`: once closed.

    `head`: the hash of the last event of the chain up to the verdicts, with its number: what minutes print.
    """

    meeting: Meeting
    profile: Profile
    agenda: tuple[AgendaRow, ...]
    put_at: Mapping[str, datetime]
    officials: tuple[tuple[str, int], ...]
    notice: Notice | None
    electorates: tuple[Electorate, ...]
    register_on: date
    opening: Opening | None
    frozen: Frozen | None
    closing: Closing | None
    results: tuple[ResultRow, ...]
    found: VotesFound | None
    powers: tuple[PowerPaper, ...]
    head: tuple[int, str] | None
    repeats: Meeting | None = None

    @property
    def main(self) -> Electorate:
        """The electorate of the quorum."""
        kinds = {one.voters: one for one in self.electorates}
        return next(kinds[kind] for kind in (Voters.MEMBERS, Voters.BOARD, Voters.OWNERS) if kind in kinds)

    @property
    def persons(self) -> frozenset[int]:
        """Everybody with a vote."""
        return frozenset().union(*(one.persons for one in self.electorates))


def meeting_row(organisation_id: int, meeting_id: int) -> Meeting:
    """The meeting itself, to be read only. Asks no right. Raises Forbidden where there is none."""
    row = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if row is None:
        raise Forbidden(MeetingRight.MEETING_VIEW)
    return row


def meeting_evidence(
    organisation_id: int, meeting_id: int, *, electorates: bool = True, count_votes: bool = True
) -> Evidence:
    """Everything about a meeting. Asks no right: the room of papers has asked its own.

    `electorates`, `count_votes` False leave out what is heavy. Raises Forbidden where there is no such meeting, meetings.nobody_votes and
    what else `electorates_on` raises of a register that is not in order.
    """
    meeting = meeting_row(organisation_id, meeting_id)
    key = {"organisation_id": organisation_id, "meeting_id": meeting.pk}
    opened = Opening.objects.filter(**key).first()
    frozen = frozen_of(meeting) if opened is not None else None
    notice = standing_notice(meeting)
    items = agenda_of(meeting)
    law = None if frozen is not None else law_on(organisation_id, meeting.law, meeting.on)
    profile = frozen.profile if frozen is not None else law.profile  # type: ignore[union-attr] # one of both is there
    register_on = opened.register_on if opened is not None else timezone.localdate()
    found_electorates: tuple[Electorate, ...] = ()
    if electorates:
        found_electorates = (
            electorates_of(meeting)
            if opened is not None
            else electorates_on(organisation_id, profile, [item.key for item in items], register_on)
        )
    closing = Closing.objects.filter(**key).first()
    results = tuple(result_rows(meeting))
    found = None
    if closing is not None and frozen is not None and electorates and count_votes:
        found = _votes(meeting, frozen, found_electorates, closing, results)
    events = ChainEvent.objects.filter(**key).exclude(kind="recorded").order_by("-number")
    return Evidence(
        meeting=meeting,
        profile=profile,
        agenda=tuple(agenda_rows(meeting)),
        put_at={item.key: item.put_at for item in items if item.put_at is not None},
        officials=tuple(
            Official.objects.filter(**key).order_by("role", "pk").values_list("role", "person_id")
        ),
        notice=notice,
        electorates=found_electorates,
        register_on=register_on,
        opening=opened,
        frozen=frozen,
        closing=closing,
        results=results,
        found=found,
        powers=tuple(
            PowerPaper(
                row.principal_id,
                row.agent_id,
                row.issued_on,
                row.number,
                None if row.items is None else tuple(row.items),
            )
            for row in MeetingPower.objects.filter(**key).order_by("pk")
        ),
        head=events.values_list("number", "hash").first(),
        repeats=(
            Meeting.objects.filter(organisation_id=organisation_id, pk=meeting.repeats_id).first()
            if meeting.repeats_id
            else None
        ),
    )


def _votes(
    meeting: Meeting,
    frozen: Frozen,
    electorates: tuple[Electorate, ...],
    closing: Closing,
    results: tuple[ResultRow, ...],
) -> VotesFound:
    """The count once more, as an archive's check makes it."""
    ballots = ballots_of(meeting)
    attendance = attendance_read(closing.attendance)
    secret = secret_read(closing.secret)
    electors = frozenset().union(*(one.persons for one in electorates))
    counted = count(
        ballots, electors=electors, items=frozen.items, rules=frozen.rules, agents=attendance.agents
    )
    votes = Votes(
        profile=frozen.profile,
        electorates={one.voters: one for one in electorates},
        counted=counted,
        present=attendance.present,
        agents=attendance.agents,
        secret={item: one.contents for item, one in secret.items()},
        absent=attendance.absent,
        is_repeat=frozen.opening.is_repeat,
    )
    tallies: dict[str, Mapping[Voters, Tally]] = {}
    candidates: dict[str, Mapping[int, Tally]] = {}
    for row in results:
        item = frozen.item(row.key)
        if "candidates" in row.data:
            standing = [int(who) for who in row.data["candidates"]]
            candidates[row.key] = candidate_tallies(votes, item, standing, int(row.data["seats"]))
        else:
            tallies[row.key] = item_tallies(votes, item)
    return VotesFound(tuple(ballots), counted, attendance, secret, votes, tallies, candidates)
