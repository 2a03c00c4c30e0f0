"""The door and the counting commission, for programs: by a role that counts. Officials without a role work at their pages."""

from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query
from ninja.files import UploadedFile

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.api.asked import (
    DayIn,
    HandsIn,
    MeetingPersonIn,
    MeetingPowerIn,
    MeetingReasonIn,
    PaperIn,
)
from koopset.apps.meetings.api.frame import MEETING, aware, done, made, room
from koopset.apps.meetings.api.told import (
    BallotOut,
    ChangedOut,
    CountOut,
    HallCodeOut,
    MeetingPowerOut,
    PaperOut,
    VotedOut,
    power_told,
)
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Made
from koopset.foundation.access.uploads import content_of
from koopset.foundation.files import file_store

COUNT = MeetingRight.MEETING_COUNT


@room.reads(
    f"{MEETING}/hall-code",
    asks=COUNT,
    summary=_("The code that is shown in the hall now"),
    response=HallCodeOut,
)
def hall_code(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    selectors.meeting_card(request.actor, organisation_id, meeting_id)
    return {"code": selectors.hall_code(request.actor, organisation_id, meeting_id, now=timezone.now())}


@room.writes(
    f"{MEETING}/check-in",
    asks=COUNT,
    summary=_("Let somebody in"),
    response=ChangedOut,
)
def check_in(request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingPersonIn) -> Any:
    deed = services.person_check_in
    more = {"meeting_id": meeting_id, "person_id": body.person_id}
    return {"is_changed": done(deed, request, organisation_id, **more)}


@room.writes(
    f"{MEETING}/leave",
    asks=COUNT,
    summary=_("Somebody left; votes given before stay"),
    response=ChangedOut,
)
def leave(request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingPersonIn) -> Any:
    deed = services.person_leave
    more = {"meeting_id": meeting_id, "person_id": body.person_id}
    return {"is_changed": done(deed, request, organisation_id, **more)}


@room.reads(
    f"{MEETING}/powers",
    asks=COUNT,
    summary=_("Powers of attorney, with what does not hold"),
    response=Piece[MeetingPowerOut],
)
def powers_list(request: ApiRequest, organisation_id: int, meeting_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.power_rows(request.actor, organisation_id, meeting_id), power_told)


@room.writes(
    f"{MEETING}/powers",
    asks=COUNT,
    summary=_("Enter a power of attorney as its paper says"),
    response=Made,
    status=201,
)
def power_enter(request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingPowerIn) -> Any:
    return made(services.power_enter, request, organisation_id, meeting_id=meeting_id, **body.model_dump())


@room.writes(
    f"{MEETING}/powers/take",
    asks=COUNT,
    summary=_("Take the powers that stand in the register, and what was revoked there"),
    response=CountOut,
)
def powers_take(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    return {"count": done(services.powers_take, request, organisation_id, meeting_id=meeting_id)}


@room.writes(
    f"{MEETING}/powers/{{int:power_id}}/withdraw",
    asks=COUNT,
    summary=_("Enter that a power was revoked"),
    response=Made,
)
def power_withdraw(
    request: ApiRequest, organisation_id: int, meeting_id: int, power_id: int, body: DayIn
) -> Any:
    deed = services.power_withdraw
    return made(deed, request, organisation_id, meeting_id=meeting_id, power_id=power_id, on=body.on)


@room.writes(
    f"{MEETING}/hall-votes",
    asks=COUNT,
    summary=_("Write down how people in the hall voted on an item: all of them, or none"),
    response=VotedOut,
    status=201,
)
def hall_votes_enter(request: ApiRequest, organisation_id: int, meeting_id: int, body: HandsIn) -> Any:
    rows = done(
        services.hall_votes_enter,
        request,
        organisation_id,
        meeting_id=meeting_id,
        item=body.item,
        marks={one.person_id: one.mark for one in body.votes},
        agents={one.person_id: one.agent_id for one in body.votes if one.agent_id is not None},
    )
    return {"ballots": [row.pk for row in rows]}


@room.writes(
    "/o/{int:organisation_id}/meeting-count-files",
    asks=COUNT,
    summary=_("Bring the scan of a filled ballot or of a power: its key goes into file_id"),
    response=Made,
    status=201,
)
def count_file_bring(
    request: ApiRequest,
    organisation_id: int,
    file: File[UploadedFile],
    purpose: Literal["paper", "power"] = "paper",
) -> Any:
    kept = file_store(
        organisation_id=organisation_id,
        name=file.name or "",
        content=content_of(file),
        kind=services.PAPER_FILE if purpose == "paper" else services.POWER_FILE,
        actor=request.actor,
        now=timezone.now(),
    )
    return {"id": kept.pk}


@room.reads(
    f"{MEETING}/papers",
    asks=COUNT,
    summary=_("Written decisions that wait for another to confirm them"),
    response=Piece[PaperOut],
)
def papers_list(request: ApiRequest, organisation_id: int, meeting_id: int, paging: Query[Paging]) -> Any:
    selectors.meeting_card(request.actor, organisation_id, meeting_id)
    return piece(paging, selectors.papers_waiting(request.actor, organisation_id, meeting_id))


@room.writes(
    f"{MEETING}/papers",
    asks=COUNT,
    summary=_("Enter a written decision as it stands on the paper"),
    response=PaperOut,
    status=201,
)
def paper_enter(request: ApiRequest, organisation_id: int, meeting_id: int, body: PaperIn) -> Any:
    values = body.model_dump() | {"received_at": aware(body.received_at)}
    return done(services.paper_enter, request, organisation_id, meeting_id=meeting_id, **values)


@room.writes(
    f"{MEETING}/papers/{{int:paper_id}}/confirm",
    asks=COUNT,
    summary=_("Another has read the paper: its marks become ballots"),
    response=PaperOut,
)
def paper_confirm(request: ApiRequest, organisation_id: int, meeting_id: int, paper_id: int) -> Any:
    return done(services.paper_confirm, request, organisation_id, meeting_id=meeting_id, paper_id=paper_id)


@room.writes(
    f"{MEETING}/papers/{{int:paper_id}}/reject",
    asks=COUNT,
    summary=_("What was entered does not match the paper"),
    response=PaperOut,
)
def paper_reject(
    request: ApiRequest, organisation_id: int, meeting_id: int, paper_id: int, body: MeetingReasonIn
) -> Any:
    more = {"meeting_id": meeting_id, "paper_id": paper_id, "reason": body.reason}
    return done(services.paper_reject, request, organisation_id, **more)


@room.reads(
    f"{MEETING}/ballots",
    asks=COUNT,
    summary=_("Open ballots with what became of them, in the order in which they came"),
    response=Piece[BallotOut],
)
def ballots_list(
    request: ApiRequest,
    organisation_id: int,
    meeting_id: int,
    paging: Query[Paging],
    only_duplicates: bool = False,
) -> Any:
    rows = selectors.ballot_rows(request.actor, organisation_id, meeting_id, only_duplicates=only_duplicates)
    return piece(paging, rows)
