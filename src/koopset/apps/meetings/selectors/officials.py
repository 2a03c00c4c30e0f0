"""Who counts at a meeting: by a role in the body, or named an official of this very meeting."""

from __future__ import annotations

from koopset.apps.meetings.models import Meeting, Official
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.rights.actors import Actor, Forbidden


def may_count(actor: Actor, row: Meeting) -> bool:
    """Whether the actor counts at the meeting: by MEETING_COUNT, or inside the body and named an official of it; a key of an official
    only if it may count.
    """
    if actor.can(MeetingRight.MEETING_COUNT, row.organisation_id):
        return True
    if actor.scopes is not None and MeetingRight.MEETING_COUNT not in actor.scopes:
        return False
    if not actor.can(MeetingRight.MEETING_VIEW, row.organisation_id) or not actor.person_ids:
        return False
    return Official.objects.filter(
        organisation_id=row.organisation_id, meeting_id=row.pk, person_id__in=sorted(actor.person_ids)
    ).exists()


def meeting_counted_by(actor: Actor, organisation_id: int, meeting_id: int) -> Meeting:
    """A meeting for those who count at it. Raises Forbidden, also where there is none."""
    row = Meeting.objects.filter(organisation_id=organisation_id, pk=meeting_id).first()
    if row is None or not may_count(actor, row):
        raise Forbidden(MeetingRight.MEETING_COUNT)
    return row
