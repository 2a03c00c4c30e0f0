"""Meetings as everybody inside sees them, for programs."""

from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.meetings import selectors
from koopset.apps.meetings.api.frame import MEETING, room
from koopset.apps.meetings.api.told import (
    ClockOut,
    LiveOut,
    MeetingLineOut,
    MeetingOut,
    NextStepsOut,
    ResultsOut,
    card_told,
    clock_told,
    live_told,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.files import StoredFile
from koopset.foundation.files.views import file_response

#: No body has met so often.
MOST_MEETINGS = 5000


@room.reads(
    "/o/{int:organisation_id}/meetings",
    asks=MeetingRight.MEETING_VIEW,
    summary=_("Meetings of the organisation, the newest first"),
    response=Piece[MeetingLineOut],
)
def meetings_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.meetings(request.actor, organisation_id, limit=MOST_MEETINGS))


@room.reads(
    MEETING,
    asks=MeetingRight.MEETING_VIEW,
    summary=_("A meeting with its agenda"),
    response=MeetingOut,
)
def meeting_get(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    return card_told(selectors.meeting_card(request.actor, organisation_id, meeting_id))


@room.reads(
    f"{MEETING}/materials/{{int:file_id}}/file",
    asks=MeetingRight.MEETING_VIEW,
    summary=_("A paper of the agenda, the file itself"),
)
def material_file(request: ApiRequest, organisation_id: int, meeting_id: int, file_id: int) -> Any:
    card = selectors.meeting_card(request.actor, organisation_id, meeting_id)
    if file_id not in {file for item in card.agenda for file, _title, _day in item.files}:
        raise Http404
    return file_response(
        get_object_or_404(StoredFile, organisation_id=organisation_id, pk=file_id), inline=False
    )


@room.reads(
    f"{MEETING}/clock",
    asks=MeetingRight.MEETING_VIEW,
    summary=_("What stands against a meeting: terms, forms, papers, each with its article"),
    response=ClockOut,
)
def clock(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    selectors.meeting_card(
        request.actor, organisation_id, meeting_id
    )  # a draft is seen by those who prepare it
    return clock_told(
        selectors.clock_of(request.actor, organisation_id, meeting_id, today=timezone.localdate())
    )


@room.reads(
    f"{MEETING}/live",
    asks=MeetingRight.MEETING_VIEW,
    summary=_("Who is there, the quorum and votes now"),
    response=LiveOut,
)
def live(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    return live_told(selectors.live(request.actor, organisation_id, meeting_id, now=timezone.now()))


@room.reads(
    f"{MEETING}/results",
    asks=MeetingRight.MEETING_VIEW,
    summary=_("What was decided, with the arithmetic and the article"),
    response=ResultsOut,
)
def results(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    return {"results": selectors.results(request.actor, organisation_id, meeting_id)}


@room.reads(
    f"{MEETING}/next-steps",
    asks=MeetingRight.MEETING_VIEW,
    summary=_("What the law lets hold after a meeting without a quorum"),
    response=NextStepsOut,
)
def next_steps(
    request: ApiRequest, organisation_id: int, meeting_id: int, told_on: date | None = None
) -> Any:
    day = told_on or timezone.localdate()
    return {"steps": selectors.next_steps_of(request.actor, organisation_id, meeting_id, told_on=day)}
