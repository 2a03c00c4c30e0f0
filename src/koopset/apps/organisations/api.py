"""Bodies, their bank accounts and offices, for programs."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.organisations import selectors, services
from koopset.apps.organisations.permissions import OrganisationRight
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Id, In, Line, Made, Out
from koopset.foundation.rights.pages import Gate

room = Room(
    "organisations",
    _("Organisations"),
    {
        OrganisationRight.ORGANISATION_VIEW: _("See the card of the organisation"),
        OrganisationRight.ORGANISATION_EDIT: _("Change the card of the organisation"),
        OrganisationRight.BANK_ACCOUNT_ADD: _("Add and close bank accounts"),
        OrganisationRight.BANK_ACCOUNT_CONFIRM: _("Confirm bank accounts"),
        OrganisationRight.BANK_CHANGE_OBJECT: _("Stop a change of bank details"),
        OrganisationRight.ROLE_VIEW: _("See who holds which office"),
        OrganisationRight.ROLE_ASSIGN: _("Give and end offices"),
        OrganisationRight.ORGANISATION_CREATE: _("Create organisations (operator)"),
        OrganisationRight.ORGANISATION_VERIFY: _("Verify organisations (operator)"),
    },
)


class OrganisationIn(In):
    """A body. `form`: snt, ont, dnp, tsn, tsj, po, coop, jsk, spk, pk, prp, tos, nko, other."""

    form: str
    name_short: Line
    name_full: Line = ""
    inn: Line = ""
    kpp: Line = ""
    ogrn: Line = ""
    oktmo: Line = ""
    address: Line = ""
    email: Line = ""
    phone: Line = ""


class OrganisationChange(In):
    """What is named changes, the rest stays."""

    form: str = ""
    name_short: Line = ""
    name_full: Line = ""
    inn: Line = ""
    kpp: Line = ""
    ogrn: Line = ""
    oktmo: Line = ""
    address: Line = ""
    email: Line = ""
    phone: Line = ""


class OrganisationOut(Out):
    id: int
    form: str
    name_short: str
    name_full: str
    inn: str
    kpp: str
    ogrn: str
    oktmo: str
    address: str
    email: str
    phone: str
    is_verified: bool
    has_flats: bool
    trust: str
    verified_until: date | None
    is_legal_person: bool


class VerificationIn(In):
    """The papers that proved the chair's authority. `how`: register, original, signed, notary. A body that is no legal person has no
    extract from the state register: the act of local self-government by which it is known (number, day, whose) stands in its place.
    """

    minutes_number: Line
    minutes_on: date
    extract_number: Line = ""
    extract_on: date | None = None
    act_number: Line = ""
    act_on: date | None = None
    act_by: Line = ""
    how: str
    note: Line = ""


class VerificationOut(Out):
    """A check of a chair's authority."""

    id: int
    chair: str
    since: date
    until: date | None
    minutes_number: str
    minutes_on: date
    extract_number: str
    extract_on: date | None
    act_number: str
    act_on: date | None
    act_by: str
    how_name: str
    note: str
    checked_at: datetime


class BankChangeOut(Out):
    """A change of where money goes. `state`: asked, counting, effective, stopped."""

    id: int
    account_id: int
    number: str
    bic: str
    bank_name: str
    for_fees: bool
    state: str
    asked_at: datetime
    confirmed_at: datetime | None
    effective_from: datetime | None
    stopped_at: datetime | None
    stop_word: str


class WordIn(In):
    word: Line = ""


class BankAccountIn(In):
    number: Line
    bic: Line
    bank_name: Line
    correspondent: Line = ""
    title: Line = ""
    for_fees: bool = False
    opened_on: date | None = None


class BankAccountOut(Out):
    """An account; codes are printed with confirmed ones only, and two people confirm one."""

    id: int
    number: str
    bic: str
    bank_name: str
    correspondent: str
    title: str
    is_main: bool
    is_confirmed: bool
    is_effective: bool
    confirmed_at: datetime | None
    effective_from: datetime | None
    closed_on: date | None


class OnDay(In):
    on: date


class RoleIn(In):
    """An office from a day on, by a decision; a representative names for whom."""

    person_id: Id
    role: str
    valid_from: date
    valid_to: date | None = None
    basis: Line
    for_person_id: Id | None = None


class RoleOut(Out):
    id: int
    role: str
    role_name: str
    person_id: int
    person_name: str
    for_person_id: int | None
    valid_from: date
    valid_to: date | None
    basis: str
    holds: bool


@room.reads(
    "/organisations",
    asks=Gate.SIGNED_IN,
    summary=_("Organisations in which the key's owner has a role; the operator's: all"),
    response=Piece[OrganisationOut],
)
def organisations_list(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.organisations_of(request.actor))


@room.writes(
    "/organisations",
    asks=OrganisationRight.ORGANISATION_CREATE,
    summary=_("Create an organisation"),
    response=Made,
    status=201,
)
def organisation_create(request: ApiRequest, body: OrganisationIn) -> Any:
    made = services.organisation_create(actor=request.actor, now=timezone.now(), **body.model_dump())
    return {"id": made.pk}


@room.reads(
    "/o/{int:organisation_id}",
    asks=OrganisationRight.ORGANISATION_VIEW,
    summary=_("The card of the organisation"),
    response=OrganisationOut,
)
def organisation_card(request: ApiRequest, organisation_id: int) -> Any:
    return selectors.organisation_card(organisation_id)


@room.changes(
    "/o/{int:organisation_id}",
    asks=OrganisationRight.ORGANISATION_EDIT,
    summary=_("Change the card of the organisation; what is not named stays"),
    response=Made,
)
def organisation_update(request: ApiRequest, organisation_id: int, body: OrganisationChange) -> Any:
    services.organisation_update(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.given()
    )
    return {"id": organisation_id}


@room.writes(
    "/o/{int:organisation_id}/verify",
    asks=OrganisationRight.ORGANISATION_VERIFY,
    summary=_("Say by which papers the chair's authority was proven"),
    response=Made,
)
def organisation_verify(request: ApiRequest, organisation_id: int, body: VerificationIn) -> Any:
    services.organisation_verify(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": organisation_id}


@room.reads(
    "/o/{int:organisation_id}/verifications",
    asks=OrganisationRight.ROLE_VIEW,
    summary=_("Checks of the authority of the chairs, the latest first"),
    response=Piece[VerificationOut],
)
def verifications_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.verifications(request.actor, organisation_id))


@room.reads(
    "/o/{int:organisation_id}/bank-changes",
    asks=OrganisationRight.ORGANISATION_VIEW,
    summary=_("Changes of bank details, the latest first"),
    response=Piece[BankChangeOut],
)
def bank_changes_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.bank_changes(request.actor, organisation_id))


@room.writes(
    "/o/{int:organisation_id}/bank-changes/{int:change_id}/object",
    asks=OrganisationRight.BANK_CHANGE_OBJECT,
    summary=_("Stop a change of bank details: this was not us"),
    response=Made,
)
def bank_change_object(request: ApiRequest, organisation_id: int, change_id: int, body: WordIn) -> Any:
    services.bank_change_object(
        actor=request.actor,
        organisation_id=organisation_id,
        change_id=change_id,
        word=body.word,
        now=timezone.now(),
    )
    return {"id": change_id}


@room.reads(
    "/o/{int:organisation_id}/bank-accounts",
    asks=OrganisationRight.ORGANISATION_VIEW,
    summary=_("Bank accounts of the organisation"),
    response=Piece[BankAccountOut],
)
def bank_accounts_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, selectors.bank_accounts(request.actor, organisation_id))


@room.writes(
    "/o/{int:organisation_id}/bank-accounts",
    asks=OrganisationRight.BANK_ACCOUNT_ADD,
    summary=_("Add a bank account; another person confirms it"),
    response=Made,
    status=201,
)
def bank_account_add(request: ApiRequest, organisation_id: int, body: BankAccountIn) -> Any:
    row = services.bank_account_add(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/bank-accounts/{int:bank_account_id}/confirm",
    asks=OrganisationRight.BANK_ACCOUNT_CONFIRM,
    summary=_("Confirm a bank account that another person entered"),
    response=Made,
)
def bank_account_confirm(request: ApiRequest, organisation_id: int, bank_account_id: int) -> Any:
    services.bank_account_confirm(
        actor=request.actor,
        organisation_id=organisation_id,
        bank_account_id=bank_account_id,
        now=timezone.now(),
    )
    return {"id": bank_account_id}


@room.writes(
    "/o/{int:organisation_id}/bank-accounts/{int:bank_account_id}/make-main",
    asks=OrganisationRight.BANK_ACCOUNT_CONFIRM,
    summary=_("Ask that fees be taken on this bank account; another person confirms, then the clock runs"),
    response=Made,
)
def bank_account_make_main(request: ApiRequest, organisation_id: int, bank_account_id: int) -> Any:
    services.bank_account_make_main(
        actor=request.actor,
        organisation_id=organisation_id,
        bank_account_id=bank_account_id,
        now=timezone.now(),
    )
    return {"id": bank_account_id}


@room.writes(
    "/o/{int:organisation_id}/bank-accounts/{int:bank_account_id}/close",
    asks=OrganisationRight.BANK_ACCOUNT_ADD,
    summary=_("Close a bank account"),
    response=Made,
)
def bank_account_close(request: ApiRequest, organisation_id: int, bank_account_id: int, body: OnDay) -> Any:
    services.bank_account_close(
        actor=request.actor,
        organisation_id=organisation_id,
        bank_account_id=bank_account_id,
        on=body.on,
        now=timezone.now(),
    )
    return {"id": bank_account_id}


@room.reads(
    "/o/{int:organisation_id}/roles",
    asks=OrganisationRight.ROLE_VIEW,
    summary=_("Offices and who holds them"),
    response=Piece[RoleOut],
)
def roles_list(
    request: ApiRequest, organisation_id: int, paging: Query[Paging], on: date | None = None
) -> Any:
    rows = selectors.role_rows(request.actor, organisation_id, on or timezone.localdate())
    return piece(
        paging,
        rows,
        lambda row: {
            "id": row.id,
            "role": row.role,
            "role_name": str(row.role_name),
            "person_id": row.person.id,
            "person_name": row.person.full_name,
            "for_person_id": row.for_person.id if row.for_person else None,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "basis": row.basis,
            "holds": row.holds,
        },
    )


@room.writes(
    "/o/{int:organisation_id}/roles",
    asks=OrganisationRight.ROLE_ASSIGN,
    summary=_("Give an office"),
    response=Made,
    status=201,
)
def role_assign(request: ApiRequest, organisation_id: int, body: RoleIn) -> Any:
    row = services.role_assign(
        actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **body.model_dump()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/roles/{int:assignment_id}/end",
    asks=OrganisationRight.ROLE_ASSIGN,
    summary=_("End an office"),
    response=Made,
)
def role_end(request: ApiRequest, organisation_id: int, assignment_id: int, body: OnDay) -> Any:
    services.role_end(
        actor=request.actor,
        organisation_id=organisation_id,
        assignment_id=assignment_id,
        on=body.on,
        now=timezone.now(),
    )
    return {"id": assignment_id}
