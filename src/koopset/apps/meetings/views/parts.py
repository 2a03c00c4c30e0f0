"""What several pages of this room do alike: a refusal shown on the card, a file kept, a name found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import selectors
from koopset.apps.meetings.forms.meeting import OfficialForm
from koopset.apps.meetings.forms.notice import RecordForm
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.people.selectors import names_to_choose
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.files import file_store
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.charts import Chart, Series

MAX_BYTES = 50 * 1024 * 1024


def file_kept(
    request: PageRequest, organisation_id: int, upload: Any, kind: str, now: datetime
) -> int | None:
    """The key of a file that was brought; call it in the transaction of the deed. None where nothing was."""
    if not upload:
        return None
    return file_store(
        organisation_id=organisation_id,
        name=upload.name,
        content=upload.file,
        kind=kind,
        actor=request.actor,
        now=now,
        max_bytes=MAX_BYTES,
    ).pk


def card_shown(
    request: PageRequest,
    organisation_id: int,
    meeting_id: int,
    *,
    refusal: str = "",
    official_form: OfficialForm | None = None,
    record_form: RecordForm | None = None,
) -> HttpResponse:
    """The card of a meeting, with a refusal or with forms that were sent."""
    today = timezone.localdate()
    card = selectors.meeting_page(request.actor, organisation_id, meeting_id, today=today)
    can = request.actor.can
    may_prepare = can(MeetingRight.MEETING_PREPARE, organisation_id)
    may_hold = can(MeetingRight.MEETING_HOLD, organisation_id)
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "today": today,
        "may_prepare": may_prepare,
        "may_hold": may_hold,
        "may_record": may_hold and can(RegisterRight.DECISION_RECORD, organisation_id),
        "told": card.told_counts if may_prepare else None,
        "steps": selectors.steps_of(card.state),
        "is_day": card.state == "noticed" and card.first_day <= today,
        "outcomes": selectors.outcome_lines(organisation_id, meeting_id) if card.is_counted else (),
        "next_steps": selectors.next_steps_of(request.actor, organisation_id, meeting_id, told_on=today)
        if card.is_counted and may_prepare
        else (),
        "effects": [
            one
            for one in selectors.effects_waiting(request.actor, organisation_id)
            if one.meeting_id == card.id
        ]
        if card.state == "recorded" and may_hold
        else (),
        "refusal": refusal,
        "official_form": official_form or OfficialForm(),
        "record_form": record_form or RecordForm(),
        "names": names_to_choose(organisation_id) if may_hold and card.may_name else {},
    }
    wrong = bool(refusal) or any(form is not None and form.errors for form in (official_form, record_form))
    return render(request, "meetings/meeting.html", context, status=422 if wrong else 200)


def turnout_charts(found: selectors.Turnout) -> list[Chart]:
    """By hour (by day), and by street; none where there is nothing to draw."""
    charts = []
    if found.by_time:
        charts.append(
            Chart(
                title=_("Who took part, by day") if found.by_day else _("Who took part, by hour"),
                x_label=_("Day") if found.by_day else _("Hour"),
                labels=[point.label for point in found.by_time],
                series=[Series(_("People, all together"), [point.took_part for point in found.by_time])],
                kind="lines" if len(found.by_time) > 1 else "bars",
            )
        )
    if found.by_street:
        charts.append(
            Chart(
                title=_("Who took part, by street"),
                x_label=_("Street"),
                labels=[point.label for point in found.by_street],
                series=[
                    Series(_("Took part"), [point.took_part for point in found.by_street]),
                    Series(_("Have a vote"), [point.of for point in found.by_street], role="quiet"),
                ],
            )
        )
    return charts
