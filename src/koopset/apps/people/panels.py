"""What this room shows in the shell: the name of the person, the address book, the profile."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.selectors import persons_of_login
from koopset.foundation.ui.navigation import NavPlace, register_person, register_place


def person_name(request: HttpRequest) -> str:
    """The own card's name, else the first card's, else the e-mail."""
    cards = persons_of_login(request.user.pk or 0)
    own = next((card for card in cards if card.keeper_id is None), cards[0] if cards else None)
    return own.short_name if own else str(request.user)


def register() -> None:
    register_person(person_name)
    register_place(
        NavPlace(
            room="people",
            label=_("People"),
            icon="users",
            url_name="people:persons",
            right=PeopleRight.PERSON_VIEW,
            section="settlement",
            order=20,
        )
    )
    register_place(
        NavPlace(
            room="people",
            label=_("My profile"),
            icon="user-circle",
            url_name="people:me",
            section="self",
            order=90,
        )
    )
