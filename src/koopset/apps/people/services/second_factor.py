"""Writing around the second factor: when it was asked for, what the owner is told, and its removal from the command line."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from koopset.apps.people.models import Login
from koopset.apps.people.services.devices import SECURITY_TOPIC
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(None)
def second_factor_ask(*, actor: Actor, now: datetime) -> datetime:
    """From now on a second factor is asked of the own login: the grace runs from the first time. Raises people.unknown for nobody's."""
    login = Login.objects.select_for_update().filter(pk=actor.login_id).first()  # type: ignore[misc]
    if login is None:
        raise RuleViolation("people.unknown")
    if login.second_factor_asked_at is None:
        login.second_factor_asked_at = now
        login.save(update_fields=["second_factor_asked_at"])
    assert login.second_factor_asked_at is not None
    return login.second_factor_asked_at


def key_change_tell(*, login: Login, title: str | Promise, text: str | Promise, now: datetime) -> None:
    """Tell the owner, in the app and by e-mail, that a way in was added or taken away."""
    with translation.override(login.language):
        notify(
            organisation_id=None,
            topic=SECURITY_TOPIC,
            title=str(title),
            text=str(text),
            link=reverse("people:security"),
            login_ids=[login.pk],
            email=True,
            now=now,
        )


def second_factor_remove(email: str, *, now: datetime) -> int:
    """Take away all second factors of a login whose owner has lost them; the number. For the command line, never for a page.

    Raises people.unknown.
    """
    login = Login.objects.filter(email=email.strip().lower()).first()
    if login is None:
        raise RuleViolation("people.unknown")
    count: int = Authenticator.objects.filter(user_id=login.pk).delete()[0]
    return count
