"""A meeting while it goes on: quorum and votes now."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from koopset.apps.meetings.models import AgendaItem, CurrentVote, Meeting, SecretVoter
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.rules.tally import Quorum, Tally, item_quorum, meeting_quorum, tally_of_groups
from koopset.apps.meetings.selectors.frozen import frozen_of
from koopset.apps.meetings.selectors.officials import meeting_counted_by
from koopset.apps.meetings.selectors.plans import agenda_of
from koopset.apps.meetings.selectors.taking_part import (
    Votes,
    Whole,
    here_now,
    part_of,
    room_of,
    taking_part_in,
    votes_now,
    wholes_of,
)
from koopset.foundation.rights.actors import Actor, Forbidden

#: How long a code of the hall is shown before another takes its place, seconds; the one before still opens.
CODE_SECONDS = 300
_NAME = b"koopset.meetings.hall.v1\n"


@dataclass(frozen=True, slots=True)
class ItemLive:
    """An item now. `tallies` (key and electorate → votes) are kept back while a vote is secret; `voted`: people who voted on it."""

    key: str
    title: str
    is_secret: bool
    is_put: bool
    is_barred: bool
    quorum: Quorum
    tallies: dict[str, Tally]
    voted: int


@dataclass(frozen=True, slots=True)
class Live:
    """A meeting now: how many are in the hall, whether it has a quorum, its items."""

    here: int
    electors: int
    quorum: Quorum
    items: tuple[ItemLive, ...]


def secret_of_server(name: bytes) -> bytes:
    """A secret of this installation for one use, 32 bytes."""
    return hashlib.sha256(name + settings.SECRET_KEY.encode()).digest()


def code_of_hall(meeting_id: int, window: int) -> str:
    """The six digits of a window of time."""
    tag = hmac.new(secret_of_server(_NAME), f"{meeting_id}/{window}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(tag[:8], 'big') % 1_000_000:06d}"


def codes_of_hall(meeting_id: int, now: datetime) -> tuple[str, str]:
    """The code of now and the one before."""
    window = int(now.timestamp()) // CODE_SECONDS
    return code_of_hall(meeting_id, window), code_of_hall(meeting_id, window - 1)


def hall_code(actor: Actor, organisation_id: int, meeting_id: int, *, now: datetime) -> str:
    """The code that is shown in the hall, for the commission's screen. Raises Forbidden."""
    meeting_counted_by(actor, organisation_id, meeting_id)
    return codes_of_hall(meeting_id, now)[0]


def _main_voters(wholes: Mapping[Voters, Whole]) -> Voters:
    return next(kind for kind in (Voters.MEMBERS, Voters.BOARD, Voters.OWNERS) if kind in wholes)


def live(actor: Actor, organisation_id: int, meeting_id: int, *, now: datetime | None = None) -> Live:
    """Quorum and votes of an open meeting now. Votes of secret items are not told before the closing. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    meeting = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if meeting is None or meeting.opened_at is None:
        raise Forbidden(MeetingRight.MEETING_VIEW)
    frozen, items = frozen_of(meeting), agenda_of(meeting)
    room = room_of(meeting, frozen, items, now or timezone.now())
    votes, wholes = votes_now(meeting), wholes_of(meeting)
    part = part_of(meeting, votes, room)
    found = []
    for item in items:
        keys = [key for key in frozen.items if key.partition("/")[0] == item.key]
        voters = frozen.voters_of(item.key)
        parts = {one: taking_part_in(part, room, one, item.key) for one in voters}
        tallies: dict[str, Tally] = {}
        if not item.is_secret and item.key not in frozen.barred:
            shown = [key for key in keys if key != item.key] or [item.key]
            tallies = {
                f"{key} {one.value}": tally_of_groups(
                    votes.of(key, one),
                    weight=wholes[one].weight,
                    taking_part=parts[one],
                    whole=wholes[one].amount,
                )
                for key in shown
                for one in voters
            }
        main = voters[0]
        found.append(
            ItemLive(
                key=item.key,
                title=item.title,
                is_secret=item.is_secret,
                is_put=item.put_at is not None,
                is_barred=item.key in frozen.barred,
                quorum=item_quorum(
                    frozen.profile,
                    frozen.item(item.key),
                    parts[main],
                    wholes[main].amount,
                    is_repeat=frozen.opening.is_repeat,
                ),
                tallies=tallies,
                voted=_voted(meeting, item, keys, voters, votes),
            )
        )
    main = _main_voters(wholes)
    quorum = meeting_quorum(
        frozen.profile, here_now(part, room, main), wholes[main].amount, is_repeat=frozen.opening.is_repeat
    )
    return Live(len(room.here), wholes[main].amount.people, quorum, tuple(found))


def _voted(
    meeting: Meeting, item: AgendaItem, keys: Collection[str], voters: Sequence[Voters], votes: Votes
) -> int:
    pk = meeting.organisation_id
    if item.is_secret:
        return SecretVoter.objects.filter(organisation_id=pk, meeting_id=meeting.pk, item=item.key).count()
    if len(keys) == len(voters) == 1:
        return votes.people(item.key, voters[0])
    # a person may stand in two electorates, and marks several candidates
    rows = CurrentVote.objects.filter(organisation_id=pk, meeting_id=meeting.pk, item__in=list(keys))
    return rows.values("person_id").distinct().count()
