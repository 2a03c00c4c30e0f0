"""What goes out to people by letter and to their pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from koopset.apps.meetings.models import Meeting, NoticeRow
from koopset.apps.meetings.selectors.notice import notice_text as notice_text
from koopset.apps.meetings.selectors.telling import standing_notice
from koopset.foundation.notifications import notify
from koopset.foundation.notifications.models import Notification

NOTICE, CANCELLED, RESULT = "meetings.notice", "meetings.cancelled", "meetings.result"


def tell_notice(row: Meeting, persons: Iterable[int], text: str, *, now: datetime) -> list[Notification]:
    """A letter to each person; a letter that went out is a proof."""
    return notify(
        organisation_id=row.organisation_id,
        topic=NOTICE,
        title=_("Notice of a meeting: %(title)s") % {"title": row.title},
        text=text,
        person_ids=persons,
        email=True,
        now=now,
    )


def tell_cancelled(row: Meeting, *, now: datetime) -> None:
    """Everybody who was told of the meeting: it is called off, and why."""
    notice = standing_notice(row)
    if notice is None:
        return
    persons = NoticeRow.objects.filter(organisation_id=row.organisation_id, notice_id=notice.pk).values_list(
        "person_id", flat=True
    )
    notify(
        organisation_id=row.organisation_id,
        topic=CANCELLED,
        title=_("The meeting is called off: %(title)s") % {"title": row.title},
        text=row.cancel_reason,
        person_ids=persons,
        email=True,
        now=now,
    )


def tell_results(row: Meeting, text: str, persons: Iterable[int], *, now: datetime) -> None:
    """The electors: what was decided."""
    notify(
        organisation_id=row.organisation_id,
        topic=RESULT,
        title=_("Decisions of the meeting: %(title)s") % {"title": row.title},
        text=text,
        person_ids=persons,
        email=True,
        now=now,
    )
