"""The list of meetings, and the steps of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from koopset.apps.meetings.models import (
    Meeting,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.rules.terms import last_notice_day
from koopset.apps.meetings.selectors.law import laws_on
from koopset.apps.meetings.selectors.office.page import begins_on
from koopset.foundation.rights.actors import Actor


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in the list: where it stands, and what is next, in words."""

    id: int
    title: str
    kind_text: str
    form_text: str
    state: str
    state_text: str
    on: date
    next_text: str


STATE_ROLES = {
    "draft": "wait",
    "noticed": "wait",
    "open": "act",
    "closed": "wait",
    "recorded": "ok",
    "failed": "over",
    "cancelled": "",
}


def meeting_lines(
    actor: Actor, organisation_id: int, *, state: str = "", limit: int = 200
) -> list[MeetingLine]:
    """Meetings, the newest first; drafts for those who prepare them. Raises Forbidden."""
    actor.require(MeetingRight.MEETING_VIEW, organisation_id)
    rows = Meeting.objects.filter(organisation_id=organisation_id)
    if not actor.can(MeetingRight.MEETING_PREPARE, organisation_id):
        rows = rows.exclude(state=Meeting.State.DRAFT)
    if state == "now":
        rows = rows.exclude(state__in=(Meeting.State.RECORDED, Meeting.State.CANCELLED, Meeting.State.FAILED))
    elif state in Meeting.State.values:
        rows = rows.filter(state=state)
    found = list(rows.order_by("-created_at", "-pk")[:limit])
    laws = laws_on(organisation_id, {(row.law, row.on) for row in found if row.state == Meeting.State.DRAFT})
    return [
        MeetingLine(
            row.pk,
            row.title,
            str(Meeting.Kind(row.kind).label),
            str(Meeting.Form(row.form).label),
            row.state,
            str(Meeting.State(row.state).label),
            row.on,
            _next(row, laws[row.law, row.on].profile if (row.law, row.on) in laws else None),
        )
        for row in found
    ]


def _next(row: Meeting, profile: Profile | None) -> str:
    match row.state:
        case Meeting.State.DRAFT if profile is not None and profile.number("notice.days"):
            day = last_notice_day(profile, begins_on(row))
            return _("give notice by %(day)s") % {"day": day.strftime("%d.%m.%Y")}
        case Meeting.State.DRAFT:
            return _("give notice")
        case Meeting.State.NOTICED:
            return _("hold it")
        case Meeting.State.OPEN:
            return _("close the vote and count")
        case Meeting.State.CLOSED:
            return _("sign the minutes")
        case Meeting.State.FAILED:
            return _("hold a repeated meeting")
    return ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way of a meeting, for `c-steps`."""

    title: str
    note: str
    state: str


_AT = {"draft": 0, "noticed": 1, "open": 2, "closed": 4, "recorded": 5, "failed": 5, "cancelled": 0}


def steps_of(state: str) -> list[Step]:
    """Prepare → notice → hold → count → minutes, with the one that is on now."""
    titles: tuple[str, ...] = (_("Prepare"), _("Give notice"), _("Hold"), _("Count"), _("Minutes"))
    at = _AT.get(state, 0)
    if state == Meeting.State.NOTICED:
        at = 2
    if state == Meeting.State.FAILED:
        titles, at = titles[:4], 4
    return [
        Step(title, "", "done" if number < at else "now" if number == at else "")
        for number, title in enumerate(titles)
    ]


def waiting_count(organisation_id: int) -> int:
    """Meetings that wait for their office: prepared, told of, open, or without signed minutes. Asks no right."""
    return Meeting.objects.filter(
        organisation_id=organisation_id,
        state__in=(Meeting.State.DRAFT, Meeting.State.NOTICED, Meeting.State.OPEN, Meeting.State.CLOSED),
    ).count()
