"""How allauth's sign-up and sign-in become a login of ours with its cards."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language

from koopset.apps.people.models import Login
from koopset.apps.people.services import card_claim, own_card_create
from koopset.foundation.rights.actors import NOBODY
from koopset.kernel.violations import RuleViolation


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
        if user.language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                max_age=365 * 24 * 3600,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        try:
            return reverse("portal:home")
        except NoReverseMatch:
            return reverse("people:me")
