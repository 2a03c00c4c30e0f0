"""The hall: who comes and leaves, powers of attorney that are handed in, items put to the vote."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from koopset.apps.meetings.models import (
    AgendaItem,
    Elector,
    EntryTry,
    Meeting,
    MeetingPower,
    Presence,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.profile import item_type
from koopset.apps.meetings.selectors.frozen import frozen_of
from koopset.apps.meetings.selectors.hall import hall_of
from koopset.apps.meetings.selectors.live import codes_of_hall
from koopset.apps.meetings.services.chain import chain_append
from koopset.apps.meetings.services.locks import item_of, lock_meeting, require_counting, require_state
from koopset.apps.meetings.services.places import places_of_powers, places_settle
from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.selectors.powers import voting_powers
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: Kind of a stored file: the scan of a power handed to the commission.
POWER_FILE = "meetings.power"
#: Wrong codes of the hall before a person has to go to the commission.
MOST_TRIES = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a code that was typed. A wrong one is counted and written down, so the refusal is returned and not raised."""

    refusal: RuleViolation | None


def _hall_open(row: Meeting, now: datetime) -> None:
    require_state(row, Meeting.State.OPEN)
    if row.form == Meeting.Form.ABSENTIA:
        raise RuleViolation("meetings.no_hall")
    if timezone.localdate(now) < row.on:
        raise RuleViolation("meetings.opening_early", on=row.on)


def _may_come(row: Meeting, persons: Iterable[int]) -> None:
    """Electors and whoever holds a power from one. Raises meetings.nothing_to_do_here with the first of the others."""
    wanted = set(persons)
    pk = row.organisation_id
    known = set(
        Elector.objects.filter(
            organisation_id=pk, meeting_id=row.pk, person_id__in=sorted(wanted)
        ).values_list("person_id", flat=True)
    )
    known |= set(
        MeetingPower.objects.filter(
            organisation_id=pk, meeting_id=row.pk, agent_id__in=sorted(wanted)
        ).values_list("agent_id", flat=True)
    )
    if wanted - known:
        raise RuleViolation("meetings.nothing_to_do_here", field="person", person=min(wanted - known))


def _move(row: Meeting, person_id: int, move: str, way: str, *, by: int | None, now: datetime) -> None:
    Presence.objects.create(
        organisation_id=row.organisation_id,
        meeting=row,
        person_id=person_id,
        move=move,
        way=way,
        at=now,
        entered_by=by,
    )
    kind = "came" if move == Presence.Move.IN else "left"
    chain_append(row, kind, {"person": person_id, "way": way}, at=now)
    # Whoever came votes himself: what was voted for him by a power counts no more, and what he votes for others may count now.
    places_settle(row, frozen_of(row), places_of_powers(row, [person_id]))


@service(None)
def person_check_in(
    *, actor: Actor, organisation_id: int, meeting_id: int, person_id: int, now: datetime
) -> bool:
    """The commission lets somebody in after a look at the passport; False for one who is here already.

    Right: MEETING_COUNT, or being an official of this meeting. Raises meetings.state, meetings.no_hall, meetings.opening_early,
    meetings.nothing_to_do_here.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_counting(actor, row)
    _hall_open(row, now)
    _may_come(row, [person_id])
    if person_id in hall_of(row, [person_id]).here:
        return False
    _move(row, person_id, Presence.Move.IN, Presence.Way.DOOR, by=actor.login_id, now=now)
    return True


@service(None)
def person_leave(
    *, actor: Actor, organisation_id: int, meeting_id: int, person_id: int, now: datetime
) -> bool:
    """Somebody left: seen by the commission, or said by the person; False for one who is not here. Votes given before stay.

    Right: MEETING_COUNT, an official of this meeting, or one's own card. Raises meetings.state, meetings.no_hall.
    """
    row = lock_meeting(organisation_id, meeting_id)
    if person_id not in actor.person_ids:
        require_counting(actor, row)
    _hall_open(row, now)
    if person_id not in hall_of(row, [person_id]).here:
        return False
    _move(row, person_id, Presence.Move.OUT, Presence.Way.DOOR, by=actor.login_id, now=now)
    return True


@service(MeetingRight.MEETING_VOTE)
def check_in_by_code(
    *, actor: Actor, organisation_id: int, meeting_id: int, person_id: int, code: str, now: datetime
) -> Tried:
    """Somebody in the hall checks in by phone with the code that is shown there. Right: one's own card.

    A wrong code is counted, so its refusal is returned: meetings.hall_code, meetings.hall_code_often. Raises Forbidden, meetings.state,
    meetings.no_hall, meetings.opening_early, meetings.nothing_to_do_here.
    """
    if person_id not in actor.person_ids:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    row = lock_meeting(organisation_id, meeting_id)
    _hall_open(row, now)
    _may_come(row, [person_id])
    tries, _made = EntryTry.objects.get_or_create(
        organisation_id=organisation_id, meeting=row, person_id=person_id
    )
    if tries.wrong >= MOST_TRIES:
        return Tried(RuleViolation("meetings.hall_code_often", field="code"))
    typed = "".join(code.split()).encode()
    if not any(hmac.compare_digest(typed, known.encode()) for known in codes_of_hall(row.pk, now)):
        tries.wrong += 1
        tries.save(update_fields=["wrong"])
        return Tried(RuleViolation("meetings.hall_code", field="code", left=MOST_TRIES - tries.wrong))
    if person_id not in hall_of(row, [person_id]).here:
        _move(row, person_id, Presence.Move.IN, Presence.Way.PHONE, by=actor.login_id, now=now)
    return Tried(None)


@service(None)
def power_enter(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    principal_id: int,
    agent_id: int,
    issued_on: date | None,
    until: date | None = None,
    items: Sequence[str] | None = None,
    is_substitute: bool = False,
    number: str = "",
    file_id: int | None = None,
    now: datetime,
) -> MeetingPower:
    """Enter a power of attorney as the paper says; whether it holds is judged by the rules; one that does not is kept too.

    `items`: keys or types of items that it is for. Right: MEETING_COUNT, or an official of this meeting. Raises meetings.state,
    meetings.proxy_to_oneself, meetings.ballot_not_on_agenda, people.unknown, meetings.unknown_file.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_counting(actor, row)
    require_state(row, Meeting.State.NOTICED, Meeting.State.OPEN)
    if principal_id == agent_id:
        raise RuleViolation("meetings.proxy_to_oneself", field="agent")
    wanted = {principal_id, agent_id}
    if wanted - set(persons_by_ids(wanted, organisation_id=organisation_id)):
        raise RuleViolation("people.unknown", field="agent")
    if items is not None:
        known = set(
            AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id=row.pk).values_list(
                "key", flat=True
            )
        )
        known |= {item_type(key) for key in known}
        for key in items:
            if key not in known:
                raise RuleViolation("meetings.ballot_not_on_agenda", field="items", item=key)
    if file_id is not None:
        stored = StoredFile.objects.filter(organisation_id=organisation_id, pk=file_id, kind=POWER_FILE)
        if not stored.exists():
            raise RuleViolation("meetings.unknown_file", field="file")
    power = MeetingPower.objects.create(
        organisation_id=organisation_id,
        meeting=row,
        principal_id=principal_id,
        agent_id=agent_id,
        issued_on=issued_on,
        until=until,
        items=None if items is None else sorted(set(items)),
        is_substitute=is_substitute,
        number=" ".join(number.split())[:60],
        file_id=file_id,
        entered_at=now,
        entered_by=actor.login_id,
    )
    _power_told(row, power, "power", now)
    return power


@service(None)
def powers_take(*, actor: Actor, organisation_id: int, meeting_id: int, now: datetime) -> int:
    """Take the powers to vote that stand in the register for the meeting's day, and what was revoked there since; how many are new or
    changed.

    Right: MEETING_COUNT, or an official of this meeting. Raises meetings.state.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_counting(actor, row)
    require_state(row, Meeting.State.NOTICED, Meeting.State.OPEN)
    known = {
        one.register_power_id: one
        for one in MeetingPower.objects.filter(
            organisation_id=organisation_id, meeting_id=row.pk, register_power_id__isnull=False
        )
    }
    count = 0
    for power in voting_powers(organisation_id, row.on):
        taken = known.get(power.id)
        if taken is None:
            taken = MeetingPower.objects.create(
                organisation_id=organisation_id,
                meeting=row,
                register_power_id=power.id,
                principal_id=power.principal_id,
                agent_id=power.agent_id,
                issued_on=power.issued_on,
                until=power.valid_to,
                revoked_on=power.revoked_on,
                number=power.number,
                entered_at=now,
                entered_by=actor.login_id,
            )
            _power_told(row, taken, "power", now)
        elif power.revoked_on is not None and taken.revoked_on is None:
            taken.revoked_on = power.revoked_on
            taken.save()
            _power_told(row, taken, "power_revoked", now)
        else:
            continue
        count += 1
    return count


@service(None)
def power_withdraw(
    *, actor: Actor, organisation_id: int, meeting_id: int, power_id: int, on: date, now: datetime
) -> MeetingPower:
    """Enter that the principal revoked a power; from that day it holds no more. Right: MEETING_COUNT, an official, or the principal.

    Raises meetings.state, meetings.item_gone, meetings.proxy_revoked.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.NOTICED, Meeting.State.OPEN)
    power = MeetingPower.objects.filter(
        organisation_id=organisation_id, meeting_id=row.pk, pk=power_id
    ).first()
    if power is None:
        raise RuleViolation("meetings.item_gone", field="power")
    if power.principal_id not in actor.person_ids:
        require_counting(actor, row)
    if power.revoked_on is not None:
        raise RuleViolation("meetings.proxy_revoked", field="power")
    power.revoked_on = on
    power.save()
    _power_told(row, power, "power_revoked", now)
    return power


def _power_told(row: Meeting, power: MeetingPower, kind: str, now: datetime) -> None:
    if row.state != Meeting.State.OPEN:
        return
    data = {"power": power.pk, "principal": power.principal_id, "agent": power.agent_id}
    chain_append(row, kind, data, at=now)
    places_settle(row, frozen_of(row), places_of_powers(row, [power.principal_id]))


@service(None)
def item_put(
    *, actor: Actor, organisation_id: int, meeting_id: int, item_id: int, now: datetime
) -> AgendaItem:
    """Put an item to the vote in the hall: from now on hands and phones count. Who takes part in it is who is there at this moment, and
    whoever comes and votes later.

    Right: MEETING_HOLD, or an official of this meeting. Raises meetings.state, meetings.no_hall, meetings.opening_early,
    meetings.item_gone, meetings.item_barred, meetings.item_put.
    """
    row = lock_meeting(organisation_id, meeting_id)
    if not actor.can(MeetingRight.MEETING_HOLD, organisation_id):
        require_counting(actor, row)
    _hall_open(row, now)
    item = item_of(row, item_id)
    if item.key in frozen_of(row).barred:
        raise RuleViolation("meetings.item_barred", item=item.title)
    if item.put_at is not None:
        raise RuleViolation("meetings.item_put", item=item.title)
    item.put_at = now
    item.save()
    chain_append(row, "put", {"item": item.key}, at=now)
    return item
