"""Who takes part in a meeting that goes on, and with how much weight.

Those who voted from afar take part in all items, so the database sums them once. Whoever came, is represented or voted in the hall fits
into memory: a hall has walls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef, Q, Sum

from koopset.apps.meetings.models import AgendaItem, BallotFact, CurrentVote, Elector, ElectorateRow, Meeting
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.canonical import fraction_read
from koopset.apps.meetings.rules.law import Voters, Weight
from koopset.apps.meetings.rules.tally import NOBODY, Amount, Group
from koopset.apps.meetings.selectors.frozen import Frozen, weights_of_persons
from koopset.apps.meetings.selectors.hall import absent_of, agents_present, hall_of, proxies_of, senders_of
from koopset.apps.meetings.selectors.votes import ballot_of, hall_voters, secret_voters_of

_PART = 5000


@dataclass(frozen=True, slots=True)
class Room:
    """Who takes part from the hall, read once for all items."""

    here: frozenset[int]
    ever: frozenset[int]
    absent: frozenset[tuple[int, str]]
    agents: dict[tuple[int, str], int]
    sealed: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Votes:
    """What counts now: a row a choice and a denominator under (key of an item, electorate). `has_afar`, `has_near`: whether any of them
    came from afar, or otherwise.
    """

    groups: Mapping[tuple[str, Voters], tuple[Group, ...]]
    has_afar: bool
    has_near: bool

    def of(self, key: str, voters: Voters) -> tuple[Group, ...]:
        """The votes of an electorate on an item, or on a candidate of it."""
        return self.groups.get((key, voters), ())

    def people(self, key: str, voters: Voters) -> int:
        """How many of the electorate voted on it."""
        return sum(group.people for group in self.of(key, voters))


@dataclass(frozen=True, slots=True)
class Part:
    """`afar`: those who voted from afar, of each electorate. `near`: weights of the others who may take part; `voted`: who of them voted on
    which key.
    """

    afar: Mapping[Voters, Amount]
    near: Mapping[int, Mapping[Voters, tuple[int, int]]]
    voted: Mapping[str, frozenset[int]]

    def with_these(self, voters: Voters, persons: Iterable[int]) -> Amount:
        """Everybody from afar and, of the others, these persons."""
        sums: dict[int, int] = defaultdict(int)
        people = 0
        for person in persons:
            weight = self.near.get(person, {}).get(voters)
            if weight is not None:
                people += 1
                sums[weight[1]] += weight[0]
        near = sum((Fraction(top, below) for below, top in sums.items()), Fraction(0))
        return self.afar.get(voters, NOBODY) + Amount(people, near)


@dataclass(frozen=True, slots=True)
class Whole:
    """All votes of an electorate, also those that nobody can cast."""

    weight: Weight
    amount: Amount


def room_of(meeting: Meeting, frozen: Frozen, items: list[AgendaItem], now: datetime) -> Room:
    """The hall with its powers, as the closing would see it now."""
    hall = hall_of(meeting)
    sealed = secret_voters_of(meeting)
    rows = BallotFact.objects.filter(
        organisation_id=meeting.organisation_id, meeting_id=meeting.pk, channel__in=("hall", "phone")
    )
    missing = {
        person for person in hall.ever if any(not hall.was_here(person, item.put_at or now) for item in items)
    }
    voted = hall_voters(
        ballot_of(row) for row in rows.filter(Q(elector_id__in=missing) | Q(agent_id__in=missing))
    )
    absent = absent_of(hall, items, now, sealed | voted)
    proxies = proxies_of(meeting, frozen.profile, frozen.items)
    senders = senders_of(meeting, set(proxies.agents.values())) if proxies.agents else frozenset()
    agents = agents_present(proxies, absent, hall.ever, sealed, senders)
    return Room(hall.here, hall.ever, absent, agents, sealed)


def votes_now(meeting: Meeting) -> Votes:
    """The votes that count now on all items: one query."""
    rows = (
        CurrentVote.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
        .order_by()
        .values("item", "voters", "choice", "denominator", "is_from_afar")
        .annotate(top=Sum("numerator"), people=Count("pk"))
    )
    groups: dict[tuple[str, Voters], list[Group]] = defaultdict(list)
    ways = set()
    for item, voters, choice, below, is_from_afar, top, people in rows.values_list(
        "item", "voters", "choice", "denominator", "is_from_afar", "top", "people"
    ):
        groups[item, Voters(voters)].append(Group(Choice(choice), below, int(top), people))
        ways.add(is_from_afar)
    return Votes({place: tuple(found) for place, found in groups.items()}, True in ways, False in ways)


def part_of(meeting: Meeting, votes: Votes, room: Room) -> Part:
    """Everybody who may take part in some item, with weights."""
    key = {"organisation_id": meeting.organisation_id, "meeting_id": meeting.pk}
    counted = CurrentVote.objects.filter(**key)
    voted: dict[str, set[int]] = defaultdict(set)
    if votes.has_near:
        for item, person in counted.filter(is_from_afar=False).values_list("item", "person_id"):
            voted[item.partition("/")[0]].add(person)
    known = set(room.ever) | {who for who, _ in room.agents} | {who for who, _ in room.sealed}
    persons = sorted(known.union(*voted.values()))
    afar: dict[Voters, Amount] = {}
    far: set[int] = set()
    if votes.has_afar:
        own = counted.filter(person_id=OuterRef("person_id"), is_from_afar=True)
        rows = Elector.objects.filter(Exists(own), **key).order_by().values("voters", "denominator")
        for voters, below, top, people in rows.annotate(top=Sum("numerator"), people=Count("pk")).values_list(
            "voters", "denominator", "top", "people"
        ):
            found = Amount(people, Fraction(int(top), below))
            afar[Voters(voters)] = afar.get(Voters(voters), NOBODY) + found
        for at in range(0, len(persons), _PART):
            some = counted.filter(is_from_afar=True, person_id__in=persons[at : at + _PART])
            far |= set(some.values_list("person_id", flat=True).distinct())
    near = weights_of_persons(meeting, [person for person in persons if person not in far])
    return Part(afar, near, {item: frozenset(found) for item, found in voted.items()})


def taking_part_in(part: Part, room: Room, voters: Voters, item: str) -> Amount:
    """Electors who take part in an item: there at it, represented on it, with a vote on it or on a candidate of it, or by a vote sent from
    afar.
    """
    persons = {person for person in room.ever if (person, item) not in room.absent}
    persons |= {who for who, one in room.agents if one == item}
    persons |= {who for who, one in room.sealed if one == item}
    return part.with_these(voters, persons | part.voted.get(item, frozenset()))


def here_now(part: Part, room: Room, voters: Voters) -> Amount:
    """Electors who are in the hall now, for whom somebody in the hall stands, or who sent a vote."""
    represented = {who for (who, _item), agent in room.agents.items() if agent in room.here}
    return part.with_these(voters, room.here | represented)


def wholes_of(meeting: Meeting) -> dict[Voters, Whole]:
    """What each electorate weighs and all its votes."""
    key = {"organisation_id": meeting.organisation_id, "meeting_id": meeting.pk}
    people = dict(Elector.objects.filter(**key).order_by().values_list("voters").annotate(people=Count("pk")))
    return {
        Voters(head.voters): Whole(
            Weight(head.weight), Amount(people.get(head.voters, 0), fraction_read(head.whole))
        )
        for head in ElectorateRow.objects.filter(**key)
    }
