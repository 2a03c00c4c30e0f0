"""Answers to ports: what the rooms below can carry out of what was decided; ways for codes; what programs outside may hear of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koopset.apps.meetings import events
from koopset.apps.meetings.ports import (
    EffectField,
    Offer,
    register_code_sender,
    register_effect,
    register_effect_fields,
)
from koopset.apps.meetings.rules.law import Effect
from koopset.apps.organisations.selectors import form_of, office_name
from koopset.apps.organisations.services import role_assign
from koopset.apps.people.ports import sms_gateway, sms_is_on
from koopset.apps.people.selectors import login_ids_of_persons, proven_emails, proven_phones
from koopset.apps.register.selectors import application_rows, applications_query, exclusions
from koopset.apps.register.services import application_admit, exclusion_decide
from koopset.foundation.access.schemas import Out
from koopset.foundation.rights.actors import SYSTEM, Actor
from koopset.foundation.rights.roles import ASSIGNABLE, Role
from koopset.foundation.webhooks.catalogue import tell_outside
from koopset.kernel.violations import RuleViolation


def _key(data: Mapping[str, Any], name: str) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise RuleViolation("meetings.effect_lacks", field="effect_data", name=name)
    return value


class Admission:
    """A decision admits the person of an application: {"application_id", "card_number"?}."""

    def check(self, *, organisation_id: int, data: Mapping[str, Any]) -> None:
        _key(data, "application_id")

    def carry_out(self, *, actor: Actor, offer: Offer, now: datetime) -> str:
        application_admit(
            actor=actor,
            organisation_id=offer.organisation_id,
            application_id=_key(offer.data, "application_id"),
            decision_id=offer.decision_id,
            card_number=str(offer.data.get("card_number", "")),
            now=now,
        )
        return _("The membership stands in the register.")


class Exclusion:
    """A decision excludes a member whose exclusion was prepared: {"exclusion_id", "paid_after"?}."""

    def check(self, *, organisation_id: int, data: Mapping[str, Any]) -> None:
        _key(data, "exclusion_id")

    def carry_out(self, *, actor: Actor, offer: Offer, now: datetime) -> str:
        exclusion_decide(
            actor=actor,
            organisation_id=offer.organisation_id,
            exclusion_id=_key(offer.data, "exclusion_id"),
            decision_id=offer.decision_id,
            paid_after=offer.data.get("paid_after") is True,
            now=now,
        )
        return _("The membership has ended in the register; a notice of it is due.")


class Election:
    """A decision gives an office: {"role", "until"?}, to those elected, or to {"person_id"} of a plain item."""

    def check(self, *, organisation_id: int, data: Mapping[str, Any]) -> None:
        if data.get("role") not in {role.value for role in ASSIGNABLE}:
            raise RuleViolation("meetings.effect_lacks", field="effect_data", name="role")
        self._until(data)

    def carry_out(self, *, actor: Actor, offer: Offer, now: datetime) -> str:
        persons = offer.data.get("elected") or [_key(offer.data, "person_id")]
        for person_id in persons:
            role_assign(
                actor=actor,
                organisation_id=offer.organisation_id,
                person_id=person_id,
                role=str(offer.data["role"]),
                valid_from=offer.decided_on,
                valid_to=self._until(offer.data),
                basis=offer.basis,
                now=now,
            )
        return _("The offices are given: %(count)s") % {"count": len(persons)}

    @staticmethod
    def _until(data: Mapping[str, Any]) -> date | None:
        text = data.get("until")
        if text is None:
            return None
        try:
            return date.fromisoformat(str(text))
        except ValueError as error:
            raise RuleViolation("meetings.effect_lacks", field="effect_data", name="until") from error


class CodeByMail:
    """A letter to the confirmed address of a person's login, after the commit."""

    way = "mail"

    @staticmethod
    def _address(person_id: int) -> str:
        login_id = login_ids_of_persons([person_id]).get(person_id)
        return proven_emails([login_id]).get(login_id, "") if login_id is not None else ""

    def reaches(self, *, organisation_id: int, person_id: int) -> bool:
        return bool(self._address(person_id))

    def send(self, *, organisation_id: int, person_id: int, text: str) -> bool:
        address = self._address(person_id)
        if not address:
            return False
        subject = _("A code for your vote")
        transaction.on_commit(lambda: send_mail(subject, text, None, [address]))
        return True


class CodeByPhone:
    """A message to the phone that a person has proved, after the commit; not where nobody here sends messages."""

    way = "phone"

    @staticmethod
    def _phone(person_id: int) -> str:
        login_id = login_ids_of_persons([person_id]).get(person_id) if sms_is_on() else None
        return proven_phones([login_id]).get(login_id, "") if login_id is not None else ""

    def reaches(self, *, organisation_id: int, person_id: int) -> bool:
        return bool(self._phone(person_id))

    def send(self, *, organisation_id: int, person_id: int, text: str) -> bool:
        phone = self._phone(person_id)
        if not phone:
            return False
        transaction.on_commit(lambda: sms_gateway().send(phone=phone, text=text), robust=True)
        return True


_CODE_SENDERS = (CodeByMail(), CodeByPhone())


class MeetingToldOut(Out):
    meeting_id: int


class DecisionToldOut(Out):
    meeting_id: int
    item_id: int
    decision_id: int


def _tell_outside() -> None:
    """Steps of a meeting and what was adopted; of coming and voting nothing is ever told."""

    def meeting_links(one: Any) -> dict[str, str]:
        return {"meeting": f"/api/v1/o/{one.organisation_id}/meetings/{one.meeting_id}"}

    told: tuple[
        tuple[type[events.MeetingNoticed | events.MeetingOpened | events.MeetingClosed], str, Any], ...
    ] = (
        (events.MeetingNoticed, "meeting.noticed", gettext_lazy("Notice of a meeting went out")),
        (events.MeetingOpened, "meeting.opened", gettext_lazy("A meeting is open")),
        (events.MeetingClosed, "meeting.closed", gettext_lazy("A meeting is closed, votes are counted")),
    )
    for event, name, words in told:
        tell_outside(
            event,
            name,
            words,
            data=MeetingToldOut,
            make=lambda one: {"meeting_id": one.meeting_id},
            links=meeting_links,
        )
    tell_outside(
        events.DecisionAdopted,
        "decision.adopted",
        gettext_lazy("A decision of a meeting is adopted and recorded"),
        data=DecisionToldOut,
        make=lambda one: {
            "meeting_id": one.meeting_id,
            "item_id": one.item_id,
            "decision_id": one.decision_id,
        },
        links=lambda one: {
            **meeting_links(one),
            "decision": f"/api/v1/o/{one.organisation_id}/decisions/{one.decision_id}",
        },
    )


def election_fields(*, organisation_id: int, data: Mapping[str, Any]) -> Sequence[EffectField]:
    """Which office is given, and until when."""
    form = form_of(organisation_id)
    offices = [(role.value, office_name(form, role.value)) for role in Role if role in ASSIGNABLE]
    return (
        EffectField(
            "role",
            _("Office"),
            "choice",
            tuple(offices),
            hint=_("Leave empty where no office is given: a presiding person, an interim commission."),
        ),
        EffectField("until", _("Until which day"), "day"),
    )


def admission_fields(*, organisation_id: int, data: Mapping[str, Any]) -> Sequence[EffectField]:
    """Whose application is decided."""
    rows = application_rows(
        organisation_id, applications_query(SYSTEM, organisation_id), timezone.localdate()
    )
    choices = tuple((str(row.id), row.person.full_name) for row in rows)
    return (
        EffectField("application_id", _("Whose application"), "choice", choices),
        EffectField("card_number", _("Number of the member's book"), "text"),
    )


def exclusion_fields(*, organisation_id: int, data: Mapping[str, Any]) -> Sequence[EffectField]:
    """Whose exclusion is decided: one that was prepared, with its warning."""
    rows = exclusions(SYSTEM, organisation_id, timezone.localdate())
    choices = tuple((str(row.id), row.person.full_name) for row in rows)
    return (EffectField("exclusion_id", _("Who is excluded"), "choice", choices),)


def register() -> None:
    register_effect_fields(Effect.ADMISSION.value, admission_fields)
    register_effect_fields(Effect.EXCLUSION.value, exclusion_fields)
    register_effect_fields(Effect.ELECTION.value, election_fields)
    register_effect(Effect.ADMISSION.value, Admission())
    register_effect(Effect.EXCLUSION.value, Exclusion())
    register_effect(Effect.ELECTION.value, Election())
    for sender in _CODE_SENDERS:
        register_code_sender(sender)
    _tell_outside()
