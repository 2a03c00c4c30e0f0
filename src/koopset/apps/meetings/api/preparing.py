"""A meeting is prepared and everybody is told, for programs."""

from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query
from ninja.files import UploadedFile

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.api.asked import (
    ItemIn,
    MaterialIn,
    MeetingPersonIn,
    MeetingReasonIn,
    MeetingSettingsIn,
    PostingIn,
    ProofIn,
    RepeatIn,
)
from koopset.apps.meetings.api.frame import MEETING, done, made, room
from koopset.apps.meetings.api.told import CountOut, MeetingNoticeOut, MeetingStateOut, ToldOut
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Made
from koopset.foundation.access.uploads import content_of
from koopset.foundation.files import file_store

PREPARE = MeetingRight.MEETING_PREPARE


@room.writes(
    "/o/{int:organisation_id}/meetings",
    asks=PREPARE,
    summary=_("Begin to prepare a meeting: a draft"),
    response=Made,
    status=201,
)
def meeting_draft(request: ApiRequest, organisation_id: int, body: MeetingSettingsIn) -> Any:
    return made(services.meeting_draft, request, organisation_id, settings=body.settings())


@room.writes(
    f"{MEETING}/settings",
    asks=PREPARE,
    summary=_("Change a draft of a meeting"),
    response=MeetingStateOut,
)
def meeting_settings_save(
    request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingSettingsIn
) -> Any:
    deed = services.meeting_settings_save
    return done(deed, request, organisation_id, meeting_id=meeting_id, settings=body.settings())


@room.writes(
    f"{MEETING}/items",
    asks=PREPARE,
    summary=_("Put an item on the agenda, last"),
    response=Made,
    status=201,
)
def item_add(request: ApiRequest, organisation_id: int, meeting_id: int, body: ItemIn) -> Any:
    return made(services.item_add, request, organisation_id, meeting_id=meeting_id, item=body.typed())


@room.writes(
    f"{MEETING}/items/{{int:item_id}}",
    asks=PREPARE,
    summary=_("Change an item of a draft; its type stays"),
    response=Made,
)
def item_change(
    request: ApiRequest, organisation_id: int, meeting_id: int, item_id: int, body: ItemIn
) -> Any:
    deed = services.item_change
    return made(deed, request, organisation_id, meeting_id=meeting_id, item_id=item_id, item=body.typed())


@room.writes(
    f"{MEETING}/items/{{int:item_id}}/remove",
    asks=PREPARE,
    summary=_("Take an item off a draft"),
    response=Made,
)
def item_remove(request: ApiRequest, organisation_id: int, meeting_id: int, item_id: int) -> Any:
    done(services.item_remove, request, organisation_id, meeting_id=meeting_id, item_id=item_id)
    return {"id": item_id}


@room.writes(
    f"{MEETING}/items/{{int:item_id}}/candidates",
    asks=PREPARE,
    summary=_("Enter a candidate of an election"),
    response=Made,
    status=201,
)
def candidate_add(
    request: ApiRequest, organisation_id: int, meeting_id: int, item_id: int, body: MeetingPersonIn
) -> Any:
    deed = services.candidate_add
    return made(
        deed, request, organisation_id, meeting_id=meeting_id, item_id=item_id, person_id=body.person_id
    )


@room.writes(
    f"{MEETING}/candidates/{{int:candidate_id}}/remove",
    asks=PREPARE,
    summary=_("Take a candidate off"),
    response=Made,
)
def candidate_remove(request: ApiRequest, organisation_id: int, meeting_id: int, candidate_id: int) -> Any:
    deed = services.candidate_remove
    done(deed, request, organisation_id, meeting_id=meeting_id, candidate_id=candidate_id)
    return {"id": candidate_id}


@room.writes(
    "/o/{int:organisation_id}/meeting-files",
    asks=PREPARE,
    summary=_("Bring a paper to an agenda, or a proof that people were told: its key goes into file_id"),
    response=Made,
    status=201,
)
def file_bring(
    request: ApiRequest,
    organisation_id: int,
    file: File[UploadedFile],
    purpose: Literal["material", "proof"] = "material",
) -> Any:
    kept = file_store(
        organisation_id=organisation_id,
        name=file.name or "",
        content=content_of(file),
        kind=services.MATERIAL_FILE if purpose == "material" else services.PROOF_FILE,
        actor=request.actor,
        now=timezone.now(),
    )
    return {"id": kept.pk}


@room.writes(
    f"{MEETING}/materials",
    asks=PREPARE,
    summary=_("Open a paper to be read, from today on"),
    response=Made,
    status=201,
)
def material_add(request: ApiRequest, organisation_id: int, meeting_id: int, body: MaterialIn) -> Any:
    return made(services.material_add, request, organisation_id, meeting_id=meeting_id, **body.model_dump())


@room.writes(
    f"{MEETING}/materials/{{int:material_id}}/withdraw",
    asks=PREPARE,
    summary=_("Take a paper back; a mended one begins a term of its own"),
    response=Made,
)
def material_withdraw(request: ApiRequest, organisation_id: int, meeting_id: int, material_id: int) -> Any:
    deed = services.material_withdraw
    return made(deed, request, organisation_id, meeting_id=meeting_id, material_id=material_id)


@room.writes(
    f"{MEETING}/notice",
    asks=PREPARE,
    summary=_("Send the notice: the agenda is frozen, each elector gets a letter"),
    response=MeetingNoticeOut,
    status=201,
)
def notice_send(request: ApiRequest, organisation_id: int, meeting_id: int) -> Any:
    return done(services.meeting_notice, request, organisation_id, meeting_id=meeting_id)


@room.writes(
    f"{MEETING}/notice/withdraw",
    asks=PREPARE,
    summary=_("Take the notice back to change the agenda or the days"),
    response=MeetingStateOut,
)
def notice_withdraw(request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingReasonIn) -> Any:
    deed = services.notice_withdraw
    return done(deed, request, organisation_id, meeting_id=meeting_id, reason=body.reason)


@room.writes(
    f"{MEETING}/notice/proofs",
    asks=PREPARE,
    summary=_("Enter that persons were told by a registered letter or against signature"),
    response=CountOut,
    status=201,
)
def notice_prove(request: ApiRequest, organisation_id: int, meeting_id: int, body: ProofIn) -> Any:
    deed = services.notice_prove
    return {"count": done(deed, request, organisation_id, meeting_id=meeting_id, **body.model_dump())}


@room.writes(
    f"{MEETING}/notice/postings",
    asks=PREPARE,
    summary=_("Enter that the notice was posted, with the clause by which that tells everybody"),
    response=Made,
    status=201,
)
def notice_post(request: ApiRequest, organisation_id: int, meeting_id: int, body: PostingIn) -> Any:
    return made(services.notice_post, request, organisation_id, meeting_id=meeting_id, **body.model_dump())


@room.reads(
    f"{MEETING}/notice/rows",
    asks=PREPARE,
    summary=_("Who was told, on which day, by what proof"),
    response=Piece[ToldOut],
)
def told_list(request: ApiRequest, organisation_id: int, meeting_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.told_rows(request.actor, organisation_id, meeting_id))


@room.writes(
    f"{MEETING}/cancel",
    asks=PREPARE,
    summary=_("Call a meeting off before it opens"),
    response=MeetingStateOut,
)
def meeting_cancel(request: ApiRequest, organisation_id: int, meeting_id: int, body: MeetingReasonIn) -> Any:
    deed = services.meeting_cancel
    return done(deed, request, organisation_id, meeting_id=meeting_id, reason=body.reason)


@room.writes(
    f"{MEETING}/repeat",
    asks=PREPARE,
    summary=_("Make a draft of the next lawful meeting, of the items without a quorum"),
    response=Made,
    status=201,
)
def meeting_repeat(request: ApiRequest, organisation_id: int, meeting_id: int, body: RepeatIn) -> Any:
    return made(services.meeting_repeat, request, organisation_id, meeting_id=meeting_id, **body.days())
