"""A meeting is opened, led, closed and recorded, for programs."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.api.asked import CarryOutIn, MeetingMinutesIn, OfficialIn
from koopset.apps.meetings.api.frame import MEETING, done, made, room
from koopset.apps.meetings.api.told import CarriedOutOut, EffectOut, MeetingStateOut
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Made

HOLD = MeetingRight.MEETING_HOLD


@room.writes(
    f"{MEETING}/officials",
    asks=HOLD,
    summary=_("Name who presides, writes the minutes or counts"),
    response=Made,
)
def official_set(request: ApiRequest, organisation_id: int, meeting_id: int, body: OfficialIn) -> Any:
    return made(services.official_set, request, organisation_id, meeting_id=meeting_id, **body.model_dump())


@room.writes(
    f"{MEETING}/officials/{{int:official_id}}/remove",
    asks=HOLD,
    summary=_("Take an official off a meeting; what the person has counted stays"),
    response=Made,
)
def official_remove(request: ApiRequest, organisation_id: int, meeting_id: int, official_id: int) -> Any:
    done(services.official_remove, request, organisation_id, meeting_id=meeting_id, official_id=official_id)
    return {"id": official_id}


@room.writes(
    f"{MEETING}/open",
    asks=HOLD,
    summary=_("Open a meeting: law and register of electors are frozen"),
    response=MeetingStateOut,
)
def meeting_open(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    return done(services.meeting_open, request, organisation_id, meeting_id=meeting_id)


@room.writes(
    f"{MEETING}/items/{{int:item_id}}/put",
    asks=HOLD,
    summary=_("Put an item to the vote in the hall"),
    response=Made,
)
def item_put(request: ApiRequest, organisation_id: int, meeting_id: int, item_id: int) -> Any:
    return made(services.item_put, request, organisation_id, meeting_id=meeting_id, item_id=item_id)


@room.writes(
    f"{MEETING}/close",
    asks=HOLD,
    summary=_("End the vote and count"),
    response=MeetingStateOut,
)
def meeting_close(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    return done(services.meeting_close, request, organisation_id, meeting_id=meeting_id)


@room.writes(
    f"{MEETING}/minutes",
    asks=HOLD,
    summary=_("Enter that the minutes are signed: decisions enter the register of decisions"),
    response=MeetingStateOut,
)
def meeting_record(request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingMinutesIn) -> Any:
    return done(services.meeting_record, request, organisation_id, meeting_id=meeting_id, **body.model_dump())


@room.reads(
    f"{MEETING}/archive",
    asks=HOLD,
    summary=_("The archive of a closed meeting as ZIP: `koopset meetings verify` counts it again"),
)
def archive(request: ApiRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    content = selectors.meeting_archive(request.actor, organisation_id, meeting_id)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting_id}.zip"'
    return response


@room.reads(
    "/o/{int:organisation_id}/meeting-effects",
    asks=HOLD,
    summary=_("What was adopted and waits to be carried out, the oldest first"),
    response=Piece[EffectOut],
)
def effects_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.effects_waiting(request.actor, organisation_id))


@room.writes(
    "/o/{int:organisation_id}/meeting-effects/{int:effect_id}/carry-out",
    asks=HOLD,
    summary=_("Have the room that knows how do what was decided, with the decision attached"),
    response=CarriedOutOut,
)
def effect_carry_out(request: ApiRequest, organisation_id: int, effect_id: int, body: CarryOutIn) -> Any:
    return done(services.effect_carry_out, request, organisation_id, effect_id=effect_id, data=body.data)
