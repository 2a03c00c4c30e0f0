"""The room of meetings in the door for programs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.access.operations import ApiRequest, Room

room = Room(
    "meetings",
    _("Meetings"),
    {
        MeetingRight.MEETING_VIEW: _("See meetings, their course and results"),
        MeetingRight.MEETING_PREPARE: _("Prepare meetings and send notices of them"),
        MeetingRight.MEETING_HOLD: _("Open and close meetings, enter minutes"),
        MeetingRight.MEETING_COUNT: _("Let in, count and enter votes of a meeting"),
        MeetingRight.MEETING_VOTE: _("Vote at meetings for me"),
        MeetingRight.LAW_VIEW: _("See the law of meetings"),
        MeetingRight.LAW_EDIT: _("Change the law of meetings and clauses of the charter"),
    },
)
MEETING = "/o/{int:organisation_id}/meetings/{int:meeting_id}"


def done(deed: Callable[..., Any], request: ApiRequest, organisation_id: int, **more: Any) -> Any:
    """One call of the domain by whoever asks, now."""
    return deed(actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **more)


def made(deed: Callable[..., Any], request: ApiRequest, organisation_id: int, **more: Any) -> Any:
    """The same, of a deed that makes a row: its key."""
    return {"id": done(deed, request, organisation_id, **more).pk}


def aware(moment: datetime | None) -> datetime | None:
    """A moment without a zone is of the place of the site."""
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment
