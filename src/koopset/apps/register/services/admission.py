"""Admission to membership: application, papers checked, decision, membership (217-ФЗ art. 12); leaving by application (art. 13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import persons_by_ids
from koopset.apps.register.formats.law_profile import Law, law_of
from koopset.apps.register.models import (
    ApplicationFile,
    ApplicationMove,
    Decision,
    Membership,
    MembershipApplication,
)
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.rules import moved
from koopset.apps.register.selectors.admission import APPLICATION_FILE
from koopset.apps.register.selectors.outside import outsider_ids
from koopset.apps.register.selectors.units import owned_now
from koopset.apps.register.services.entries import membership_open
from koopset.apps.register.services.rows import check_alive, check_date, check_files, membership_end
from koopset.foundation.notifications.services import notify
from koopset.foundation.rights.actors import Actor, persons_who_can
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

TOPIC = "register.membership"
State = MembershipApplication.State


def _law(organisation_id: int) -> Law:
    return law_of(organisation_card(organisation_id).form)


def _own_or_handled(actor: Actor, organisation_id: int, person_id: int) -> bool:
    """True for the applicant (or a representative), False for the office. Raises Forbidden for others."""
    if person_id in actor.acts_for(organisation_id):
        actor.require(RegisterRight.MEMBERSHIP_APPLY, organisation_id)
        return True
    actor.require(RegisterRight.APPLICATION_HANDLE, organisation_id)
    return False


def _written(residence: str, postal_address: str, email: str, consents: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "residence": " ".join(residence.split())[:300],
        "postal_address": " ".join(postal_address.split())[:300],
        "email": email.strip()[:254],
        "consents": consents,
    }
    for name in ("residence", "postal_address"):
        if not values[name]:
            raise RuleViolation(f"register.application_no_{name}", field=name)
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError as error:
            raise RuleViolation("register.application_bad_email", field="email") from error
    if not consents:
        raise RuleViolation("register.application_no_consent", field="consents")
    return values


@service(None)
def application_submit(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    residence: str,
    postal_address: str,
    email: str = "",
    consents: bool,
    file_ids: Sequence[int] = (),
    submitted_on: date | None = None,
    now: datetime,
) -> MembershipApplication:
    """Hand in an application: the owner's own, or one brought on paper, entered by the office with the day it was brought.

    The term of the decision runs from that day. Asks membership:apply for one's own, application:handle for another's.
    Raises people.unknown, register.person_died, register.member_natural_only, register.member_without_unit, register.member_already,
    register.application_open, register.application_needs_papers, register.application_no_*, register.unknown_file, register.future_date.
    """
    own = _own_or_handled(actor, organisation_id, person_id)
    today = timezone.localdate(now)
    on = today if own or submitted_on is None else submitted_on
    check_date(on, today, "submitted_on")
    card = persons_by_ids([person_id], organisation_id=organisation_id).get(person_id)
    if card is None:
        raise RuleViolation("people.unknown", field="person")
    law = _law(organisation_id)
    check_alive(organisation_id, [person_id])
    if card.kind != "natural" and law.value("admission.natural_only", on, False):
        raise RuleViolation("register.member_natural_only", field="person", name=card.full_name)
    if not owned_now(organisation_id, [person_id], on):
        raise RuleViolation("register.member_without_unit", field="person", name=card.full_name)
    member = Membership.objects.filter(
        organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True
    ).first()
    if member is not None:
        raise RuleViolation("register.member_already", field="person", since=member.valid_from)
    values = _written(residence, postal_address, email, consents)
    if own and law.value("admission.papers", on, False) and not file_ids:
        raise RuleViolation("register.application_needs_papers", field="papers")
    days = law.value("admission.days", on)
    try:
        with transaction.atomic():
            row = MembershipApplication.objects.create(
                organisation_id=organisation_id,
                person_id=person_id,
                submitted_on=on,
                due_on=None if days is None else on + timedelta(days=days),
                on_paper=not own,
                created_at=now,
                **values,
            )
    except IntegrityError as error:
        raise RuleViolation("register.application_open", field="person") from error
    _attach(row, file_ids)
    _move_write(actor, row, "", now)
    if own:
        _tell_office(
            row, RegisterRight.APPLICATION_HANDLE, _("A new application for membership: %(name)s"), now
        )
    return row


def _attach(row: MembershipApplication, file_ids: Sequence[int]) -> None:
    check_files(row.organisation_id, file_ids, APPLICATION_FILE)
    for file_id in file_ids:
        ApplicationFile.objects.get_or_create(
            organisation_id=row.organisation_id, application=row, file_id=file_id
        )


def _move_write(actor: Actor, row: MembershipApplication, before: str, now: datetime, word: str = "") -> None:
    ApplicationMove.objects.create(
        organisation_id=row.organisation_id,
        application=row,
        before=before,
        after=row.state,
        word=word[:1000],
        login_id=actor.login_id,
        at=now,
    )


def _locked(organisation_id: int, application_id: int) -> MembershipApplication:
    row = (
        MembershipApplication.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=application_id)
        .first()
    )
    if row is None:
        raise RuleViolation("register.unknown_application")
    return row


def _move(actor: Actor, row: MembershipApplication, verb: str, now: datetime, word: str = "") -> None:
    before = row.state
    row.state = State(moved(row.state, verb))
    if row.state in (State.ADMITTED, State.REFUSED, State.WITHDRAWN):
        row.closed_on = timezone.localdate(now)
    row.save()
    _move_write(actor, row, before, now, word)


def _path(row: MembershipApplication, *, own: bool) -> str:
    place = f"/o/{row.organisation_id}"
    return f"{place}/my/membership/{row.pk}/" if own else f"{place}/register/applications/{row.pk}/"


def _tell_office(row: MembershipApplication, right: str, title: str, now: datetime) -> None:
    card = persons_by_ids([row.person_id], organisation_id=row.organisation_id)[row.person_id]
    today = timezone.localdate(now)
    text = ""
    if row.due_on is not None:
        text = _("To be decided until %(date)s.") % {"date": row.due_on.strftime("%d.%m.%Y")}
    notify(
        organisation_id=row.organisation_id,
        topic=TOPIC,
        title=title % {"name": card.short_name},
        text=text,
        link=_path(row, own=False),
        person_ids=persons_who_can(right, organisation_id=row.organisation_id, on=today) - {row.person_id},
        now=now,
    )


def _tell_applicant(row: MembershipApplication, title: str, text: str, now: datetime) -> None:
    notify(
        organisation_id=row.organisation_id,
        topic=TOPIC,
        title=title,
        text=text,
        link=_path(row, own=True),
        person_ids=[row.person_id],
        email=True,
        now=now,
    )


@service(RegisterRight.APPLICATION_HANDLE)
def application_ask(
    *, actor: Actor, organisation_id: int, application_id: int, word: str, now: datetime
) -> MembershipApplication:
    """The office asks the applicant to mend something.

    Raises register.unknown_application, register.application_cannot, register.no_word.
    """
    row = _locked(organisation_id, application_id)
    text = word.strip()[:1000]
    if not text:
        raise RuleViolation("register.no_word", field="word")
    row.word = text
    _move(actor, row, "ask", now, text)
    with override("ru"):
        _tell_applicant(row, _("Your application needs mending"), text, now)
    return row


@service(None)
def application_mend(
    *,
    actor: Actor,
    organisation_id: int,
    application_id: int,
    residence: str,
    postal_address: str,
    email: str = "",
    consents: bool,
    file_ids: Sequence[int] = (),
    now: datetime,
) -> MembershipApplication:
    """The applicant (for paper, the office) answers what was asked. Raises register.unknown_application, register.application_cannot,
    register.application_no_*, register.unknown_file."""
    row = _locked(organisation_id, application_id)
    own = _own_or_handled(actor, organisation_id, row.person_id)
    values = _written(residence, postal_address, email, consents)
    for name, value in values.items():
        setattr(row, name, value)
    _attach(row, file_ids)
    _move(actor, row, "mend", now)
    if own:
        _tell_office(row, RegisterRight.APPLICATION_HANDLE, _("An application was mended: %(name)s"), now)
    return row


@service(RegisterRight.APPLICATION_HANDLE)
def application_pass(
    *, actor: Actor, organisation_id: int, application_id: int, now: datetime
) -> MembershipApplication:
    """Papers are in order: on to the decision. Where the law asks for none (ЖК art. 143), the person is a member from the application on.

    Raises register.unknown_application, register.application_cannot and what `membership_open` raises.
    """
    row = _locked(organisation_id, application_id)
    _move(actor, row, "pass", now)
    if _law(organisation_id).value("admission.by", timezone.localdate(now)) == "application":
        _admit(actor, row, row.submitted_on, None, "", now)
    else:
        _tell_office(
            row, RegisterRight.APPLICATION_VIEW, _("An application waits for the decision: %(name)s"), now
        )
    return row


@service(RegisterRight.APPLICATION_HANDLE)
def application_admit(
    *,
    actor: Actor,
    organisation_id: int,
    application_id: int,
    decision_id: int,
    card_number: str = "",
    now: datetime,
) -> MembershipApplication:
    """The board admitted: the person is a member from the day of the decision. The law of that day says who decides.

    Raises register.unknown_application, register.application_cannot, register.unknown_decision, register.decision_wrong_body,
    register.decision_before_application and what `membership_open` raises.
    """
    row = _locked(organisation_id, application_id)
    moved(row.state, "admit")
    decision = _decision(row, decision_id)
    _admit(actor, row, decision.decided_on, decision.pk, card_number, now)
    return row


def _admit(
    actor: Actor,
    row: MembershipApplication,
    on: date,
    decision_id: int | None,
    card_number: str,
    now: datetime,
) -> None:
    membership = membership_open(
        actor=actor,
        organisation_id=row.organisation_id,
        person_id=row.person_id,
        on=on,
        decision_id=decision_id,
        card_number=card_number,
        now=now,
    )
    row.decision_id, row.membership_id = decision_id, membership.pk
    _move(actor, row, "admit", now)
    with override("ru"):
        _tell_applicant(
            row,
            _("You are admitted as a member"),
            _("You are a member since %(date)s.") % {"date": on.strftime("%d.%m.%Y")},
            now,
        )


def _decision(row: MembershipApplication, decision_id: int) -> Decision:
    decision = Decision.objects.filter(organisation_id=row.organisation_id, pk=decision_id).first()
    if decision is None:
        raise RuleViolation("register.unknown_decision", field="decision")
    by = _law(row.organisation_id).value("admission.by", decision.decided_on)
    if by is not None and by != "application" and decision.body != by:
        raise RuleViolation(
            "register.decision_wrong_body", field="decision", body=str(Decision.Body(by).label)
        )
    if decision.decided_on < row.submitted_on:
        raise RuleViolation("register.decision_before_application", field="decision", on=row.submitted_on)
    return decision


@service(RegisterRight.APPLICATION_HANDLE)
def application_refuse(
    *,
    actor: Actor,
    organisation_id: int,
    application_id: int,
    decision_id: int,
    ground: str,
    word: str,
    now: datetime,
) -> MembershipApplication:
    """The board refused, on a ground of the law and in words.

    Raises register.unknown_application, register.application_cannot, register.unknown_decision, register.decision_wrong_body,
    register.decision_before_application, register.unknown_refusal_ground, register.no_word.
    """
    row = _locked(organisation_id, application_id)
    moved(row.state, "refuse")
    decision = _decision(row, decision_id)
    grounds = {one.code: one for one in _law(organisation_id).grounds_on(decision.decided_on)}
    if ground not in grounds:
        raise RuleViolation("register.unknown_refusal_ground", field="ground")
    text = word.strip()[:1000]
    if not text:
        raise RuleViolation("register.no_word", field="word")
    row.decision_id, row.refusal_ground, row.word = decision.pk, ground, text
    _move(actor, row, "refuse", now, text)
    with override("ru"):
        _tell_applicant(
            row,
            _("Your application for membership was refused"),
            f"{grounds[ground].text} ({grounds[ground].article}). {text}",
            now,
        )
    return row


@service(None)
def application_withdraw(
    *, actor: Actor, organisation_id: int, application_id: int, word: str = "", now: datetime
) -> MembershipApplication:
    """The applicant takes the application back; for one on paper the office enters it with a word.

    Raises register.unknown_application, register.application_cannot, register.no_word.
    """
    row = _locked(organisation_id, application_id)
    own = _own_or_handled(actor, organisation_id, row.person_id)
    if not own and not word.strip():
        raise RuleViolation("register.no_word", field="word")
    _move(actor, row, "withdraw", now, word.strip())
    if own:
        _tell_office(row, RegisterRight.APPLICATION_HANDLE, _("An application was withdrawn: %(name)s"), now)
    return row


def applications_end(
    actor: Actor, organisation_id: int, person_ids: Iterable[int], word: str, now: datetime
) -> list[int]:
    """Open applications of those who have died end with them, their keys; under the right that the service has asked."""
    ended = []
    for row in MembershipApplication.objects.select_for_update().filter(
        organisation_id=organisation_id, person_id__in=list(person_ids), closed_on__isnull=True
    ):
        _move(actor, row, "withdraw", now, word)
        ended.append(row.pk)
    return ended


def applications_reopen(
    actor: Actor, organisation_id: int, application_ids: Iterable[int], word: str, now: datetime
) -> None:
    """Applications that ended by a death entered by mistake stand where they stood; the term that ran on is not prolonged."""
    for row in MembershipApplication.objects.select_for_update().filter(
        organisation_id=organisation_id, pk__in=list(application_ids), state=State.WITHDRAWN
    ):
        last = row.moves.filter(organisation_id=organisation_id).order_by("at", "pk").last()
        assert last is not None, "a withdrawn application has moved"
        row.state, row.closed_on = State(last.before), None
        row.save()
        _move_write(actor, row, State.WITHDRAWN, now, word)


# Leaving


@service(None)
def membership_leave(
    *,
    actor: Actor,
    organisation_id: int,
    person_id: int,
    on: date | None = None,
    document: str = "",
    now: datetime,
) -> Membership:
    """Leave by one's own application: the membership ends on its day, no decision is needed (217-ФЗ art. 13 part 3).

    One's own is of today; the office enters one on paper by its day. Asks membership:apply for one's own, register:edit for another's.
    Raises register.not_a_member, register.future_date, register.ends_before_start.
    """
    own = person_id in actor.acts_for(organisation_id)
    actor.require(RegisterRight.MEMBERSHIP_APPLY if own else RegisterRight.REGISTER_EDIT, organisation_id)
    today = timezone.localdate(now)
    day = today if own or on is None else on
    check_date(day, today, "on")
    row = (
        Membership.objects.select_for_update()
        .filter(organisation_id=organisation_id, person_id=person_id, valid_to__isnull=True)
        .first()
    )
    if row is None:
        raise RuleViolation("register.not_a_member")
    if day < row.valid_from:
        raise RuleViolation("register.ends_before_start", field="on", since=row.valid_from)
    with override("ru"):
        paper = document.strip() or _("application of %(date)s") % {"date": day.strftime("%d.%m.%Y")}
    membership_end(row, day, Membership.Ground.LEFT, paper, None)
    if own:
        card = persons_by_ids([person_id], organisation_id=organisation_id)[person_id]
        notify(
            organisation_id=organisation_id,
            topic=TOPIC,
            title=_("Left by application: %(name)s") % {"name": card.short_name},
            link=f"/o/{organisation_id}/register/persons/{person_id}/",
            person_ids=persons_who_can(RegisterRight.REGISTER_EDIT, organisation_id=organisation_id, on=today)
            - {person_id},
            now=now,
        )
    return row


# Owners without membership


@service(RegisterRight.REGISTER_EDIT)
def outsiders_invite(
    *, actor: Actor, organisation_id: int, person_ids: Sequence[int] | None = None, now: datetime
) -> int:
    """Ask owners without membership (all, or those named) to join; how many were told. Who has an open application is left in peace."""
    today = timezone.localdate(now)
    wanted = set(outsider_ids(organisation_id, today))
    if person_ids is not None:
        wanted &= set(person_ids)
    wanted -= set(
        MembershipApplication.objects.filter(
            organisation_id=organisation_id, closed_on__isnull=True
        ).values_list("person_id", flat=True)
    )
    with override("ru"):
        title = _("You are invited to join the members")
        text = _(
            "You own a plot and are not a member. Members vote on every question of the meeting and may be elected. "
            "The fees do not change: owners without membership pay as much. Hand in an application on the page «My membership»."
        )
    cards = persons_by_ids(wanted, organisation_id=organisation_id)
    natural_only = _law(organisation_id).value("admission.natural_only", today, False)
    told = [card.id for card in cards.values() if card.kind == "natural" or not natural_only]
    if told:
        notify(
            organisation_id=organisation_id,
            topic=TOPIC,
            title=title,
            text=text,
            link=f"/o/{organisation_id}/my/membership/",
            person_ids=told,
            email=True,
            now=now,
        )
    return len(told)
