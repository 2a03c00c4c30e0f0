"""Events of a meeting, one after another, under its lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from koopset.apps.meetings.models import ChainEvent, Meeting
from koopset.apps.meetings.rules.canonical import canonical_read
from koopset.apps.meetings.rules.chain import Event, event_after
from koopset.kernel.violations import RuleViolation


def _last(meeting: Meeting) -> Event | None:
    row = (
        ChainEvent.objects.filter(organisation_id=meeting.organisation_id, meeting_id=meeting.pk)
        .order_by("-number")
        .first()
    )
    if row is None:
        return None
    line = bytes(row.line)
    value = canonical_read(line)
    if value["hash"] != row.hash:
        raise RuleViolation("meetings.chain_broken", number=row.number)
    return Event(row.number, row.kind, value["at"], value["data"], value["previous"], row.hash, line)


def chain_append(meeting: Meeting, kind: str, data: Mapping[str, object], *, at: datetime) -> Event:
    """Write the next event. The caller holds the lock of the meeting; persons go in by their keys, never by name.

    Raises meetings.chain_broken where the last event is not as it was written.
    """
    event = event_after(_last(meeting), kind=kind, at=at, data=data)
    ChainEvent.objects.create(
        organisation_id=meeting.organisation_id,
        meeting=meeting,
        number=event.number,
        kind=kind,
        line=event.line,
        hash=event.hash,
        at=at,
    )
    return event
