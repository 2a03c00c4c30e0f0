"""The queue of speakers as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from koopset.apps.meetings.voting.models import Floor, Speech
from koopset.apps.meetings.voting.rules import USUAL_MINUTES, speech_ends
from koopset.apps.people.selectors import persons_by_ids


@dataclass(frozen=True, slots=True)
class SpeechRow:
    """A turn. `until`: when the time of who speaks is over."""

    id: int
    person_id: int
    name: str
    asked_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Who speaks, who waits in their order, how many have spoken, how long each may speak."""

    speaks: SpeechRow | None
    waiting: tuple[SpeechRow, ...]
    spoken: int
    minutes: int


def minutes_of(organisation_id: int, meeting_id: int) -> int:
    """How long each may speak. Asks no right."""
    found = Floor.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id).values_list(
        "minutes", flat=True
    )
    return found.first() or USUAL_MINUTES


def queue_of(organisation_id: int, meeting_id: int) -> Queue:
    """The queue now. Asks no right: the caller's page is for those inside the body, who hear who speaks."""
    rows = list(
        Speech.objects.filter(organisation_id=organisation_id, meeting_id=meeting_id)
        .exclude(state=Speech.State.WITHDRAWN)
        .order_by("asked_at", "pk")
    )
    open_rows = [row for row in rows if row.state in (Speech.State.ASKED, Speech.State.CALLED)]
    cards = persons_by_ids([row.person_id for row in open_rows], organisation_id=organisation_id)

    def line(row: Speech) -> SpeechRow:
        card = cards.get(row.person_id)
        until = speech_ends(row.called_at, row.minutes) if row.called_at is not None else None
        return SpeechRow(row.pk, row.person_id, card.short_name if card else "", row.asked_at, until)

    speaks = next((line(row) for row in open_rows if row.state == Speech.State.CALLED), None)
    return Queue(
        speaks=speaks,
        waiting=tuple(line(row) for row in open_rows if row.state == Speech.State.ASKED),
        spoken=len(rows) - len(open_rows),
        minutes=minutes_of(organisation_id, meeting_id),
    )
