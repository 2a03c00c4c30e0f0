"""How allauth's sign-up and sign-in become a login of ours with its cards."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language

from koopset.apps.people.adapter.devices import known_by
from koopset.apps.people.models import Login
from koopset.apps.people.selectors.security import device_is_known, second_factor_due
from koopset.apps.people.services import card_claim, own_card_create
from koopset.foundation.rights.actors import NOBODY, actor_for_login
from koopset.kernel.violations import RuleViolation

#: Who has signed in or proved it anew within this time is not asked for the password once more before a change of keys.
FRESH_SECONDS = 600


class LoginAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up makes a login and its own card; a confirmed e-mail brings invited cards; sign-in brings the language."""

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: Login, form: Any, commit: bool = True) -> Login:
        data = form.cleaned_data
        user.email = data["email"].lower()
        user.language = (get_language() or settings.LANGUAGE_CODE)[:2]
        self.set_password(user, data["password1"]) if data.get("password1") else user.set_unusable_password()
        if not commit:
            return user
        user.save()
        if data.get("last_name"):
            # The profile asks for the name again; a sign-up is not lost for it.
            with suppress(RuleViolation):
                own_card_create(
                    actor=NOBODY,
                    login_id=user.pk,
                    last_name=data["last_name"],
                    first_name=data.get("first_name", ""),
                    middle_name=data.get("middle_name", ""),
                    now=timezone.now(),
                )
        return user

    def populate_username(self, request: HttpRequest, user: Login) -> None:
        """There is no user name: the e-mail is the name of a login."""

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            card_claim(
                actor=NOBODY, login_id=email_address.user_id, email=email_address.email, now=timezone.now()
            )
        return confirmed

    def post_login(self, request: HttpRequest, user: Login, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response = self._asked_for_second_factor(user, response)
        if user.language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response

    def _asked_for_second_factor(self, user: Login, response: HttpResponse) -> HttpResponse:
        """Those who handle money or registers come to the page that explains it first; from there they go on."""
        actor = actor_for_login(user.pk, on=timezone.localdate())
        if second_factor_due(actor, now=timezone.now()) is None or not response.has_header("Location"):
            return response
        query = urlencode({"next": response["Location"]})
        return HttpResponseRedirect(f"{reverse('people:second_factor')}?{query}")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Just signed in is proof enough."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - record.get("at", 0) < FRESH_SECONDS for record in records)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failed tries are counted by e-mail, and apart for a device from which its owner has signed in before: a stranger who guesses
        cannot lock the owner out. Never by address: a whole house may sit behind one. Nor by the Host of the request, which the library
        adds: whoever guesses would name another port each time.
        """
        key = str(credentials.get("email") or "").strip().lower()
        known = known_by(request)
        if known and device_is_known(credentials.get("email") or "", known):
            return f"{key}:{known}"
        return key

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        try:
            return reverse("portal:home")
        except NoReverseMatch:
            return reverse("people:me")
