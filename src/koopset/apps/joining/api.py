"""Applications, districts and pilot groups, for programs."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query
from ninja.files import UploadedFile
from pydantic import Field

from koopset.apps.joining import selectors, services
from koopset.apps.joining.permissions import JoiningRight
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import BIGGEST_ID, Id, In, Line, Made, Out
from koopset.foundation.access.uploads import content_of
from koopset.foundation.rights.pages import Gate

room = Room(
    "joining",
    _("Joining"),
    {
        JoiningRight.APPLICATION_REVIEW: _("Check applications to join (coordinator, operator)"),
        JoiningRight.DISTRICT_VIEW: _("See the settlements of own districts (coordinator, operator)"),
        JoiningRight.GROUP_EDIT: _("Make pilot groups (coordinator, operator)"),
        JoiningRight.HELP_WRITE: _("Write to chairs (coordinator, operator)"),
        JoiningRight.COORDINATOR_APPOINT: _("Appoint coordinators (operator)"),
        JoiningRight.STEPS_VIEW: _("See the steps of joining"),
        JoiningRight.CONTACT_EDIT: _("Say how the coordinator may reach the chair"),
    },
)


class ApplicationIn(In):
    """What is written in an application; what is empty is asked for when it is sent."""

    form: str
    name_short: Line
    name_full: Line = ""
    inn: Line = ""
    ogrn: Line = ""
    territory_id: Id | None = None
    address: Line = ""
    last_name: Line = ""
    first_name: Line = ""
    middle_name: Line = ""
    phone: Line = ""
    contact_shown: bool = False
    elected_on: date | None = None
    term_until: date | None = None
    minutes_number: Line = ""


class ApplicationLine(Out):
    id: int
    name: str
    form_name: str
    state: str
    territory: str
    moved_at: datetime
    days: int


class MoveOut(Out):
    after: str
    by: str
    word: str
    at: datetime


class DocumentOut(Out):
    id: int
    kind: str
    name: str
    size: int
    added_at: datetime


class StepOut(Out):
    """A step: application, documents, verification, bank, register, charge. `state`: done, now or empty."""

    step: str
    state: str
    since: datetime | None


class ApplicationOut(Out):
    """An application, for its applicant and its checker."""

    id: int
    organisation_id: int
    state: str
    form: str
    name_short: str
    name_full: str
    inn: str
    ogrn: str
    territory_id: int | None
    territory: str
    address: str
    last_name: str
    first_name: str
    middle_name: str
    phone: str
    contact_shown: bool
    elected_on: date | None
    term_until: date | None
    minutes_number: str
    submitted_at: datetime | None
    moved_at: datetime
    missing_fields: list[str]
    missing_documents: list[str]
    documents: list[DocumentOut]
    moves: list[MoveOut]
    steps: list[StepOut]
    word: str


class CheckIn(In):
    """The papers that proved the chair's authority. `how`: register, original, signed, notary."""

    minutes_number: Line
    minutes_on: date
    extract_number: Line = ""
    extract_on: date | None = None
    act_number: Line = ""
    act_on: date | None = None
    act_by: Line = ""
    how: str
    note: Line = ""


class WordIn(In):
    word: Line


class TextIn(In):
    text: Annotated[str, Field(max_length=1000)]


class NumbersOut(Out):
    """A district: settlements that applied, are verified, work; plots; people with logins."""

    id: int
    name: str
    applied: int
    verified: int
    working: int
    units: int
    logins: int


class BodyOut(Out):
    """A settlement of a district and the step at which it stands."""

    body_id: int
    application_id: int | None
    name: str
    form_name: str
    settlement: str
    district_id: int
    step: str
    since: datetime | None
    days: int
    is_verified: bool
    is_working: bool
    units: int
    logins: int


class ContactIn(In):
    phone: Line = ""
    email: Line = ""
    is_shown: bool


class GroupIn(In):
    district_id: Id
    name: Line
    aim: Line = ""


class GroupOut(Out):
    id: int
    name: str
    aim: str
    district_id: int
    members: list[int]


class MemberIn(In):
    body_id: Id


class CoordinatorIn(In):
    email: Line
    name: Line
    territory_id: Id
    valid_from: date
    valid_to: date | None = None
    basis: Line


class CoordinatorOut(Out):
    id: int
    email: str
    name: str
    territory: str
    valid_from: date
    valid_to: date | None
    basis: str
    holds: bool


class OnDay(In):
    on: date


@room.reads(
    "/joining/applications",
    asks=Gate.SIGNED_IN,
    summary=_("Own applications to join"),
    response=Piece[ApplicationLine],
)
def applications_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.my_applications(request.actor))


@room.writes(
    "/joining/applications",
    asks=Gate.SIGNED_IN,
    summary=_("Begin an application to join; it is kept as a draft"),
    response=Made,
    status=201,
)
def application_create(request: ApiRequest, body: ApplicationIn) -> Any:
    row = services.application_save(actor=request.actor, now=timezone.now(), **body.model_dump())
    return {"id": row.pk}


@room.reads(
    "/joining/queue",
    asks=JoiningRight.APPLICATION_REVIEW,
    summary=_("Applications of own districts that wait for a check"),
    response=Piece[ApplicationLine],
)
def queue(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.waiting_applications(request.actor))


@room.reads(
    "/joining/applications/{int:application_id}",
    asks=Gate.SIGNED_IN,
    summary=_("An application, for its applicant and its checker"),
    response=ApplicationOut,
)
def application(request: ApiRequest, application_id: int) -> Any:
    return selectors.application_for(request.actor, application_id)


@room.changes(
    "/joining/applications/{int:application_id}",
    asks=Gate.SIGNED_IN,
    summary=_("Write an own application anew, while it is a draft or to be mended"),
    response=Made,
)
def application_save(request: ApiRequest, application_id: int, body: ApplicationIn) -> Any:
    selectors.application_for(request.actor, application_id)
    services.application_save(
        actor=request.actor, application_id=application_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": application_id}


@room.writes(
    "/joining/applications/{int:application_id}/documents",
    asks=Gate.SIGNED_IN,
    summary=_("Bring a paper to an own application: extract, minutes, charter, other"),
    response=Made,
    status=201,
)
def document_add(request: ApiRequest, application_id: int, file: File[UploadedFile], kind: Form[Line]) -> Any:
    selectors.application_for(request.actor, application_id)
    row = services.document_add(
        actor=request.actor,
        application_id=application_id,
        kind=kind,
        name=file.name or "",
        content=content_of(file),
        now=timezone.now(),
    )
    return {"id": row.pk}


@room.writes(
    "/joining/applications/{int:application_id}/submit",
    asks=Gate.SIGNED_IN,
    summary=_("Send an own application"),
    response=Made,
)
def application_submit(request: ApiRequest, application_id: int) -> Any:
    selectors.application_for(request.actor, application_id)
    services.application_submit(actor=request.actor, application_id=application_id, now=timezone.now())
    return {"id": application_id}


@room.writes(
    "/joining/applications/{int:application_id}/withdraw",
    asks=Gate.SIGNED_IN,
    summary=_("Withdraw an own application"),
    response=Made,
)
def application_withdraw(request: ApiRequest, application_id: int) -> Any:
    selectors.application_for(request.actor, application_id)
    services.application_withdraw(actor=request.actor, application_id=application_id, now=timezone.now())
    return {"id": application_id}


@room.writes(
    "/joining/applications/{int:application_id}/mend",
    asks=JoiningRight.APPLICATION_REVIEW,
    summary=_("Send an application back with a word"),
    response=Made,
)
def application_mend(request: ApiRequest, application_id: int, body: WordIn) -> Any:
    selectors.application_for(request.actor, application_id)
    services.application_mend(
        actor=request.actor, application_id=application_id, word=body.word, now=timezone.now()
    )
    return {"id": application_id}


@room.writes(
    "/joining/applications/{int:application_id}/refuse",
    asks=JoiningRight.APPLICATION_REVIEW,
    summary=_("Refuse an application with a reason"),
    response=Made,
)
def application_refuse(request: ApiRequest, application_id: int, body: WordIn) -> Any:
    selectors.application_for(request.actor, application_id)
    services.application_refuse(
        actor=request.actor, application_id=application_id, word=body.word, now=timezone.now()
    )
    return {"id": application_id}


@room.writes(
    "/joining/applications/{int:application_id}/verify",
    asks=JoiningRight.APPLICATION_REVIEW,
    summary=_("Say by which papers the chair's authority was proven; the organisation is entered"),
    response=Made,
)
def application_verify(request: ApiRequest, application_id: int, body: CheckIn) -> Any:
    selectors.application_for(request.actor, application_id)
    row = services.application_verify(
        actor=request.actor, application_id=application_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.organisation_id}


@room.reads(
    "/joining/districts",
    asks=JoiningRight.DISTRICT_VIEW,
    summary=_("Own districts in numbers"),
    response=Piece[NumbersOut],
)
def districts_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.district_numbers(request.actor, now=timezone.now()))


@room.reads(
    "/joining/settlements",
    asks=JoiningRight.DISTRICT_VIEW,
    summary=_("Settlements of own districts and the step at which each stands"),
    response=Piece[BodyOut],
)
def settlements_list(
    request: ApiRequest,
    paging: Query[Paging],
    district: Annotated[int, Field(ge=1, le=BIGGEST_ID)] | None = None,
) -> Any:
    return piece(paging, selectors.bodies_of(request.actor, district_id=district, now=timezone.now()))


@room.writes(
    "/joining/settlements/{int:body_id}/help",
    asks=JoiningRight.HELP_WRITE,
    summary=_("Write a word of help to the chair of a settlement"),
    response=Made,
    status=201,
)
def help_write(request: ApiRequest, body_id: int, body: TextIn) -> Any:
    row = services.help_write(actor=request.actor, body_id=body_id, text=body.text, now=timezone.now())
    return {"id": row.pk}


@room.reads(
    "/joining/groups",
    asks=JoiningRight.DISTRICT_VIEW,
    summary=_("Pilot groups of own districts"),
    response=Piece[GroupOut],
)
def groups_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(
        paging,
        selectors.groups_of(request.actor),
        lambda row: {
            "id": row.id,
            "name": row.name,
            "aim": row.aim,
            "district_id": row.district_id,
            "members": [pk for pk, _name in row.members],
        },
    )


@room.writes(
    "/joining/groups",
    asks=JoiningRight.GROUP_EDIT,
    summary=_("Make a pilot group"),
    response=Made,
    status=201,
)
def group_create(request: ApiRequest, body: GroupIn) -> Any:
    row = services.group_create(actor=request.actor, now=timezone.now(), **body.model_dump())
    return {"id": row.pk}


@room.writes(
    "/joining/groups/{int:group_id}/members",
    asks=JoiningRight.GROUP_EDIT,
    summary=_("Take a settlement into a pilot group"),
    response=Made,
    status=201,
)
def group_member_add(request: ApiRequest, group_id: int, body: MemberIn) -> Any:
    selectors.group_row(request.actor, group_id)
    row = services.group_member_add(
        actor=request.actor, group_id=group_id, body_id=body.body_id, now=timezone.now()
    )
    return {"id": row.pk}


@room.writes(
    "/joining/groups/{int:group_id}/members/{int:body_id}/remove",
    asks=JoiningRight.GROUP_EDIT,
    summary=_("Take a settlement out of a pilot group"),
    response=Made,
)
def group_member_remove(request: ApiRequest, group_id: int, body_id: int) -> Any:
    selectors.group_row(request.actor, group_id)
    services.group_member_remove(actor=request.actor, group_id=group_id, body_id=body_id, now=timezone.now())
    return {"id": group_id}


@room.reads(
    "/joining/coordinators",
    asks=JoiningRight.COORDINATOR_APPOINT,
    summary=_("Coordinators and their districts"),
    response=Piece[CoordinatorOut],
)
def coordinators_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.coordinator_rows(request.actor, on=timezone.localdate()))


@room.writes(
    "/joining/coordinators",
    asks=JoiningRight.COORDINATOR_APPOINT,
    summary=_("Appoint a coordinator"),
    response=Made,
    status=201,
)
def coordinator_appoint(request: ApiRequest, body: CoordinatorIn) -> Any:
    row = services.coordinator_appoint(actor=request.actor, now=timezone.now(), **body.model_dump())
    return {"id": row.pk}


@room.writes(
    "/joining/coordinators/{int:coordinator_id}/end",
    asks=JoiningRight.COORDINATOR_APPOINT,
    summary=_("End the appointment of a coordinator"),
    response=Made,
)
def coordinator_end(request: ApiRequest, coordinator_id: int, body: OnDay) -> Any:
    services.coordinator_end(
        actor=request.actor, coordinator_id=coordinator_id, on=body.on, now=timezone.now()
    )
    return {"id": coordinator_id}


@room.reads(
    "/o/{int:organisation_id}/joining/steps",
    asks=JoiningRight.STEPS_VIEW,
    summary=_("Steps of joining of the organisation"),
    response=Piece[StepOut],
)
def steps(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.steps_page(request.actor, organisation_id, now=timezone.now()).steps)


@room.writes(
    "/o/{int:organisation_id}/joining/contact",
    asks=JoiningRight.CONTACT_EDIT,
    summary=_("Say how the coordinator of the district may reach the chair"),
    response=Made,
)
def contact_set(request: ApiRequest, organisation_id: int, body: ContactIn) -> Any:
    row = services.contact_set(
        actor=request.actor,
        organisation_id=organisation_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": row.pk}
