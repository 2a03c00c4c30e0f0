"""A person gives and withdraws a consent: each act is a row that nobody changes."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from koopset.apps.people.selectors import persons_of_login
from koopset.apps.privacy.events import ConsentGiven, ConsentWithdrawn
from koopset.apps.privacy.formats.consent_texts import ConsentText
from koopset.apps.privacy.models import ConsentAct
from koopset.apps.privacy.selectors import (
    addressee_of,
    is_for_organisation,
    standing_of_login,
    text_in_force,
)
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


def _own_login(actor: Actor) -> int:
    """A consent is given by the person, not by a program with a key."""
    if actor.login_id is None or actor.token_id is not None:
        raise Forbidden("privacy.consent")
    return actor.login_id


def _text(actor: Actor, purpose: str, organisation_id: int | None, now: datetime) -> ConsentText:
    text = text_in_force(purpose, timezone.localdate(now))
    if text is None:
        raise RuleViolation("privacy.unknown_purpose")
    if is_for_organisation(text) != (organisation_id is not None):
        raise RuleViolation("privacy.unknown_purpose")
    return text


@service(None)
def consent_give(
    *,
    actor: Actor,
    organisation_id: int | None,
    purpose: str,
    version: int,
    sha256: str,
    now: datetime,
) -> ConsentAct:
    """Consent to one purpose by the text that was shown, proved by its digest. Again changes nothing.

    Right: the own login, in person; the organisation must be one the actor has a role in. Raises Forbidden,
    privacy.unknown_purpose, privacy.consent_changed.
    """
    login_id = _own_login(actor)
    if organisation_id is not None and organisation_id not in actor.organisation_ids:
        raise Forbidden("privacy.consent")
    text = _text(actor, purpose, organisation_id, now)
    addressee = addressee_of(text, organisation_id)
    if version != text.version or sha256 != text.digest(addressee):
        raise RuleViolation("privacy.consent_changed")
    last = standing_of_login(login_id, organisation_id, purpose)
    if isinstance(last, ConsentAct) and last.deed == ConsentAct.Deed.GIVEN and last.version == text.version:
        return last
    act = ConsentAct.objects.create(
        login_id=login_id,
        organisation_id=organisation_id,
        purpose=purpose,
        version=text.version,
        deed=ConsentAct.Deed.GIVEN,
        at=now,
        addressee=addressee,
        sha256=sha256,
    )
    publish(ConsentGiven(organisation_id, login_id, _cards(login_id), purpose, text.version))
    return act


@service(None)
def consent_withdraw(*, actor: Actor, organisation_id: int | None, purpose: str, now: datetime) -> ConsentAct:
    """Take a consent back, whatever version was given, on the site or on paper, and also when one has left the organisation; the rooms
    hear of it at once.

    Right: the own login, in person. Raises Forbidden, privacy.not_given.
    """
    login_id = _own_login(actor)
    last = standing_of_login(login_id, organisation_id, purpose)
    if last is None or last.deed != ConsentAct.Deed.GIVEN:
        raise RuleViolation("privacy.not_given")
    act = ConsentAct.objects.create(
        login_id=login_id,
        organisation_id=organisation_id,
        purpose=purpose,
        version=last.version,
        deed=ConsentAct.Deed.WITHDRAWN,
        at=now,
        addressee=last.addressee,
        sha256=last.sha256 if isinstance(last, ConsentAct) else last.text_sha256,
    )
    publish(ConsentWithdrawn(organisation_id, login_id, _cards(login_id), purpose))
    return act


def _cards(login_id: int) -> tuple[int, ...]:
    return tuple(card.pk for card in persons_of_login(login_id))
