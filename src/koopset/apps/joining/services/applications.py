"""The applicant's side: a draft that is kept, papers, sending, taking back."""

from __future__ import annotations

from datetime import date, datetime
from typing import BinaryIO

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.joining.models import Application, ApplicationDocument, ApplicationMove
from koopset.apps.joining.rules import (
    EDITABLE,
    OPEN,
    documents_missing,
    fields_missing,
    next_state,
)
from koopset.apps.joining.selectors import coordinator_login_ids
from koopset.apps.joining.selectors.applications import FIELD_NAMES
from koopset.apps.organisations.rules import requisites_checked
from koopset.apps.organisations.selectors import form_choices, inn_is_taken, legal_form
from koopset.apps.organisations.services import tenant_reserve_for_room
from koopset.apps.people.rules import phone_normal
from koopset.apps.people.selectors import operator_login_ids
from koopset.apps.places.selectors import district_of, territory
from koopset.foundation.files import file_delete, file_store
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.violations import RuleViolation

FILE_KIND = "joining.document"
TOPIC = "joining.application"
MAX_OPEN = 5
MAX_DOCUMENTS = 12
MAX_BYTES = 20 * 1024 * 1024


@service(None)
def application_save(
    *,
    actor: Actor,
    application_id: int | None = None,
    form: str,
    name_short: str,
    name_full: str = "",
    inn: str = "",
    ogrn: str = "",
    territory_id: int | None = None,
    address: str = "",
    last_name: str = "",
    first_name: str = "",
    middle_name: str = "",
    phone: str = "",
    contact_shown: bool = False,
    elected_on: date | None = None,
    term_until: date | None = None,
    minutes_number: str = "",
    now: datetime,
) -> Application:
    """Keep a draft, new or one's own. What is typed is checked at once; what is empty is asked for when it is sent.

    Right: one's own login. Raises joining.unknown, joining.not_now, joining.too_many, organisations.unknown_form,
    organisations.no_name, requisites.*, organisations.inn_of_person, organisations.inn_of_body and the same of ОГРН, people.bad_phone,
    places.unknown_territory, joining.dates_out_of_order.
    """
    if actor.login_id is None:
        raise RuleViolation("joining.unknown")
    values = {
        "form": form,
        "name_short": " ".join(name_short.split())[:120],
        "name_full": " ".join(name_full.split())[:300],
        "address": " ".join(address.split())[:300],
        "last_name": " ".join(last_name.split())[:100],
        "first_name": " ".join(first_name.split())[:100],
        "middle_name": " ".join(middle_name.split())[:100],
        "phone": phone_normal(phone),
        "contact_shown": contact_shown,
        "elected_on": elected_on,
        "term_until": term_until,
        "minutes_number": " ".join(minutes_number.split())[:40],
        "territory_id": territory_id,
    }
    if form not in dict(form_choices()):
        raise RuleViolation("organisations.unknown_form", field="form")
    if not values["name_short"]:
        raise RuleViolation("organisations.no_name", field="name_short")
    checked = requisites_checked(
        inn=inn, kpp="", ogrn=ogrn, oktmo="", of_person=legal_form(form).numbers_of_person
    )
    values |= {"inn": checked["inn"], "ogrn": checked["ogrn"]}
    if territory_id is not None and district_of(territory_id) is None:
        raise RuleViolation("places.unknown_territory", field="territory_id")
    if elected_on is not None and term_until is not None and term_until < elected_on:
        raise RuleViolation("joining.dates_out_of_order", field="term_until")
    row = _new(actor, form, now) if application_id is None else own_locked(actor, application_id)
    if row.state not in EDITABLE:
        raise RuleViolation("joining.not_now", state=row.state)
    for name, value in values.items():
        setattr(row, name, value)
    is_new = row.pk is None
    row.save()
    if is_new:
        ApplicationMove.objects.create(
            organisation_id=row.organisation_id,
            application=row,
            before="",
            after=row.state,
            by_login=actor.login_id,
            at=now,
        )
    return row


def _new(actor: Actor, form: str, now: datetime) -> Application:
    assert actor.login_id is not None
    with across_tenants("how many applications of one's own are open"):
        count = Application.objects.filter(login_id=actor.login_id, state__in=OPEN).count()
    if count >= MAX_OPEN:
        raise RuleViolation("joining.too_many", count=count)
    return Application(
        organisation_id=tenant_reserve_for_room(form=form),
        login_id=actor.login_id,
        created_at=now,
        moved_at=now,
    )


def locked(application_id: int) -> Application:
    """The row, held till the end of the transaction. Raises joining.unknown."""
    with across_tenants("an application is known by its own key; whose it is is asked at once"):
        row = Application.objects.select_for_update().filter(pk=application_id).first()
    if row is None:
        raise RuleViolation("joining.unknown")
    return row


def own_locked(actor: Actor, application_id: int) -> Application:
    """The same, if it is the actor's own. Raises joining.unknown."""
    row = locked(application_id)
    if actor.login_id is None or row.login_id != actor.login_id:
        raise RuleViolation("joining.unknown")
    return row


def move(row: Application, deed: str, *, actor: Actor, word: str = "", now: datetime) -> None:
    """Change the state by the table and write the fact down. Raises joining.not_now."""
    before, row.state = row.state, next_state(row.state, deed)
    row.moved_at = now
    row.save()
    ApplicationMove.objects.create(
        organisation_id=row.organisation_id,
        application=row,
        before=before,
        after=row.state,
        by_login=actor.login_id,
        word=word,
        at=now,
    )


def page_of(row: Application) -> str:
    """The address of the application."""
    return reverse("joining:application", kwargs={"application_id": row.pk})


@service(None)
def application_submit(*, actor: Actor, application_id: int, now: datetime) -> Application:
    """Send the application: whoever checks the district is told. Right: one's own login.

    Raises joining.unknown, joining.not_now, joining.incomplete, joining.no_document, organisations.inn_taken.
    """
    row = own_locked(actor, application_id)
    next_state(row.state, "submit")
    if missing := fields_missing({name: getattr(row, name) for name in FIELD_NAMES} | {"form": row.form}):
        what = ", ".join(str(FIELD_NAMES[name]) for name in missing)
        raise RuleViolation("joining.incomplete", what=what)
    kinds = ApplicationDocument.objects.filter(
        organisation_id=row.organisation_id, application=row
    ).values_list("kind", flat=True)
    if lacking := documents_missing(row.form, row.inn, kinds):
        names = dict(ApplicationDocument.Kind.choices)
        raise RuleViolation("joining.no_document", what=", ".join(str(names[kind]) for kind in lacking))
    if inn_is_taken(row.inn):
        raise RuleViolation("organisations.inn_taken", field="inn")
    row.submitted_at = now
    move(row, "submit", actor=actor, now=now)
    place = territory(row.territory_id) if row.territory_id is not None else None
    with override("ru"):
        title = _("%(name)s applies to join") % {"name": row.name_short}
        text = _("%(place)s. The papers wait for a check.") % {"place": place.name if place else ""}
    checkers = set(operator_login_ids())
    if row.territory_id is not None:
        checkers |= set(coordinator_login_ids(row.territory_id, on=timezone.localdate(now)))
    notify(
        organisation_id=None,
        login_ids=checkers - {row.login_id},
        topic=TOPIC,
        title=title,
        text=text,
        link=page_of(row),
        email=True,
        now=now,
    )
    return row


@service(None)
def application_withdraw(*, actor: Actor, application_id: int, now: datetime) -> Application:
    """Take the application back; it stays in one's list. Right: one's own login. Raises joining.unknown, joining.not_now."""
    row = own_locked(actor, application_id)
    move(row, "withdraw", actor=actor, now=now)
    return row


@service(None)
def document_add(
    *,
    actor: Actor,
    application_id: int,
    kind: str,
    name: str,
    content: BinaryIO | bytes,
    now: datetime,
) -> ApplicationDocument:
    """Bring a paper. Right: one's own login.

    Raises joining.unknown, joining.not_now, joining.unknown_kind, joining.too_many_documents, files.*.
    """
    row = own_locked(actor, application_id)
    if row.state not in EDITABLE:
        raise RuleViolation("joining.not_now", state=row.state)
    if kind not in ApplicationDocument.Kind.values:
        raise RuleViolation("joining.unknown_kind", field="kind")
    count = ApplicationDocument.objects.filter(organisation_id=row.organisation_id, application=row).count()
    if count >= MAX_DOCUMENTS:
        raise RuleViolation("joining.too_many_documents", count=count)
    file = file_store(
        organisation_id=row.organisation_id,
        name=name,
        content=content,
        kind=FILE_KIND,
        actor=actor,
        now=now,
        max_bytes=MAX_BYTES,
    )
    return ApplicationDocument.objects.create(
        organisation_id=row.organisation_id, application=row, kind=kind, file=file, added_at=now
    )


@service(None)
def document_remove(*, actor: Actor, application_id: int, document_id: int, now: datetime) -> None:
    """Take a paper back while the application is one's own to change. Right: one's own login.

    Raises joining.unknown, joining.not_now, joining.unknown_document.
    """
    row = own_locked(actor, application_id)
    if row.state not in EDITABLE:
        raise RuleViolation("joining.not_now", state=row.state)
    document = (
        ApplicationDocument.objects.select_related("file")
        .filter(organisation_id=row.organisation_id, application=row, pk=document_id)
        .first()
    )
    if document is None:
        raise RuleViolation("joining.unknown_document")
    file = document.file
    document.delete()
    file_delete(file=file)
