"""Who speaks: those in the hall ask, the chair or the commission calls the next, each has the same time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors import may_count
from koopset.apps.meetings.selectors.hall import hall_of
from koopset.apps.meetings.services.locks import lock_meeting, require_state
from koopset.apps.meetings.voting.models import Floor, Speech
from koopset.apps.meetings.voting.rules import MOST_MINUTES
from koopset.apps.meetings.voting.selectors import minutes_of
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


def _lead(actor: Actor, organisation_id: int, meeting_id: int) -> Meeting:
    """The open meeting, held. Raises Forbidden unless the actor holds it, counts at it or is an official of it; meetings.state."""
    row = lock_meeting(organisation_id, meeting_id)
    if not actor.can(MeetingRight.MEETING_HOLD, organisation_id) and not may_count(actor, row):
        raise Forbidden(MeetingRight.MEETING_HOLD)
    require_state(row, Meeting.State.OPEN)
    return row


@service(MeetingRight.MEETING_VOTE)
def speech_ask(
    *, actor: Actor, organisation_id: int, meeting_id: int, person_id: int, now: datetime
) -> Speech:
    """Ask for the floor. Right: one's own card, checked in.

    Raises Forbidden, meetings.state, voting.not_here, voting.asked_already.
    """
    if person_id not in actor.person_ids:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    row = lock_meeting(organisation_id, meeting_id)
    require_state(row, Meeting.State.OPEN)
    if person_id not in hall_of(row, [person_id]).here:
        raise RuleViolation("voting.not_here", field="person")
    waiting = Speech.objects.filter(
        organisation_id=organisation_id,
        meeting_id=row.pk,
        person_id=person_id,
        state__in=[Speech.State.ASKED, Speech.State.CALLED],
    )
    if waiting.exists():
        raise RuleViolation("voting.asked_already", field="person")
    return Speech.objects.create(
        organisation_id=organisation_id, meeting=row, person_id=person_id, asked_at=now
    )


@service(MeetingRight.MEETING_VOTE)
def speech_withdraw(
    *, actor: Actor, organisation_id: int, meeting_id: int, person_id: int, now: datetime
) -> Speech:
    """Not to speak after all. Right: one's own card. Raises Forbidden, voting.speech_gone."""
    if person_id not in actor.person_ids:
        raise Forbidden(MeetingRight.MEETING_VOTE)
    row = lock_meeting(organisation_id, meeting_id)
    speech = Speech.objects.filter(
        organisation_id=organisation_id, meeting_id=row.pk, person_id=person_id, state=Speech.State.ASKED
    ).first()
    if speech is None:
        raise RuleViolation("voting.speech_gone", field="speech")
    speech.state, speech.ended_at = Speech.State.WITHDRAWN, now
    speech.save()
    return speech


@service(None)
def speech_call(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    speech_id: int | None = None,
    now: datetime,
) -> Speech:
    """Give the floor to the next in the queue, or to the one named, for the time that the meeting has set.

    Right: MEETING_HOLD, MEETING_COUNT, or an official of this meeting. Raises meetings.state, voting.somebody_speaks, voting.nobody_waits,
    voting.speech_gone.
    """
    row = _lead(actor, organisation_id, meeting_id)
    rows = Speech.objects.filter(organisation_id=organisation_id, meeting_id=row.pk)
    if rows.filter(state=Speech.State.CALLED).exists():
        raise RuleViolation("voting.somebody_speaks", field="speech")
    waiting = rows.filter(state=Speech.State.ASKED).order_by("asked_at", "pk")
    speech = waiting.first() if speech_id is None else waiting.filter(pk=speech_id).first()
    if speech is None:
        code = "voting.nobody_waits" if speech_id is None else "voting.speech_gone"
        raise RuleViolation(code, field="speech")
    speech.state, speech.called_at = Speech.State.CALLED, now
    speech.minutes = minutes_of(organisation_id, row.pk)
    speech.save()
    return speech


@service(None)
def speech_end(
    *, actor: Actor, organisation_id: int, meeting_id: int, speech_id: int, now: datetime
) -> Speech:
    """The speech is over, or somebody who waits is taken out of the queue. Right as of `speech_call`.

    Raises meetings.state, voting.speech_gone.
    """
    row = _lead(actor, organisation_id, meeting_id)
    speech = Speech.objects.filter(
        organisation_id=organisation_id,
        meeting_id=row.pk,
        pk=speech_id,
        state__in=[Speech.State.ASKED, Speech.State.CALLED],
    ).first()
    if speech is None:
        raise RuleViolation("voting.speech_gone", field="speech")
    spoke = speech.state == Speech.State.CALLED
    speech.state = Speech.State.SPOKEN if spoke else Speech.State.WITHDRAWN
    speech.ended_at = now
    speech.save()
    return speech


@service(None)
def floor_set(*, actor: Actor, organisation_id: int, meeting_id: int, minutes: int, now: datetime) -> Floor:
    """Set how long each speaks from now on. Right as of `speech_call`. Raises meetings.state, voting.minutes."""
    row = _lead(actor, organisation_id, meeting_id)
    if not 1 <= minutes <= MOST_MINUTES:
        raise RuleViolation("voting.minutes", field="minutes", most=MOST_MINUTES)
    floor, _made = Floor.objects.update_or_create(
        organisation_id=organisation_id, meeting=row, defaults={"minutes": minutes}
    )
    return floor


def speeches_forget_for_room(*, organisation_id: int, person_ids: Collection[int]) -> None:
    """Take a person's turns out of all queues: for the erasure of personal data, which asks the right."""
    Speech.objects.filter(organisation_id=organisation_id, person_id__in=sorted(person_ids)).delete()
