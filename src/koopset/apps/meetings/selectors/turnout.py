"""Who took part, by hour and by street, for charts. Votes are not looked at, secret ones least of all; small streets are put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import BallotFact, Closing, Elector, Meeting, Opening, Presence
from koopset.apps.meetings.rules.law import Channel, Voters
from koopset.apps.meetings.selectors.archives import attendance_read
from koopset.apps.register.selectors import owners_at, unit_labels

#: Fewer electors are not shown apart: a neighbour would read who of them did not come.
LEAST_GROUP = 5
_HOURS_SHOWN = 48


@dataclass(frozen=True, slots=True)
class TurnoutPoint:
    """How many of how many; `of` is 0 where it is a running count."""

    label: str
    took_part: int
    of: int = 0


@dataclass(frozen=True, slots=True)
class Turnout:
    """`by_time`: a running count of those who came or sent a vote, by hour (by day where it took longer); `by_street`: electors of a
    street and those who took part. `by_day` tells which it is.
    """

    by_time: tuple[TurnoutPoint, ...]
    by_day: bool
    by_street: tuple[TurnoutPoint, ...]


def turnout(meeting: Meeting) -> Turnout:
    """Figures of a meeting that is closed. Asks no right: the page that shows the meeting has."""
    pk = meeting.organisation_id
    electors = _main_electors(meeting)
    moments = {who: at for who, at in _first_moments(meeting).items() if who in electors}
    closing = Closing.objects.filter(organisation_id=pk, meeting_id=meeting.pk).first()
    attendance = attendance_read(closing.attendance) if closing is not None else None
    part = set(moments)
    if attendance is not None:
        part |= {who for who, _item in attendance.agents} & electors
    by_time, by_day = _by_time(moments)
    return Turnout(by_time, by_day, _by_street(meeting, electors, part))


def _main_electors(meeting: Meeting) -> set[int]:
    rows = Elector.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
    found: dict[str, set[int]] = defaultdict(set)
    for voters, person in rows.values_list("voters", "person_id"):
        found[voters].add(person)
    for kind in (Voters.MEMBERS, Voters.BOARD, Voters.OWNERS):
        if found.get(kind.value):
            return found[kind.value]
    return set()


def _first_moments(meeting: Meeting) -> dict[int, datetime]:
    """person → when the person first came, or when the first vote came from afar."""
    key = {"organisation_id": meeting.organisation_id, "meeting_id": meeting.pk}
    came = Presence.objects.filter(**key, move=Presence.Move.IN).order_by().values("person_id")
    found: dict[int, datetime] = dict(came.annotate(first=Min("at")).values_list("person_id", "first"))
    sent = BallotFact.objects.filter(**key, channel__in=(Channel.PAPER.value, Channel.ELECTRONIC.value))
    for who, at in (
        sent.order_by()
        .values("elector_id")
        .annotate(first=Min("received_at"))
        .values_list("elector_id", "first")
    ):
        found[who] = min(at, found.get(who, at))
    return found


def _by_time(moments: Mapping[int, datetime]) -> tuple[tuple[TurnoutPoint, ...], bool]:
    if not moments:
        return (), False
    local = sorted(timezone.localtime(at) for at in moments.values())
    by_day = local[-1] - local[0] > timedelta(hours=_HOURS_SHOWN)
    step = timedelta(days=1) if by_day else timedelta(hours=1)
    at = local[0].replace(minute=0, second=0, microsecond=0)
    if by_day:
        at = at.replace(hour=0)
    points, many_days = [], local[0].date() != local[-1].date()
    while at <= local[-1]:
        after = at + step
        label = at.strftime("%d.%m") if by_day else after.strftime("%d.%m %H:%M" if many_days else "%H:%M")
        points.append(TurnoutPoint(label, sum(one < after for one in local)))
        at = after
    return tuple(points), by_day


def _by_street(meeting: Meeting, electors: set[int], part: set[int]) -> tuple[TurnoutPoint, ...]:
    opening = Opening.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk).first()
    if opening is None or not electors:
        return ()
    units: dict[int, list[int]] = {
        unit: [one.person_id for one in owners if one.person_id in electors]
        for unit, owners in owners_at(meeting.organisation_id, None, opening.register_on).items()
    }
    held = {unit: owners for unit, owners in units.items() if owners}
    labels = unit_labels(meeting.organisation_id, held)
    groups: dict[str, set[int]] = defaultdict(set)
    for unit, owners in held.items():
        street = labels[unit].street if unit in labels else ""
        groups[street] |= set(owners)
    return tuple(
        TurnoutPoint(name, len(people & part), len(people)) for name, people in _without_small(groups)
    )


def _without_small(groups: Mapping[str, set[int]]) -> list[tuple[str, set[int]]]:
    """Streets in their order, small ones in one group at the end; with too few even together, the next smallest street joins them."""
    named = {name: people for name, people in groups.items() if name and len(people) >= LEAST_GROUP}
    rest = set().union(*(people for name, people in groups.items() if name not in named))
    while 0 < len(rest) < LEAST_GROUP and named:
        smallest = min(named, key=lambda name: (len(named[name]), name))
        rest |= named.pop(smallest)
    found = sorted(named.items())
    if len(rest) >= LEAST_GROUP and named:
        found.append((_("the rest"), rest))
    return found
