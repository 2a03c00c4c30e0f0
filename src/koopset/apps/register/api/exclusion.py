"""Exclusion for unpaid fees and served notices, for programs."""

from datetime import date
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Query
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.register import selectors, services
from koopset.apps.register.api.entries import room
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, Made, Out, Text
from koopset.foundation.access.uploads import content_of
from koopset.foundation.files import file_store


class StartIn(In):
    """`term_months` null: as the law says; the charter may ask for more."""

    person_id: Id
    term_months: Annotated[int, Field(ge=1, le=60)] | None = None


class NoticeIn(In):
    """A notice with its proof; `file_id` comes from the upload of proofs."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    text: Text
    channel: Literal["email", "letter", "hand"]
    sent_on: date
    number: Annotated[str, Field(max_length=60)] = ""
    received_on: date | None = None
    file_id: Id | None = None


class ByDecision(In):
    """`paid_after`: the contributions were paid after the meeting, so that nothing is late today."""

    decision_id: Id
    paid_after: bool = False


class ReceivedIn(In):
    received_on: date


class DropIn(In):
    word: Annotated[str, Field(min_length=1, max_length=500)]


class ExclusionOut(Out):
    """`state`: prepared, warned, excluded, dropped. `lawful_from`: the first day the meeting may decide."""

    id: int
    person_id: int
    name: str
    state: str
    started_on: date
    debt_kop: int
    debt_since: date
    term_months: int
    lawful_from: date | None
    notice_due_on: date | None
    closed_on: date | None


class NoticeOut(Out):
    id: int
    title: str
    text: str
    channel: str
    sent_on: date
    number: str
    received_on: date | None
    state: str


class GroundLineOut(Out):
    """A late charge as it stood when the exclusion was begun; `counts`: a contribution late for longer than the term."""

    account: str
    title: str
    kind: str
    month: int
    due_on: date
    charged_kop: int
    settled_kop: int
    kop: int
    counts: bool
    is_contribution: bool


class ExclusionCardOut(ExclusionOut):
    """`ground`: of the first day; `ground_kop`: what would count today."""

    decision_id: int | None
    ground: list[GroundLineOut]
    ground_kop: int
    notices: list[NoticeOut]


def _row(row: selectors.ExclusionRow) -> dict[str, Any]:
    names = [name for name in ExclusionOut.model_fields if name not in ("person_id", "name")]
    found = {name: getattr(row, name) for name in names}
    return found | {"person_id": row.person.id, "name": row.person.full_name}


@room.reads(
    "/o/{int:organisation_id}/exclusions",
    asks=RegisterRight.EXCLUSION_VIEW,
    summary=_("Exclusions under way, or all"),
    response=Piece[ExclusionOut],
)
def exclusions_list(
    request: ApiRequest, organisation_id: int, paging: Query[Paging], show: Literal["", "all"] = ""
) -> Any:
    rows = selectors.exclusions(request.actor, organisation_id, timezone.localdate(), show)
    return piece(paging, list(rows), _row)


@room.reads(
    "/o/{int:organisation_id}/exclusions/{int:exclusion_id}",
    asks=RegisterRight.EXCLUSION_VIEW,
    summary=_("An exclusion with its notices"),
    response=ExclusionCardOut,
)
def exclusion_card(request: ApiRequest, organisation_id: int, exclusion_id: int) -> Any:
    card = selectors.exclusion(request.actor, organisation_id, exclusion_id, timezone.localdate())
    return _row(card.row) | {
        "decision_id": card.decision_id,
        "ground": card.kept,
        "ground_kop": card.today.ground.kop,
        "notices": card.notices,
    }


@room.writes(
    "/o/{int:organisation_id}/exclusions",
    asks=RegisterRight.EXCLUSION_HANDLE,
    summary=_("Prepare an exclusion for unpaid fees"),
    response=Made,
    status=201,
)
def exclusion_start(request: ApiRequest, organisation_id: int, body: StartIn) -> Any:
    row = services.exclusion_start(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/notice-files",
    asks=RegisterRight.EXCLUSION_HANDLE,
    summary=_("Bring a proof of a notice: its key goes into file_id"),
    response=Made,
    status=201,
)
def notice_file(request: ApiRequest, organisation_id: int, file: File[UploadedFile]) -> Any:
    kept = file_store(
        organisation_id=organisation_id,
        name=file.name or "",
        content=content_of(file),
        kind=selectors.NOTICE_FILE,
        actor=request.actor,
        now=timezone.now(),
    )
    return {"id": kept.pk}


@room.writes(
    "/o/{int:organisation_id}/exclusions/{int:exclusion_id}/warn",
    asks=RegisterRight.EXCLUSION_HANDLE,
    summary=_("Serve the warning"),
    response=Made,
)
def exclusion_warn(request: ApiRequest, organisation_id: int, exclusion_id: int, body: NoticeIn) -> Any:
    services.exclusion_warn(
        actor=request.actor,
        organisation_id=organisation_id,
        exclusion_id=exclusion_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": exclusion_id}


@room.writes(
    "/o/{int:organisation_id}/exclusions/{int:exclusion_id}/decide",
    asks=RegisterRight.EXCLUSION_HANDLE,
    summary=_("Exclude by a decision of the meeting"),
    response=Made,
)
def exclusion_decide(request: ApiRequest, organisation_id: int, exclusion_id: int, body: ByDecision) -> Any:
    services.exclusion_decide(
        actor=request.actor,
        organisation_id=organisation_id,
        exclusion_id=exclusion_id,
        **body.model_dump(),
        now=timezone.now(),
    )
    return {"id": exclusion_id}


@room.writes(
    "/o/{int:organisation_id}/exclusions/{int:exclusion_id}/notify",
    asks=RegisterRight.EXCLUSION_HANDLE,
    summary=_("Serve the notice of the decision"),
    response=Made,
)
def exclusion_notify(request: ApiRequest, organisation_id: int, exclusion_id: int, body: NoticeIn) -> Any:
    services.exclusion_notify(
        actor=request.actor,
        organisation_id=organisation_id,
        exclusion_id=exclusion_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": exclusion_id}


@room.writes(
    "/o/{int:organisation_id}/exclusions/{int:exclusion_id}/drop",
    asks=RegisterRight.EXCLUSION_HANDLE,
    summary=_("Drop an exclusion"),
    response=Made,
)
def exclusion_drop(request: ApiRequest, organisation_id: int, exclusion_id: int, body: DropIn) -> Any:
    services.exclusion_drop(
        actor=request.actor,
        organisation_id=organisation_id,
        exclusion_id=exclusion_id,
        word=body.word,
        now=timezone.now(),
    )
    return {"id": exclusion_id}


@room.writes(
    "/o/{int:organisation_id}/notices/{int:notice_id}/received",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Enter the day on which a notice was received"),
    response=Made,
)
def notice_received(request: ApiRequest, organisation_id: int, notice_id: int, body: ReceivedIn) -> Any:
    services.notice_received(
        actor=request.actor,
        organisation_id=organisation_id,
        notice_id=notice_id,
        received_on=body.received_on,
        now=timezone.now(),
    )
    return {"id": notice_id}
