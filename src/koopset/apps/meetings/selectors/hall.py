"""Who is there, who was, who votes for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from koopset.apps.meetings.models import AgendaItem, BallotFact, Elector, Meeting, MeetingPower, Presence
from koopset.apps.meetings.rules.law import Channel
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.rules.proxies import Proxies, Proxy, proxies_on

_AFAR = (Channel.PAPER.value, Channel.ELECTRONIC.value)


@dataclass(frozen=True, slots=True)
class Hall:
    """`ever`: who checked in at any time, `here`: who has not left; `moves`: (moment, came) of each, in their order."""

    ever: frozenset[int]
    here: frozenset[int]
    moves: Mapping[int, tuple[tuple[datetime, bool], ...]]

    def was_here(self, person: int, at: datetime) -> bool:
        """Whether somebody was in the hall at a moment."""
        there = False
        for moment, came in self.moves.get(person, ()):
            if moment > at:
                break
            there = came
        return there


def hall_of(meeting: Meeting, persons: Collection[int] | None = None) -> Hall:
    """The hall now, of all or of some persons."""
    rows = Presence.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    if persons is not None:
        rows = rows.filter(person_id__in=sorted(persons))
    moves: dict[int, list[tuple[datetime, bool]]] = {}
    for person, move, at in rows.order_by("at", "pk").values_list("person_id", "move", "at"):
        moves.setdefault(person, []).append((at, move == Presence.Move.IN))
    here = frozenset(person for person, found in moves.items() if found[-1][1])
    return Hall(frozenset(moves), here, {person: tuple(found) for person, found in moves.items()})


def senders_of(meeting: Meeting, persons: Collection[int] | None = None) -> frozenset[int]:
    """Who sent a written or electronic vote, for oneself or by a power: in absentia they are there. Of all, or of some persons."""
    rows = BallotFact.objects.filter(
        organisation_id=meeting.organisation_id, meeting_id=meeting.pk, channel__in=_AFAR
    )
    own, others = rows.filter(agent_id__isnull=True), rows.filter(agent_id__isnull=False)
    if persons is not None:
        own = own.filter(elector_id__in=sorted(persons))
        others = others.filter(agent_id__in=sorted(persons))
    return frozenset(own.values_list("elector_id", flat=True).distinct()) | frozenset(
        others.values_list("agent_id", flat=True).distinct()
    )


def powers_of(meeting: Meeting) -> list[Proxy]:
    """Powers handed to the commission, in the words of the rules."""
    rows = MeetingPower.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    return [
        Proxy(
            key=row.pk,
            principal=row.principal_id,
            agent=row.agent_id,
            issued_on=row.issued_on,
            until=row.until,
            items=None if row.items is None else frozenset(row.items),
            revoked_on=row.revoked_on,
            is_substitute=row.is_substitute,
        )
        for row in rows.order_by("pk")
    ]


def proxies_of(
    meeting: Meeting,
    profile: Profile,
    items: Collection[str],
    *,
    coming: Iterable[int] = (),
) -> Proxies:
    """Which powers hold now. A principal who ever came, or sent a vote of his own, votes himself. `coming`: who votes at this moment."""
    powers = powers_of(meeting)
    if not powers:
        return Proxies({}, ())
    principals = {one.principal for one in powers}
    electors = frozenset(
        Elector.objects.filter(
            organisation_id=meeting.organisation_id, meeting_id=meeting.pk, person_id__in=sorted(principals)
        ).values_list("person_id", flat=True)
    )
    concerned = principals | {one.agent for one in powers}
    present = hall_of(meeting).ever | senders_of(meeting, concerned) | frozenset(coming)
    return proxies_on(profile, powers, on=meeting.on, items=items, electors=electors, present=present)


def absent_of(
    hall: Hall, items: Iterable[AgendaItem], at: datetime, voted: Collection[tuple[int, str]]
) -> frozenset[tuple[int, str]]:
    """(person, item): who came at some time and was not in the hall when the item was put to the vote; one never put, at `at`.

    `voted`: who gave a vote on an item in the hall was there.
    """
    found = set()
    for item in items:
        moment = item.put_at or at
        found |= {
            (person, item.key)
            for person in hall.ever
            if not hall.was_here(person, moment) and (person, item.key) not in voted
        }
    return frozenset(found)


def agents_present(
    proxies: Proxies,
    absent: Collection[tuple[int, str]],
    ever: Collection[int],
    secret: Iterable[tuple[int, str]],
    senders: Collection[int],
) -> dict[tuple[int, str], int]:
    """(principal, item) → agent, without those whose agent had left by then and sent no vote in. Keys of candidates follow their item.

    A principal for whom a secret ballot was given is represented on that item whatever became of the power after: nobody can tell which
    ballot it was. By whom is not told either, so the principal stands there himself.
    """
    found = {
        place: agent
        for place, agent in proxies.agents.items()
        if agent in senders or (agent, place[1].partition("/")[0]) not in absent
    }
    for person, item in secret:
        if person not in ever:
            found.setdefault((person, item), person)
    return found
