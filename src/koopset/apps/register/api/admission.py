"""Applications for membership, leaving, owners without membership, the law that holds, for programs."""

from dataclasses import asdict
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
from koopset.foundation.access.schemas import Id, In, Line, Made, Out
from koopset.foundation.access.uploads import content_of
from koopset.foundation.files import file_store
from koopset.foundation.rights.pages import Gate

Address = Annotated[str, Field(min_length=1, max_length=300)]


class ApplicationIn(In):
    """An application on paper. `file_ids` come from the upload of files of applications."""

    person_id: Id
    submitted_on: date
    residence: Address
    postal_address: Address
    email: Annotated[str, Field(max_length=254)] = ""
    consents: bool
    file_ids: Annotated[list[Id], Field(max_length=20)] = []


class ApplicationOut(Out):
    """`state`: submitted, mending, board, admitted, refused, withdrawn. `days_left` until the term, negative when it is over."""

    id: int
    person_id: int
    name: str
    state: str
    submitted_on: date
    due_on: date | None
    days_left: int | None
    on_paper: bool
    closed_on: date | None


class ApplicationCardOut(ApplicationOut):
    residence: str
    postal_address: str
    email: str
    word: str
    refusal_ground: str
    decision_id: int | None
    file_ids: list[int]
    verbs: list[str]


class WordIn(In):
    word: Annotated[str, Field(min_length=1, max_length=1000)]


class AdmitIn(In):
    decision_id: Id
    card_number: Annotated[str, Field(max_length=30)] = ""


class RefuseIn(In):
    """`ground`: a code of the law's grounds of refusal."""

    decision_id: Id
    ground: Annotated[str, Field(max_length=40)]
    word: Annotated[str, Field(min_length=1, max_length=1000)]


class LeaveIn(In):
    """Leaving by application: the membership ends on its day."""

    on: date
    document: Line = ""


class InviteIn(In):
    """Whom to invite; null invites all."""

    person_ids: Annotated[list[Id], Field(max_length=5000)] | None = None


class InvitedOut(Out):
    invited: int


class OutsiderOut(Out):
    person_id: int
    name: str
    unit_ids: list[int]
    has_application: bool


class RuleOut(Out):
    """A term of law on the day; `is_checked` is false where it was not read in a published text."""

    key: str
    value: Any
    article: str
    is_checked: bool


class GroundOut(Out):
    code: str
    text: str
    article: str
    is_checked: bool


class LawOut(Out):
    key: str
    name: str
    rules: list[RuleOut]
    refusal_grounds: list[GroundOut]


def _row(row: selectors.ApplicationRow) -> dict[str, Any]:
    names = ("id", "state", "submitted_on", "due_on", "days_left", "on_paper", "closed_on")
    found = {name: getattr(row, name) for name in names}
    return found | {"person_id": row.person.id, "name": row.person.full_name}


@room.reads(
    "/o/{int:organisation_id}/membership-law",
    asks=RegisterRight.REGISTER_VIEW,
    summary=_("The law of membership on a day: terms, who decides, grounds of refusal"),
    response=LawOut,
)
def membership_law(request: ApiRequest, organisation_id: int, on: date | None = None) -> Any:
    law, day = selectors.law_here(organisation_id), on or timezone.localdate()
    return {
        "key": law.key,
        "name": law.name,
        "rules": [asdict(rule) for rule in law.rules if rule.since <= day <= rule.until],
        "refusal_grounds": [asdict(ground) for ground in law.grounds_on(day)],
    }


@room.reads(
    "/o/{int:organisation_id}/membership-applications",
    asks=RegisterRight.APPLICATION_VIEW,
    summary=_("Applications: open ones by urgency, those in a state, or all"),
    response=Piece[ApplicationOut],
)
def applications_list(
    request: ApiRequest,
    organisation_id: int,
    paging: Query[Paging],
    show: Literal["", "all", "submitted", "mending", "board", "admitted", "refused", "withdrawn"] = "",
) -> Any:
    today = timezone.localdate()
    rows = selectors.applications_query(request.actor, organisation_id, show)
    return piece(paging, rows, lambda row: _row(selectors.application_rows(organisation_id, [row], today)[0]))


@room.reads(
    "/o/{int:organisation_id}/my/membership-applications",
    asks=Gate.HOUSEHOLD,
    summary=_("One's own applications"),
    response=list[ApplicationOut],
)
def my_applications(request: ApiRequest, organisation_id: int) -> Any:
    persons = request.actor.acts_for(organisation_id)
    rows = selectors.applications_of_persons(organisation_id, persons, timezone.localdate())
    return [_row(row) for row in rows]


@room.reads(
    "/o/{int:organisation_id}/membership-applications/{int:application_id}",
    asks=RegisterRight.APPLICATION_VIEW,
    summary=_("An application with its papers and what may be done with it"),
    response=ApplicationCardOut,
)
def application_card(request: ApiRequest, organisation_id: int, application_id: int) -> Any:
    card = selectors.application(request.actor, organisation_id, application_id, timezone.localdate())
    names = ("residence", "postal_address", "email", "word", "decision_id")
    return _row(card.row) | {
        **{name: getattr(card, name) for name in names},
        "refusal_ground": card.ground.code if card.ground is not None else "",
        "file_ids": [file.pk for file in card.files],
        "verbs": sorted(card.verbs),
    }


@room.writes(
    "/o/{int:organisation_id}/membership-application-files",
    asks=RegisterRight.APPLICATION_HANDLE,
    summary=_("Bring a paper of an application: its key goes into file_ids"),
    response=Made,
    status=201,
)
def application_file(request: ApiRequest, organisation_id: int, file: File[UploadedFile]) -> Any:
    kept = file_store(
        organisation_id=organisation_id,
        name=file.name or "",
        content=content_of(file),
        kind=selectors.APPLICATION_FILE,
        actor=request.actor,
        now=timezone.now(),
    )
    return {"id": kept.pk}


@room.writes(
    "/o/{int:organisation_id}/membership-applications",
    asks=RegisterRight.APPLICATION_HANDLE,
    summary=_("Enter an application brought on paper"),
    response=Made,
    status=201,
)
def application_submit(request: ApiRequest, organisation_id: int, body: ApplicationIn) -> Any:
    row = services.application_submit(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/membership-applications/{int:application_id}/ask",
    asks=RegisterRight.APPLICATION_HANDLE,
    summary=_("Ask the applicant to mend something"),
    response=Made,
)
def application_ask(request: ApiRequest, organisation_id: int, application_id: int, body: WordIn) -> Any:
    services.application_ask(
        actor=request.actor,
        organisation_id=organisation_id,
        application_id=application_id,
        word=body.word,
        now=timezone.now(),
    )
    return {"id": application_id}


@room.writes(
    "/o/{int:organisation_id}/membership-applications/{int:application_id}/pass",
    asks=RegisterRight.APPLICATION_HANDLE,
    summary=_("Pass an application with its papers in order to the board"),
    response=Made,
)
def application_pass(request: ApiRequest, organisation_id: int, application_id: int) -> Any:
    services.application_pass(
        actor=request.actor,
        organisation_id=organisation_id,
        application_id=application_id,
        now=timezone.now(),
    )
    return {"id": application_id}


@room.writes(
    "/o/{int:organisation_id}/membership-applications/{int:application_id}/admit",
    asks=RegisterRight.APPLICATION_HANDLE,
    summary=_("Admit by a decision of the register of decisions"),
    response=Made,
)
def application_admit(request: ApiRequest, organisation_id: int, application_id: int, body: AdmitIn) -> Any:
    services.application_admit(
        actor=request.actor,
        organisation_id=organisation_id,
        application_id=application_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": application_id}


@room.writes(
    "/o/{int:organisation_id}/membership-applications/{int:application_id}/refuse",
    asks=RegisterRight.APPLICATION_HANDLE,
    summary=_("Refuse by a decision, on a ground of the law"),
    response=Made,
)
def application_refuse(request: ApiRequest, organisation_id: int, application_id: int, body: RefuseIn) -> Any:
    services.application_refuse(
        actor=request.actor,
        organisation_id=organisation_id,
        application_id=application_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": application_id}


@room.writes(
    "/o/{int:organisation_id}/membership-applications/{int:application_id}/withdraw",
    asks=RegisterRight.APPLICATION_HANDLE,
    summary=_("Enter that the applicant took the application back"),
    response=Made,
)
def application_withdraw(request: ApiRequest, organisation_id: int, application_id: int, body: WordIn) -> Any:
    services.application_withdraw(
        actor=request.actor,
        organisation_id=organisation_id,
        application_id=application_id,
        word=body.word,
        now=timezone.now(),
    )
    return {"id": application_id}


@room.writes(
    "/o/{int:organisation_id}/persons/{int:person_id}/leave",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Enter that a member left by application"),
    response=Made,
)
def membership_leave(request: ApiRequest, organisation_id: int, person_id: int, body: LeaveIn) -> Any:
    row = services.membership_leave(
        actor=request.actor,
        organisation_id=organisation_id,
        person_id=person_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": row.pk}


@room.reads(
    "/o/{int:organisation_id}/owners-without-membership",
    asks=RegisterRight.REGISTER_VIEW,
    summary=_("Owners without membership"),
    response=Piece[OutsiderOut],
)
def outsiders_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    rows = list(selectors.outsiders(request.actor, organisation_id, timezone.localdate()))
    return piece(
        paging,
        rows,
        lambda row: {
            "person_id": row.card.id,
            "name": row.card.full_name,
            "unit_ids": [unit.unit_id for unit in row.units],
            "has_application": row.has_application,
        },
    )


@room.writes(
    "/o/{int:organisation_id}/owners-without-membership/invite",
    asks=RegisterRight.REGISTER_EDIT,
    summary=_("Invite owners without membership to join"),
    response=InvitedOut,
)
def outsiders_invite(request: ApiRequest, organisation_id: int, body: InviteIn) -> Any:
    told = services.outsiders_invite(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"invited": told}
