"""What pages of this room share: whose meeting it is, the tabs of the commission, a deed that may be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.selectors import may_count, meeting_counted_by
from koopset.apps.meetings.voting import selectors
from koopset.foundation.refusals import text_of_code
from koopset.foundation.rights.pages import PageRequest
from koopset.kernel.violations import RuleViolation


def seen(request: PageRequest, organisation_id: int, meeting_id: int) -> Meeting:
    """The meeting of the address, for anybody inside. Raises Forbidden."""
    return selectors.meeting_seen(request.actor, organisation_id, meeting_id)


def counted(request: PageRequest, organisation_id: int, meeting_id: int) -> Meeting:
    """The meeting of the address, for those who count at it. Raises Forbidden."""
    return meeting_counted_by(request.actor, organisation_id, meeting_id)


def counts(request: PageRequest, row: Meeting) -> bool:
    """Whether the visitor counts at the meeting."""
    return may_count(request.actor, row)


def desk_frame(request: PageRequest, row: Meeting, tab: str) -> dict[str, Any]:
    """Context of every page of the commission."""
    return {
        "organisation_id": row.organisation_id,
        "row": row,
        "state_text": str(Meeting.State(row.state).label),
        "tab": tab,
        "is_open": row.state == Meeting.State.OPEN,
        "has_hall": row.form != Meeting.Form.ABSENTIA,
        "takes_papers": row.form != Meeting.Form.IN_PERSON,
        "hall_url": reverse("voting:hall", args=[row.organisation_id, row.pk]),
    }


def attempt(
    request: PageRequest, row: Meeting, call: Callable[..., Any], **arguments: Any
) -> RuleViolation | None:
    """Make one call of the domain for the meeting now; the refusal, if it refuses. What is not of this meeting is as absent (404)."""
    try:
        call(
            actor=request.actor,
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            now=timezone.now(),
            **arguments,
        )
    except RuleViolation as violation:
        if violation.code == "meetings.item_gone":
            raise Http404 from violation
        return violation
    return None


def titles_of(rows: tuple[selectors.AgendaItemRow, ...]) -> dict[str, str]:
    """Keys of items and of candidates → what a person calls them."""
    found = {item.key: item.title for item in rows}
    for item in rows:
        found |= {one.key: f"{item.title}: {one.name}" for one in item.choices if one.person_id is not None}
    return found


def words(violation: RuleViolation, titles: Mapping[str, str]) -> str:
    """A refusal with titles of items in the place of their keys."""
    shown = dict(violation.params)
    item = str(shown.get("item", ""))
    if item:
        shown["item"] = titles.get(item) or titles.get(item.partition("/")[0]) or item
    return text_of_code(violation.code, shown)


def number(text: str | None) -> int:
    """A key out of what a form or an address says; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
