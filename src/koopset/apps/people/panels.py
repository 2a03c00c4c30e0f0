"""What this room shows in the shell: the name of the person, the address book, the profile."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from koopset.apps.people.models import SupportVisit
from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.selectors import persons_of_login
from koopset.apps.people.selectors.security import second_factor_due
from koopset.apps.people.services import second_factor_ask
from koopset.foundation.rights.pages import Gate, PageRequest, register_hold
from koopset.foundation.ui.navigation import (
    Banner,
    NavPlace,
    register_banner,
    register_person,
    register_place,
)

#: Verbs of rights that change nothing: a page that asks one is held only when something is sent from it.
READING = frozenset({"view", "use", "run"})
#: Gates behind which there is nothing of an office: one's own things, everybody's, the own household's.
OWN = frozenset({Gate.PUBLIC, Gate.SIGNED_IN, Gate.PERSON, Gate.HOUSEHOLD})
#: Pages of one's own that are a way around: a key of a program writes without a second step.
WAYS_AROUND = frozenset({"access:tokens"})


def person_name(request: HttpRequest) -> str:
    """The own card's name, else the first card's, else the e-mail."""
    cards = persons_of_login(request.user.pk or 0)
    own = next((card for card in cards if card.keeper_id is None), cards[0] if cards else None)
    return own.short_name if own else str(request.user)


def hold_for_second_factor(request: PageRequest, asks: str | Gate) -> HttpResponseBase | None:
    """Whoever handles money or registers is asked for a second factor; when the grace is over, the pages that write lead to it."""
    if getattr(request, "support_visit", None) is not None:
        return None
    due = second_factor_due(request.actor, now=timezone.now())
    if due is None:
        return None
    if due.asked_at is None:
        second_factor_ask(actor=request.actor, now=timezone.now())
        return None
    if not due.is_overdue:
        return None
    sent = request.method not in ("GET", "HEAD", "OPTIONS")
    place = request.resolver_match.view_name if request.resolver_match else ""
    if asks in OWN and not (sent and place in WAYS_AROUND):
        return None
    if not sent and (isinstance(asks, Gate) or asks.rpartition(":")[2] in READING):
        return None
    back = request.path if sent else request.get_full_path()
    address = f"{reverse('people:second_factor')}?{urlencode({'held': '1', 'next': back})}"
    response = HttpResponseRedirect(address)
    if request.headers.get("HX-Request"):
        response = HttpResponseRedirect(address, status=200)
        del response["Location"]
        response["HX-Redirect"] = address
    return response


def support_banner(request: HttpRequest) -> Banner | None:
    """An operator looks at somebody's pages."""
    visit: SupportVisit | None = getattr(request, "support_visit", None)
    if visit is None or visit.until is None:
        return None
    return Banner(
        text=_("You see the pages of %(email)s as support, until %(time)s. You can look, not change.")
        % {"email": visit.login.email, "time": date_format(timezone.localtime(visit.until), "H:i")},
        action=_("Leave"),
        url=reverse("people:support_leave"),
    )


def register() -> None:
    register_hold(hold_for_second_factor)
    register_banner(support_banner)
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
            label=_("My family"),
            icon="friends",
            url_name="people:household",
            section="self",
            order=60,
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
