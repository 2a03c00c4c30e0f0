"""What this room tells the engine of rights: which cards a login unites; and where letters go."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from koopset.apps.people.models import Login, Person
from koopset.apps.people.selectors import persons_of_login
from koopset.apps.people.services.devices import SECURITY_TOPIC
from koopset.apps.people.services.households import TOPIC
from koopset.foundation.notifications import Channel, register_topic
from koopset.foundation.notifications.addresses import Address, register_address_book
from koopset.foundation.rights.actors import register_person_source


class CardsOfLogin:
    def persons_of(self, *, login_id: int) -> frozenset[int]:
        return frozenset(card.pk for card in persons_of_login(login_id))


def address_book(*, person_ids: Collection[int], login_ids: Collection[int]) -> list[Address]:
    """Where letters go: the login's e-mail before the card's; nowhere for who takes papers on paper only."""
    found = [
        Address(
            card.pk,
            card.login_id,
            ""
            if card.paper_only
            else (card.login.email if card.login and card.login.is_active else card.email),
            card.login.language if card.login else "ru",
        )
        for card in Person.objects.filter(pk__in=person_ids).select_related("login")
    ]
    found += [
        Address(None, login.pk, login.email, login.language)
        for login in Login.objects.filter(pk__in=login_ids, is_active=True)
    ]
    return found


def register() -> None:
    register_address_book(address_book)
    register_topic(
        SECURITY_TOPIC,
        _("sign-in and security"),
        kept=(Channel.APP, Channel.MAIL),
        reason=_("So that nobody enters as you unseen by you."),
    )
    register_topic(TOPIC, _("your family"))
    register_person_source(CardsOfLogin())
