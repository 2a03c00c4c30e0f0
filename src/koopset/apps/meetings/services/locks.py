"""The lock under which a meeting changes: its row. Whoever writes of a meeting holds it first."""

from __future__ import annotations

from koopset.apps.meetings.models import AgendaItem, Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.rules.states import may_move
from koopset.apps.meetings.selectors.officials import may_count
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.kernel.violations import RuleViolation


def lock_meeting(organisation_id: int, meeting_id: int) -> Meeting:
    """The meeting, held until the end of the transaction. Raises Meeting.DoesNotExist."""
    return (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .filter(organisation_id=organisation_id)
        .get(pk=meeting_id)
    )


def require_move(row: Meeting, to: str) -> None:
    """Raise meetings.state where a locked meeting cannot go to the state."""
    if not may_move(row.state, to):
        raise RuleViolation("meetings.state", state=str(Meeting.State(row.state).label))


def require_state(row: Meeting, *states: str) -> None:
    """Raise meetings.state unless the locked meeting is in one of the states."""
    if row.state not in states:
        raise RuleViolation("meetings.state", state=str(Meeting.State(row.state).label))


def require_draft(row: Meeting) -> None:
    """Raise meetings.agenda_frozen for a meeting whose notice stands, meetings.state for any other that is no draft."""
    if row.state == Meeting.State.NOTICED:
        raise RuleViolation("meetings.agenda_frozen")
    require_state(row, Meeting.State.DRAFT)


def require_counting(actor: Actor, row: Meeting) -> None:
    """Raise Forbidden unless the actor counts here: by a role, or as an official of this meeting."""
    if not may_count(actor, row):
        raise Forbidden(MeetingRight.MEETING_COUNT)


def item_of(row: Meeting, item_id: int) -> AgendaItem:
    """An item of the locked meeting. Raises meetings.item_gone."""
    found = AgendaItem.objects.filter(
        organisation_id=row.organisation_id, meeting_id=row.pk, pk=item_id
    ).first()
    if found is None:
        raise RuleViolation("meetings.item_gone", field="item")
    return found
