"""Votes as they come: in the hall by hand or bulletin, there by phone. Each is a fact; which one counts is the rules' affair."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.meetings.models import AgendaItem, BallotFact, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.ballots import Ballot, Mark, ballot_checked
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.rules.merkle import leaf_hash
from koopset.apps.meetings.rules.records import ballot_line
from koopset.apps.meetings.selectors.frozen import Frozen, frozen_of, weights_of_persons
from koopset.apps.meetings.selectors.hall import hall_of, proxies_of
from koopset.apps.meetings.selectors.votes import ballot_of, ballots_of
from koopset.apps.meetings.services.chain import chain_append
from koopset.apps.meetings.services.locks import lock_meeting, require_counting, require_state
from koopset.apps.meetings.services.places import places_of_powers, places_settle
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A vote that is about to be written. `agent` casts it for the elector by a power."""

    elector: int
    item: str
    marks: frozenset[Mark]
    agent: int | None = None


def marks_read(words: Iterable[str], item: str) -> frozenset[Mark]:
    """Marks out of words. Raises meetings.bad_mark."""
    try:
        return frozenset(Mark(word) for word in words)
    except ValueError as error:
        raise RuleViolation("meetings.bad_mark", field="mark", item=item) from error


def items_checked(row: Meeting, frozen: Frozen, keys: Collection[str], *, in_hall: bool) -> None:
    """Raise for keys under which no open vote is taken now.

    meetings.ballot_not_on_agenda, meetings.item_barred, meetings.item_is_secret, meetings.vote_by_candidate, meetings.item_not_put.
    """
    agenda = {
        item.key: item
        for item in AgendaItem.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk)
    }
    for key in keys:
        item = agenda.get(key.partition("/")[0])
        if item is None or key not in frozen.items:
            raise RuleViolation("meetings.ballot_not_on_agenda", field="item", item=key[:60])
        if item.key in frozen.barred:
            raise RuleViolation("meetings.item_barred", field="item", item=item.title)
        if item.is_secret:
            raise RuleViolation("meetings.item_is_secret", field="item", item=item.title)
        if item.seats and key == item.key:
            raise RuleViolation("meetings.vote_by_candidate", field="item", item=item.title)
        if in_hall and item.put_at is None:
            raise RuleViolation("meetings.item_not_put", field="item", item=item.title)


def ballots_write(
    row: Meeting,
    frozen: Frozen,
    casts: Sequence[Cast],
    *,
    channel: Channel,
    received_at: datetime,
    entered_by: int | None,
    now: datetime,
    is_refused_at_door: bool = True,
    paper_id: int | None = None,
    signature_id: int | None = None,
) -> list[BallotFact]:
    """Write votes down under the lock of the meeting, with one event of the chain, and count their places again.

    `is_refused_at_door`: the voter is told at once what would not count, and nothing is written; else it is kept and not counted.
    Raises what `ballot_checked` raises, meetings.ballot_not_elector, meetings.ballot_no_proxy.
    """
    persons = {cast.elector for cast in casts}
    weights = weights_of_persons(row, persons)
    coming = {cast.elector if cast.agent is None else cast.agent for cast in casts}
    agents = (
        proxies_of(row, frozen.profile, frozen.items, coming=coming).agents
        if any(cast.agent is not None for cast in casts)
        else None
    )
    before: dict[tuple[int, str], list[Ballot]] = {}
    if is_refused_at_door:
        for ballot in ballots_of(row, persons, {cast.item for cast in casts}):
            before.setdefault((ballot.elector, ballot.item), []).append(ballot)
    rows = []
    for cast in casts:
        votes = weights.get(cast.elector, {})
        if not any(voters in votes for voters in frozen.voters_of(cast.item)):
            raise RuleViolation("meetings.ballot_not_elector", field="ballot", item=cast.item)
        if is_refused_at_door:
            ballot_checked(
                Ballot(0, cast.elector, cast.item, cast.marks, channel, received_at, cast.agent),
                electors=weights.keys(),
                items=frozen.items,
                rules=frozen.rules,
                already=before.get((cast.elector, cast.item), ()),
                agents=agents or {},
            )
        rows.append(
            BallotFact(
                organisation_id=row.organisation_id,
                meeting=row,
                elector_id=cast.elector,
                agent_id=cast.agent,
                item=cast.item,
                marks=",".join(sorted(mark.value for mark in cast.marks)),
                channel=channel.value,
                received_at=received_at,
                paper_id=paper_id,
                signature_id=signature_id,
                at=now,
                entered_by=entered_by,
            )
        )
    made = BallotFact.objects.bulk_create(rows, batch_size=BATCH)
    leaves = [{"key": one.pk, "leaf": leaf_hash(ballot_line(ballot_of(one))).hex()} for one in made]
    chain_append(row, "ballots", {"channel": channel, "ballots": leaves}, at=now)
    places = {(cast.elector, cast.item) for cast in casts}
    if channel in (Channel.PAPER, Channel.ELECTRONIC):
        # Whoever sends a vote is there: what was voted for him by a power counts no more, and what he votes for others may count now.
        places |= places_of_powers(row, coming)
    places_settle(row, frozen, places)
    return made


def _in_hall(row: Meeting, persons: Collection[int]) -> None:
    """Raise meetings.not_here with the first who is not in the hall."""
    missing = set(persons) - hall_of(row, persons).here
    if missing:
        raise RuleViolation("meetings.not_here", field="person", person=min(missing))


@service(None)
def hall_votes_enter(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    item: str,
    marks: Mapping[int, str],
    agents: Mapping[int, int] | None = None,
    now: datetime,
) -> list[BallotFact]:
    """Counters write down how people in the hall voted on an item, or on a candidate of it: all of them, or none.

    `agents`: who held the hand up for whom. Right: MEETING_COUNT, or an official of this meeting. Raises meetings.state,
    meetings.not_here, meetings.bad_mark, what `items_checked` and `ballots_write` raise; two counters with one person: the second is told.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_counting(actor, row)
    require_state(row, Meeting.State.OPEN)
    if not marks:
        raise RuleViolation("meetings.ballot_empty", field="ballot", item=item)
    frozen = frozen_of(row)
    items_checked(row, frozen, [item], in_hall=True)
    by = dict(agents or {})
    _in_hall(row, {by.get(who, who) for who in marks})
    casts = [
        Cast(elector=who, item=item, marks=marks_read([mark], item), agent=by.get(who))
        for who, mark in sorted(marks.items())
    ]
    return ballots_write(
        row,
        frozen,
        casts,
        channel=Channel.HALL,
        received_at=now,
        entered_by=actor.login_id,
        now=now,
    )


@service(MeetingRight.MEETING_VOTE)
def phone_vote(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    person_id: int,
    marks: Mapping[str, str],
    for_person_id: int | None = None,
    now: datetime,
) -> list[BallotFact]:
    """Somebody in the hall votes by phone: item, or candidate of it, → mark; all or none. `for_person_id`: whose power is held.

    Right: one's own card, checked in. Raises Forbidden, meetings.state, meetings.not_here, meetings.bad_mark, what `items_checked` and
    `ballots_write` raise.
    """
    if person_id not in actor.person_ids:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.OPEN)
    if not marks:
        raise RuleViolation("meetings.ballot_empty", field="ballot", item="")
    frozen = frozen_of(row)
    items_checked(row, frozen, marks.keys(), in_hall=True)
    _in_hall(row, [person_id])
    is_agent = for_person_id is not None and for_person_id != person_id
    casts = [
        Cast(
            elector=for_person_id if is_agent and for_person_id is not None else person_id,
            item=item,
            marks=marks_read([mark], item),
            agent=person_id if is_agent else None,
        )
        for item, mark in sorted(marks.items())
    ]
    return ballots_write(
        row,
        frozen,
        casts,
        channel=Channel.PHONE,
        received_at=now,
        entered_by=actor.login_id,
        now=now,
    )
