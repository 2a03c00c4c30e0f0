"""What meetings show elsewhere: in the side bar, on start pages of the chair and the board, beside a decision; charts of turnout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.meetings import selectors
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.services import MATERIAL_FILE, PROOF_FILE
from koopset.apps.register import ports as register_ports
from koopset.foundation.files import StoredFile, register_file_access
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place

#: How long before the last day of notice a draft is shown as urgent.
NEAR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """What a meeting waits for: words, address, and whether the term is near or over."""

    title: str
    text: str
    url: str
    is_urgent: bool


def meetings_work(actor: Actor, organisation_id: int, today: date, limit: int = 5) -> list[WorkLine]:
    """For the desks of the chair and the board; nothing for those who prepare no meetings."""
    if not actor.can(MeetingRight.MEETING_PREPARE, organisation_id):
        return []
    return [
        WorkLine(
            one.title,
            one.text,
            reverse("meetings:effect", args=[organisation_id, one.effect_id])
            if one.effect_id
            else reverse("meetings:meeting", args=[organisation_id, one.meeting_id]),
            one.is_urgent,
        )
        for one in selectors.work_of_body(organisation_id, today, near=NEAR)[:limit]
    ]


def decision_links(actor: Actor, organisation_id: int, decision_id: int) -> list[register_ports.Link]:
    """From a decision to its meeting."""
    if not actor.can(MeetingRight.MEETING_VIEW, organisation_id):
        return []
    found = selectors.meeting_of_decision(organisation_id, decision_id)
    if found is None:
        return []
    url = reverse("meetings:meeting", args=[organisation_id, found.id])
    return [register_ports.Link(_("Meeting: %(title)s") % {"title": found.title}, url, icon="users-group")]


def may_read_paper(actor: Actor, file: StoredFile) -> bool:
    """Papers to an agenda: of a draft by its office, then by everybody inside."""
    pk = file.organisation_id
    if actor.can(MeetingRight.MEETING_PREPARE, pk):
        return True
    return actor.can(MeetingRight.MEETING_VIEW, pk) and selectors.paper_is_open(pk, file.pk)


def may_read_proof(actor: Actor, file: StoredFile) -> bool:
    """Proofs of notices: by the office."""
    return actor.can(MeetingRight.MEETING_PREPARE, file.organisation_id)


def _has_meetings(organisation_id: int) -> bool:
    return bool(selectors.law_keys(organisation_id))


_OFFICE = frozenset({"chair", "treasurer", "staff", "auditor"})


def register() -> None:
    register_file_access(MATERIAL_FILE, may_read_paper)
    register_file_access(PROOF_FILE, may_read_proof)
    register_ports.register_decision_links(decision_links)
    register_place(
        NavPlace(
            room="meetings",
            label=gettext_lazy("Meetings"),
            icon="users-group",
            url_name="meetings:list",
            right=MeetingRight.MEETING_VIEW,
            section="settlement",
            order=25,
            cabinets=_OFFICE,
            also=("meetings:law", "meetings:decisions"),
            shown=_has_meetings,
        )
    )
