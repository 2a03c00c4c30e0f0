"""A meeting that is being prepared: its kind, form, days, initiator, officials."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.utils import timezone

from koopset.apps.meetings.models import Meeting, Official
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors.law import law_keys, law_on
from koopset.apps.meetings.selectors.plans import settings_findings
from koopset.apps.meetings.services.locks import lock_meeting, require_draft, require_move
from koopset.apps.meetings.services.telling import tell_cancelled
from koopset.apps.people.selectors import persons_by_ids
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A meeting as it is meant. `law`: the key of the law profile; what is gathered is its body. Days as `models.Meeting` has them.

    `supporters` of `demand_members` demanded it on `demanded_on`.
    """

    title: str
    law: str
    form: str = "in_person"
    initiator: str = "board"
    demanded_on: date | None = None
    supporters: int = 0
    demand_members: int = 0
    place: str = ""
    starts_at: datetime | None = None
    opens_on: date | None = None
    ends_at: datetime | None = None
    electronic: bool = False
    in_system: bool = False
    message_on: date | None = None
    posted_on: date | None = None


def settings_of(row: Meeting) -> Settings:
    """What a meeting is set to, to be changed and saved."""
    return Settings(**{field.name: getattr(row, field.name) for field in fields(Settings)})


@service(MeetingRight.MEETING_PREPARE)
def meeting_draft(
    *, actor: Actor, organisation_id: int, settings: Settings, judged: bool = False, now: datetime
) -> Meeting:
    """Begin to prepare a meeting. Raises what `meeting_settings_save` raises."""
    row = Meeting(organisation_id=organisation_id, created_at=now, created_by=actor.login_id)
    settings_apply(row, settings, now)
    if judged:
        _judge(row, now)
    row.save()
    return row


@service(MeetingRight.MEETING_PREPARE)
def meeting_settings_save(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    settings: Settings,
    judged: bool = False,
    now: datetime,
) -> Meeting:
    """Change a draft. Whether the days are lawful is judged when the notice goes out; `judged`: days, form and initiator that no notice
    makes lawful any more are refused at once, with the article and the first lawful day (codes of `rules.clock.clock`).

    Raises meetings.agenda_frozen, meetings.state, meetings.no_title, meetings.law_not_of_form, meetings.no_profile, meetings.bad_form,
    meetings.bad_initiator, meetings.no_start, meetings.no_end, meetings.no_place, meetings.dates_out_of_order, meetings.past_day,
    meetings.bad_demand, meetings.repeat_law.
    """
    row = lock_meeting(organisation_id, meeting_id)
    require_draft(row)
    if row.repeats_id is not None and (settings.law, settings.form) != (row.law, row.form):
        raise RuleViolation("meetings.repeat_law", field="form")
    settings_apply(row, settings, now)
    if judged:
        _judge(row, now)
    row.save()
    return row


_FIELDS = {
    "meetings.initiator_unknown": "initiator",
    "meetings.demand_small": "supporters",
    "meetings.absentia_without_opening": "opens_on",
    "meetings.absentia_without_charter": "form",
    "meetings.system_message": "message_on",
    "meetings.system_posted": "posted_on",
}


def _judge(row: Meeting, now: datetime) -> None:
    for finding in settings_findings(row, timezone.localdate(now)):
        violation = finding.violation()
        day = "ends_at" if row.form == Meeting.Form.ABSENTIA else "starts_at"
        if finding.code == "meetings.notice_late" and row.form == Meeting.Form.ABSENTIA:
            day = "opens_on"
        field = _FIELDS.get(violation.code, day)
        raise RuleViolation(violation.code, field=field, **violation.params)  # type: ignore[arg-type]


def settings_apply(row: Meeting, settings: Settings, now: datetime) -> None:
    """Put settings on a row, unsaved. Raises what `meeting_settings_save` does."""
    title = " ".join(settings.title.split())[:200]
    if not title:
        raise RuleViolation("meetings.no_title", field="title")
    if settings.law not in law_keys(row.organisation_id):
        raise RuleViolation("meetings.law_not_of_form", field="law", key=settings.law)
    if settings.form not in Meeting.Form.values:
        raise RuleViolation("meetings.bad_form", field="form")
    if settings.initiator not in Meeting.Initiator.values:
        raise RuleViolation("meetings.bad_initiator", field="initiator")
    if not 0 <= settings.supporters <= settings.demand_members:
        raise RuleViolation("meetings.bad_demand", field="supporters")
    values = {field.name: getattr(settings, field.name) for field in fields(Settings)}
    if settings.form == Meeting.Form.ABSENTIA:
        values["starts_at"] = None
        if settings.ends_at is None:
            raise RuleViolation("meetings.no_end", field="ends_at")
    else:
        values["ends_at"] = None
        if settings.starts_at is None:
            raise RuleViolation("meetings.no_start", field="starts_at")
        if not settings.place.strip():
            raise RuleViolation("meetings.no_place", field="place")
    if settings.form == Meeting.Form.IN_PERSON:
        values["opens_on"] = None
    for name, value in values.items():
        setattr(row, name, value)
    row.title, row.place = title, " ".join(settings.place.split())[:300]
    last = row.starts_at or row.ends_at
    if last is not None and last <= now:
        raise RuleViolation("meetings.past_day", field="starts_at")
    if row.opens_on is not None and row.opens_on > row.on:
        raise RuleViolation("meetings.dates_out_of_order", field="opens_on")
    row.kind = law_on(row.organisation_id, row.law, row.on).profile.body.value


@service(MeetingRight.MEETING_PREPARE)
def meeting_cancel(
    *, actor: Actor, organisation_id: int, meeting_id: int, reason: str, now: datetime
) -> Meeting:
    """Call a meeting off before it opens; whoever was told of it is told why. Raises meetings.state, meetings.no_reason."""
    row = lock_meeting(organisation_id, meeting_id)
    require_move(row, Meeting.State.CANCELLED)
    clean = " ".join(reason.split())[:300]
    was = row.state
    if not clean and was != Meeting.State.DRAFT:
        raise RuleViolation("meetings.no_reason", field="reason")
    row.state, row.cancelled_at, row.cancel_reason = Meeting.State.CANCELLED, now, clean
    row.save()
    if was == Meeting.State.NOTICED:
        tell_cancelled(row, now=now)
    return row


def _still_held(organisation_id: int, meeting_id: int) -> Meeting:
    row = lock_meeting(organisation_id, meeting_id)
    if row.state in (Meeting.State.RECORDED, Meeting.State.CANCELLED, Meeting.State.FAILED):
        raise RuleViolation("meetings.state", state=str(Meeting.State(row.state).label))
    return row


@service(MeetingRight.MEETING_HOLD)
def official_set(
    *, actor: Actor, organisation_id: int, meeting_id: int, person_id: int, role: str, now: datetime
) -> Official:
    """Name who presides, writes the minutes or counts; one chair and one secretary: another takes the place of the one before.

    Raises meetings.state, meetings.bad_role, people.unknown.
    """
    row = _still_held(organisation_id, meeting_id)
    if role not in Official.Role.values:
        raise RuleViolation("meetings.bad_role", field="role")
    if not persons_by_ids([person_id], organisation_id=organisation_id):
        raise RuleViolation("people.unknown", field="person")
    if role == Official.Role.COUNTER:
        found, _made = Official.objects.get_or_create(
            organisation_id=organisation_id, meeting=row, role=role, person_id=person_id
        )
        return found
    known = Official.objects.filter(organisation_id=organisation_id, meeting=row, role=role).first()
    found = known or Official(organisation_id=organisation_id, meeting=row, role=role)
    found.person_id = person_id
    found.save()
    return found


@service(MeetingRight.MEETING_HOLD)
def official_remove(
    *, actor: Actor, organisation_id: int, meeting_id: int, official_id: int, now: datetime
) -> None:
    """Take an official off a meeting: what the person has counted stays, from now on it is counted by others.

    Not after the vote is closed: the minutes name who held it. Raises meetings.state, meetings.item_gone.
    """
    row = _still_held(organisation_id, meeting_id)
    if row.state == Meeting.State.CLOSED:
        raise RuleViolation("meetings.state", state=str(Meeting.State(row.state).label))
    found = Official.objects.filter(organisation_id=organisation_id, meeting=row, pk=official_id).first()
    if found is None:
        raise RuleViolation("meetings.item_gone", field="official")
    found.delete()
