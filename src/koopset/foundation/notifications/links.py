"""The link in a letter by which a person refuses letters of its topic without signing in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

_SALT = "koopset.notifications.letters"


@dataclass(frozen=True, slots=True)
class Ticket:
    person_id: int | None
    login_id: int | None
    topic: str


def letters_url(ticket: Ticket) -> str:
    """The whole address of the page. It never runs out: an old letter must be refusable too."""
    token = signing.dumps([ticket.person_id, ticket.login_id, ticket.topic], salt=_SALT, compress=True)
    return f"{settings.SITE_URL}{reverse('notifications:letters', kwargs={'token': token})}"


def ticket_of(token: str) -> Ticket | None:
    """What a link says; None when it was not signed by this site."""
    try:
        person_id, login_id, topic = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Ticket(person_id, login_id, topic)
