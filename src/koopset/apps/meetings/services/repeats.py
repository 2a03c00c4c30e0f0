"""A repeated meeting, of exactly those items that had no quorum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone

from koopset.apps.meetings.models import AgendaItem, Candidate, Material, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.law import Form
from koopset.apps.meetings.selectors.meetings import steps_after
from koopset.apps.meetings.selectors.plans import agenda_of
from koopset.apps.meetings.services.drafts import settings_apply, settings_of
from koopset.apps.meetings.services.locks import lock_meeting, require_state
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(MeetingRight.MEETING_PREPARE)
def meeting_repeat(
    *,
    actor: Actor,
    organisation_id: int,
    meeting_id: int,
    form: str,
    starts_at: datetime | None = None,
    opens_on: date | None = None,
    ends_at: datetime | None = None,
    place: str = "",
    now: datetime,
) -> Meeting:
    """Make a draft of the next lawful meeting in one of the forms that `next_steps_of` offers: items without a quorum that may go that way,
    with wordings, candidates and papers. Its notice has a term of its own.

    Raises meetings.state, meetings.repeat_none (every item had its quorum), meetings.repeat_form, meetings.repeat_known,
    meetings.repeat_early with the first lawful day when told today, and what `meeting_settings_save` raises.
    """
    first = lock_meeting(organisation_id, meeting_id)
    require_state(first, Meeting.State.FAILED, Meeting.State.CLOSED, Meeting.State.RECORDED)
    steps = steps_after(first, timezone.localdate(now))
    if not steps:
        raise RuleViolation("meetings.repeat_none")
    step = next((one for one in steps if one.form.value == form), None)
    if step is None:
        raise RuleViolation("meetings.repeat_form", field="form")
    standing = Meeting.objects.filter(organisation_id=organisation_id, repeats_id=first.pk, form=form)
    if standing.exclude(state=Meeting.State.CANCELLED).exists():
        raise RuleViolation("meetings.repeat_known")
    settings = replace(
        settings_of(first),
        form=form,
        starts_at=starts_at,
        opens_on=opens_on,
        ends_at=ends_at,
        place=place or first.place,
        electronic=first.electronic and form != Form.IN_PERSON.value,
    )
    row = Meeting(organisation_id=organisation_id, repeats=first, created_at=now, created_by=actor.login_id)
    settings_apply(row, settings, now)
    begins = row.opens_on if row.form == Meeting.Form.ABSENTIA and row.opens_on else row.on
    if begins < step.first_on:
        raise RuleViolation("meetings.repeat_early", field="starts_at", on=step.first_on)
    row.save()
    for item in agenda_of(first):
        if item.key in step.items:
            _copy(row, item, now, actor)
    return row


def _copy(row: Meeting, item: AgendaItem, now: datetime, actor: Actor) -> None:
    pk = row.organisation_id
    made = AgendaItem.objects.create(
        organisation_id=pk,
        meeting=row,
        position=item.position,
        key=item.key,
        title=item.title,
        wording=item.wording,
        is_secret=item.is_secret and row.form != Meeting.Form.ABSENTIA,
        seats=item.seats,
        effect=item.effect,
        effect_data=item.effect_data,
    )
    for one in Candidate.objects.filter(organisation_id=pk, item_id=item.pk).order_by("position", "pk"):
        Candidate.objects.create(
            organisation_id=pk, item=made, person_id=one.person_id, position=one.position
        )
    papers = Material.objects.filter(organisation_id=pk, item_id=item.pk, withdrawn_at__isnull=True)
    Material.objects.bulk_create(
        Material(
            organisation_id=pk,
            item=made,
            file_id=one.file_id,
            title=one.title,
            published_on=one.published_on,
            at=now,
            published_by=actor.login_id,
        )
        for one in papers.order_by("pk")
    )
