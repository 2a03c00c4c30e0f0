"""Reminders, once a day: the office of a draft and of minutes, electors who have not voted from afar. Of what was voted nothing is said."""

from __future__ import annotations

from datetime import date, datetime

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors.reminders import (
    drafts_near,
    ends_of_afar,
    minutes_overdue,
    not_voted_yet,
)
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor, persons_who_can
from koopset.foundation.rights.service import service

WORK, TO_VOTE = "meetings.work", "meetings.to_vote"


@service(MeetingRight.MEETING_PREPARE)
def reminders_send(*, actor: Actor, organisation_id: int, now: datetime) -> dict[str, int]:
    """Remind everybody concerned of the meetings of a body; how many meetings of each kind. Called once a day by the clock."""
    today = timezone.localdate(now)
    drafts, ends, overdue = (
        drafts_near(organisation_id, today),
        ends_of_afar(organisation_id, today),
        minutes_overdue(organisation_id, today),
    )
    for row, last in drafts:
        title = _("Give notice by %(day)s: %(title)s") % {"day": _day(last), "title": row.title}
        text = _(
            "After this day the meeting cannot be held when it is meant: everybody must be told in time."
        )
        _tell_office(row, title, text, now)
    for row, due in overdue:
        title = _("The minutes are not signed: %(title)s") % {"title": row.title}
        text = _("They were due on %(day)s. Until then decisions are not in the register.") % {
            "day": _day(due)
        }
        _tell_office(row, title, text, now)
    for row, until in ends:
        _tell_voters(row, until, now)
    return {"drafts": len(drafts), "votes": len(ends), "minutes": len(overdue)}


def _day(day: date) -> str:
    return date_format(day, "j E Y")


def _tell_office(row: Meeting, title: str, text: str, now: datetime) -> None:
    notify(
        organisation_id=row.organisation_id,
        topic=WORK,
        title=title,
        text=text,
        link=reverse("meetings:meeting", args=[row.organisation_id, row.pk]),
        person_ids=persons_who_can(
            MeetingRight.MEETING_PREPARE,
            organisation_id=row.organisation_id,
            on=timezone.localdate(now),
        ),
        email=True,
        now=now,
    )


def _tell_voters(row: Meeting, until: datetime, now: datetime) -> None:
    moment = date_format(timezone.localtime(until), "j E Y, H:i")
    notify(
        organisation_id=row.organisation_id,
        topic=TO_VOTE,
        title=_("Voting ends tomorrow: %(title)s") % {"title": row.title},
        text=_("Votes are taken in until %(moment)s. Yours is not there yet.") % {"moment": moment},
        link=_voters_page(row),
        person_ids=sorted(not_voted_yet(row)),
        email=True,
        now=now,
    )


def _voters_page(row: Meeting) -> str:
    try:
        return reverse("voting:vote", args=[row.organisation_id, row.pk])
    except NoReverseMatch:
        return reverse("meetings:meeting", args=[row.organisation_id, row.pk])
