"""The checker's side: ask to mend, refuse, verify. Never one's own application, and only of one's own districts."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.joining.models import Application, ChairContact
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.joining.rules import next_state
from koopset.apps.joining.selectors import reviewed_by
from koopset.apps.joining.services.applications import TOPIC, locked, move, page_of
from koopset.apps.organisations.selectors import is_legal_person
from koopset.apps.organisations.services import body_admit_for_room
from koopset.apps.people.selectors import login_emails
from koopset.apps.people.services import card_of_login_for_room
from koopset.apps.places.services import location_set_for_room
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


def _for_check(actor: Actor, application_id: int, deed: str) -> Application:
    row = locked(application_id)
    if not reviewed_by(actor, row):
        raise Forbidden(JoiningRight.APPLICATION_REVIEW)
    if row.login_id == actor.login_id:
        raise RuleViolation("joining.own_application")
    next_state(row.state, deed)
    return row


def _word(text: str) -> str:
    clean = " ".join(text.split())[:600]
    if not clean:
        raise RuleViolation("joining.no_word", field="word")
    return clean


def _tell(row: Application, title: str, text: str, now: datetime, *, link: str = "") -> None:
    notify(
        organisation_id=None,
        login_ids=[row.login_id],
        topic=TOPIC,
        title=title,
        text=text,
        link=link or page_of(row),
        email=True,
        now=now,
    )


@service(JoiningRight.APPLICATION_REVIEW)
def application_mend(*, actor: Actor, application_id: int, word: str, now: datetime) -> Application:
    """Send the application back with a word on what to mend.

    Raises joining.unknown, joining.own_application, joining.not_now, joining.no_word; Forbidden outside one's districts.
    """
    row = _for_check(actor, application_id, "mend")
    text = _word(word)
    move(row, "mend", actor=actor, word=text, now=now)
    with override("ru"):
        _tell(row, _("The application of %(name)s is to be mended") % {"name": row.name_short}, text, now)
    return row


@service(JoiningRight.APPLICATION_REVIEW)
def application_refuse(*, actor: Actor, application_id: int, word: str, now: datetime) -> Application:
    """Refuse the application with a reason.

    Raises joining.unknown, joining.own_application, joining.not_now, joining.no_word; Forbidden outside one's districts.
    """
    row = _for_check(actor, application_id, "refuse")
    text = _word(word)
    move(row, "refuse", actor=actor, word=text, now=now)
    with override("ru"):
        _tell(row, _("The application of %(name)s is refused") % {"name": row.name_short}, text, now)
    return row


@service(JoiningRight.APPLICATION_REVIEW)
def application_verify(
    *,
    actor: Actor,
    application_id: int,
    minutes_number: str,
    minutes_on: date,
    how: str,
    extract_number: str = "",
    extract_on: date | None = None,
    act_number: str = "",
    act_on: date | None = None,
    act_by: str = "",
    note: str = "",
    now: datetime,
) -> Application:
    """The papers prove the chair's authority: the body is entered with its place, the applicant becomes its verified chair.

    Raises joining.unknown, joining.own_application, joining.not_now, organisations.no_minutes, organisations.unknown_how,
    organisations.paper_of_future, organisations.extract_undated, organisations.no_act, organisations.no_state_register,
    organisations.no_inn, organisations.inn_taken, organisations.term_over; Forbidden outside one's districts.
    """
    row = _for_check(actor, application_id, "verify")
    assert row.elected_on is not None
    assert row.territory_id is not None
    email = login_emails([row.login_id]).get(row.login_id, "")
    person_id = card_of_login_for_room(
        organisation_id=row.organisation_id,
        login_id=row.login_id,
        last_name=row.last_name,
        first_name=row.first_name,
        middle_name=row.middle_name,
        email=email,
        phone=row.phone,
        now=now,
    )
    body_admit_for_room(
        actor=actor,
        tenant_id=row.organisation_id,
        values={
            "form": row.form,
            "name_short": row.name_short,
            "name_full": row.name_full,
            "inn": row.inn,
            "ogrn": row.ogrn,
            "address": row.address,
        },
        chair_person_id=person_id,
        elected_on=row.elected_on,
        term_until=row.term_until,
        verification={
            "minutes_number": minutes_number,
            "minutes_on": minutes_on,
            "extract_number": extract_number,
            "extract_on": extract_on,
            "act_number": act_number,
            "act_on": act_on,
            "act_by": act_by,
            "how": how,
            "note": note,
        },
        now=now,
    )
    location_set_for_room(
        organisation_id=row.organisation_id, territory_id=row.territory_id, address=row.address
    )
    ChairContact.objects.update_or_create(
        organisation_id=row.organisation_id,
        defaults={"phone": row.phone, "email": email, "is_shown": row.contact_shown},
    )
    move(row, "verify", actor=actor, now=now)
    with override("ru"):
        _tell(
            row,
            _("%(name)s is verified") % {"name": row.name_short},
            _("You are entered as its chair. Next: the bank account, the register, the first charge.")
            if is_legal_person(row.form, row.inn)
            else _(
                "You are entered as its chair. Next: the register. It is no legal person, so it collects nothing here."
            ),
            now,
        )
    return row
