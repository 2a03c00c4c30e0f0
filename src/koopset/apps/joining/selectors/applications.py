"""Applications: one's own, and those that wait for whoever checks them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.joining.models import Application, ApplicationDocument, ApplicationMove
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.joining.rules import (
    EDITABLE,
    OPEN,
    JoiningFacts,
    StepFact,
    documents_missing,
    fields_missing,
    steps_of,
)
from koopset.apps.joining.selectors.coordinators import districts_of
from koopset.apps.organisations.selectors import form_name, is_legal_person, legal_form
from koopset.apps.people.selectors import login_emails
from koopset.apps.places.selectors import district_of
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.tenants.guard import across_tenants

FIELD_NAMES = {
    "name_short": _("short name"),
    "name_full": _("full name"),
    "inn": _("taxpayer number (ИНН)"),
    "ogrn": _("ОГРН"),
    "territory_id": _("settlement"),
    "last_name": _("last name"),
    "first_name": _("first name"),
    "phone": _("phone"),
    "elected_on": _("elected on"),
    "minutes_number": _("number of the minutes"),
}
#: In a list: as many as anybody looks through.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper of an application."""

    id: int
    kind: str
    kind_name: str
    name: str
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A step of the history. `by` is "applicant" or "checker"."""

    after: str
    state_name: str
    by: str
    word: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """An application as its applicant and its checkers see it. `reviewable`: this actor may decide on it now."""

    id: int
    organisation_id: int
    state: str
    state_name: str
    form: str
    form_name: str
    name_short: str
    name_full: str
    inn: str
    ogrn: str
    is_legal_person: bool
    may_be_no_legal_person: bool
    territory_id: int | None
    territory: str
    address: str
    chair: str
    last_name: str
    first_name: str
    middle_name: str
    phone: str
    contact_shown: bool
    elected_on: date | None
    term_until: date | None
    minutes_number: str
    created_at: datetime
    submitted_at: datetime | None
    moved_at: datetime
    email: str
    is_mine: bool
    editable: bool
    withdrawable: bool
    reviewable: bool
    twins: int
    missing_fields: tuple[str, ...]
    missing_documents: tuple[str, ...]
    documents: tuple[DocumentRow, ...]
    moves: tuple[MoveRow, ...]
    steps: tuple[StepFact, ...]
    word: str


def reviewed_by(actor: Actor, application: Application) -> bool:
    """Whether the actor checks that application. A draft is nobody's but the applicant's; a coordinator sees it while it is open."""
    if not actor.can(JoiningRight.APPLICATION_REVIEW, None) or application.submitted_at is None:
        return False
    if actor.is_operator:
        return True
    if application.state not in ("submitted", "mending"):
        return False
    district = district_of(application.territory_id) if application.territory_id else None
    return district is not None and district.pk in districts_of(actor)


def application_for(actor: Actor, application_id: int) -> ApplicationPage:
    """One application for its applicant or its checker. Raises Forbidden, also where there is none."""
    with across_tenants(
        "an application is of no organisation yet: its applicant and its checkers are asked for"
    ):
        row = Application.objects.select_related("territory").filter(pk=application_id).first()
        if row is None:
            raise Forbidden("joining")
        is_mine = row.login_id == actor.login_id
        reviews = reviewed_by(actor, row)
        if not is_mine and not reviews:
            raise Forbidden("joining")
        twins = (
            Application.objects.filter(_same_body(row), state__in=OPEN - {"draft"}).exclude(pk=row.pk).count()
            if reviews
            else 0
        )
    return _page(row, actor, is_mine=is_mine, reviews=reviews, twins=twins)


def _same_body(row: Application) -> Q:
    """Applications of the same body: by its ИНН, or where it has none by its name and place."""
    if row.inn:
        return Q(inn=row.inn)
    return Q(inn="", name_short=row.name_short, territory_id=row.territory_id)


def _page(row: Application, actor: Actor, *, is_mine: bool, reviews: bool, twins: int) -> ApplicationPage:
    documents = list(
        ApplicationDocument.objects.filter(organisation_id=row.organisation_id, application=row)
        .select_related("file")
        .order_by("kind", "pk")
    )
    moves = list(
        ApplicationMove.objects.filter(organisation_id=row.organisation_id, application=row).order_by(
            "-at", "-pk"
        )
    )
    missing = fields_missing({name: getattr(row, name) for name in FIELD_NAMES} | {"form": row.form})
    lacking = documents_missing(row.form, row.inn, (document.kind for document in documents))
    kinds = dict(ApplicationDocument.Kind.choices)
    return ApplicationPage(
        id=row.pk,
        organisation_id=row.organisation_id,
        state=row.state,
        state_name=str(row.get_state_display()),
        form=row.form,
        form_name=form_name(row.form),
        name_short=row.name_short,
        name_full=row.name_full,
        inn=row.inn,
        ogrn=row.ogrn,
        is_legal_person=is_legal_person(row.form, row.inn),
        may_be_no_legal_person=legal_form(row.form).may_be_no_legal_person,
        territory_id=row.territory_id,
        territory=row.territory.name if row.territory else "",
        address=row.address,
        chair=" ".join(part for part in (row.last_name, row.first_name, row.middle_name) if part),
        last_name=row.last_name,
        first_name=row.first_name,
        middle_name=row.middle_name,
        phone=row.phone,
        contact_shown=row.contact_shown,
        elected_on=row.elected_on,
        term_until=row.term_until,
        minutes_number=row.minutes_number,
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        moved_at=row.moved_at,
        email=login_emails([row.login_id]).get(row.login_id, ""),
        is_mine=is_mine,
        editable=is_mine and row.state in EDITABLE,
        withdrawable=is_mine and row.state in OPEN,
        reviewable=reviews and not is_mine and row.state == Application.State.SUBMITTED,
        twins=twins,
        missing_fields=tuple(str(FIELD_NAMES[name]) for name in missing),
        missing_documents=tuple(str(kinds[kind]) for kind in lacking),
        documents=tuple(
            DocumentRow(
                document.pk,
                document.kind,
                str(document.get_kind_display()),
                document.file.name,
                document.file.size,
                document.added_at,
            )
            for document in documents
        ),
        moves=tuple(
            MoveRow(
                move.after,
                str(move.get_after_display()),
                "applicant" if move.by_login == row.login_id else "checker",
                move.word,
                move.at,
            )
            for move in moves
        ),
        steps=tuple(
            steps_of(
                JoiningFacts(
                    began_at=row.created_at,
                    applied_at=None if missing else row.created_at,
                    documents_at=None
                    if lacking
                    else max((document.added_at for document in documents), default=row.created_at),
                    verified_at=row.moved_at if row.state == Application.State.VERIFIED else None,
                    bank_at=None,
                    register_at=None,
                    charged_at=None,
                    moved_at=row.submitted_at,
                    collects=is_legal_person(row.form, row.inn),
                )
            )
        ),
        word=next((move.word for move in moves if move.after == row.state and move.word), ""),
    )


def my_applications(actor: Actor) -> list[dict[str, Any]]:
    """The actor's own applications, the latest first."""
    if actor.login_id is None:
        return []
    with across_tenants("one's own applications"):
        rows = Application.objects.filter(login_id=actor.login_id).order_by("-pk")[:SHOWN]
        return _lines(rows)


def _lines(rows: Iterable[Application]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {
            "id": row.pk,
            "name": row.name_short,
            "form_name": form_name(row.form),
            "state": row.state,
            "state_name": str(row.get_state_display()),
            "organisation_id": row.organisation_id,
            "moved_at": row.moved_at,
            "days": (today - timezone.localdate(row.moved_at)).days,
            "territory": row.territory.name if row.territory_id and row.territory else "",
        }
        for row in rows
    ]


def waiting_applications(actor: Actor, *, state: str = "submitted") -> list[dict[str, Any]]:
    """Applications of the actor's districts in a state, the longest wait first. Raises Forbidden."""
    actor.require(JoiningRight.APPLICATION_REVIEW, None)
    mine = set(districts_of(actor))
    with across_tenants("applications of the districts in which the actor helps"):
        rows = list(
            Application.objects.filter(state=state, submitted_at__isnull=False)
            .select_related("territory")
            .order_by("moved_at", "pk")[: SHOWN * 5]
        )
    if not actor.is_operator:
        rows = [
            row
            for row in rows
            if row.territory is not None
            and (
                (row.territory.pk in mine)
                or (row.territory.parent_id is not None and row.territory.parent_id in mine)
            )
        ]
    return _lines(rows[:SHOWN])


def document_file(actor: Actor, application_id: int, document_id: int) -> StoredFile:
    """The file of a paper for the applicant or the checker. Raises Forbidden."""
    page = application_for(actor, application_id)
    row = (
        ApplicationDocument.objects.select_related("file")
        .filter(organisation_id=page.organisation_id, application_id=application_id, pk=document_id)
        .first()
    )
    if row is None:
        raise Forbidden("joining")
    return row.file
