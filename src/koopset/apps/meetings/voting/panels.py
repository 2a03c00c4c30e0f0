"""What this room shows elsewhere: a place of the side bar, a line of the resident's start page, scans for the commission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.voting.selectors import votes_waiting
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.navigation import NavPlace, register_place


@dataclass(frozen=True, slots=True)
class VoteLine:
    """An open meeting that waits for the resident's vote."""

    title: str
    url: str


def votes_to_give(actor: Actor, organisation_id: int) -> tuple[VoteLine, ...]:
    """For the resident's start page."""
    if not actor.can(MeetingRight.MEETING_VOTE, organisation_id):
        return ()
    return tuple(
        VoteLine(title, reverse("voting:vote", args=[organisation_id, pk]))
        for pk, title in votes_waiting(actor, organisation_id)
    )


def _waiting(request: HttpRequest) -> int:
    own = cast(PageRequest, request)
    organisation_id: int | None = getattr(own, "organisation_id", None)
    return len(votes_waiting(own.actor, organisation_id)) if organisation_id is not None else 0


def register() -> None:
    register_place(
        NavPlace(
            room="voting",
            label=_("Meetings and votes"),
            short=pgettext_lazy("bottom bar", "Votes"),
            icon="checklist",
            url_name="voting:mine",
            right=MeetingRight.MEETING_VOTE,
            section="settlement",
            order=30,
            cabinets=frozenset({"resident"}),
            count=_waiting,
        )
    )
