"""Who is signed in: allauth's backend, whose question for the login brings its cards too."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from koopset.apps.people.models import Login
from koopset.apps.people.selectors import signed_in_login


class LoginBackend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> Login | None:
        return signed_in_login(int(user_id))
