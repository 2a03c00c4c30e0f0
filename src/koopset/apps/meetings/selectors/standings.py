"""What became of ballots and powers, with the reason: for the commission, which answers to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from koopset.apps.meetings.models import Meeting, MeetingPower, Opening
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.ballots import Standing, count
from koopset.apps.meetings.selectors.frozen import Frozen, electorates_of, frozen_of
from koopset.apps.meetings.selectors.hall import proxies_of
from koopset.apps.meetings.selectors.officials import meeting_counted_by
from koopset.apps.meetings.selectors.votes import ballots_of
from koopset.foundation.rights.actors import Actor, Forbidden


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A ballot that came and what became of it (a word of `rules.ballots.Standing`). `agent` cast it by a power."""

    key: int
    elector: int
    agent: int | None
    item: str
    marks: tuple[str, ...]
    channel: str
    received_at: datetime
    standing: str


@dataclass(frozen=True, slots=True)
class PowerRow:
    """A power handed in. `refused`: (code, article, item or "" for all) of what does not hold; empty for one that holds in full."""

    id: int
    principal: int
    agent: int
    issued_on: date | None
    until: date | None
    revoked_on: date | None
    refused: tuple[tuple[str, str, str], ...]


def _opened(actor: Actor, organisation_id: int, meeting_id: int) -> tuple[Meeting, Frozen]:
    meeting = meeting_counted_by(actor, organisation_id, meeting_id)
    if not Opening.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id).exists():
        raise Forbidden(MeetingRight.MEETING_COUNT)
    return meeting, frozen_of(meeting)


def ballot_rows(
    actor: Actor, organisation_id: int, meeting_id: int, *, only_duplicates: bool = False
) -> list[BallotRow]:
    """Every open ballot in the order in which it came, counted or not; `only_duplicates`: of those who gave more than one on an item.

    Raises Forbidden.
    """
    meeting, frozen = _opened(actor, organisation_id, meeting_id)
    ballots = ballots_of(meeting)
    electors = frozenset().union(*(one.persons for one in electorates_of(meeting)))
    agents = proxies_of(meeting, frozen.profile, frozen.items).agents
    counted = count(ballots, electors=electors, items=frozen.items, rules=frozen.rules, agents=agents)
    wanted = {key for one in counted.duplicates for key in one.keys}
    return [
        BallotRow(
            one.key,
            one.elector,
            one.by,
            one.item,
            tuple(sorted(mark.value for mark in one.marks)),
            one.channel.value,
            one.received_at,
            counted.standing.get(one.key, Standing.COUNTED).value,
        )
        for one in sorted(ballots, key=lambda ballot: (ballot.received_at, ballot.key))
        if not only_duplicates or one.key in wanted
    ]


def power_rows(actor: Actor, organisation_id: int, meeting_id: int) -> list[PowerRow]:
    """Powers of an open or closed meeting with why they do not hold: as it stands with those who are there now. Raises Forbidden."""
    meeting, frozen = _opened(actor, organisation_id, meeting_id)
    refused: dict[int, list[tuple[str, str, str]]] = {}
    for one in proxies_of(meeting, frozen.profile, frozen.items).refused:
        refused.setdefault(one.key, []).append((one.code, one.source.article, one.item or ""))
    rows = MeetingPower.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id)
    return [
        PowerRow(
            row.pk,
            row.principal_id,
            row.agent_id,
            row.issued_on,
            row.until,
            row.revoked_on,
            tuple(refused.get(row.pk, ())),
        )
        for row in rows.order_by("pk")
    ]
