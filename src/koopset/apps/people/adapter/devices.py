"""Devices and sessions, seen where requests come in: the cookie by which a device is known, when a session was used last."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from koopset.apps.people.models import Login
from koopset.apps.people.services.devices import (
    device_hash,
    sign_in_record,
    sign_in_seen,
    sign_ins_end_others,
)
from koopset.foundation.request_log import is_logged
from koopset.foundation.rights.actors import NOBODY

COOKIE = "koopset_device"
COOKIE_DAYS = 730
#: A session is written down as used at most once in this many seconds.
SEEN_EVERY = 600
_TOKEN = re.compile(r"[\w-]{20,64}")


def device_of(request: HttpRequest) -> str:
    """The token in the device's cookie, "" where there is none that we could have given."""
    token = request.COOKIES.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else ""


def known_by(request: HttpRequest) -> str:
    """The hash by which the device is known, "" for none."""
    token = device_of(request)
    return device_hash(token) if token else ""


def _address(request: HttpRequest) -> str:
    with suppress(PermissionDenied):
        return str(get_adapter().get_client_ip(request))
    return ""


def on_signed_in(sender: Any, request: HttpRequest | None, user: Any, **rest: Any) -> None:
    """Any way of signing in: by password, passkey, invitation, phone. A session made by a program has no address."""
    if request is None or not isinstance(user, Login) or not request.META.get("REMOTE_ADDR"):
        return
    token = device_of(request) or secrets.token_urlsafe(32)
    request.koopset_device = token  # type: ignore[attr-defined] # the middleware gives it to the browser
    sign_in_record(
        actor=NOBODY,
        login_id=user.pk,
        session_key=request.session.session_key or "",
        device=token,
        agent=request.META.get("HTTP_USER_AGENT", ""),
        address=_address(request),
        now=timezone.now(),
    )


def on_password_changed(sender: Any, request: HttpRequest, user: Login, **rest: Any) -> None:
    """Whoever knew the old password is out; the device on which it was changed stays in."""
    sign_ins_end_others(actor=NOBODY, login_id=user.pk, keep=request.session.session_key, now=timezone.now())


def connect() -> None:
    user_logged_in.connect(on_signed_in, dispatch_uid="people.signed-in")
    for signal in (password_changed, password_set, password_reset):
        signal.connect(on_password_changed, dispatch_uid="people.password-changed")


class DeviceMiddleware:
    """Gives a device its cookie at sign-in; writes down, now and then, that a session is in use. Asks for nobody by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if token := getattr(request, "koopset_device", ""):
            response.set_cookie(
                COOKIE,
                token,
                max_age=COOKIE_DAYS * 24 * 3600,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        self._note(request)
        return response

    def _note(self, request: HttpRequest) -> None:
        if not is_logged(request):
            return
        # The one whom this request has asked for already; of others nothing is asked.
        user = getattr(request, "_cached_user", None)
        key = request.session.session_key if hasattr(request, "session") else None
        if not key or user is None or not user.is_authenticated:
            return
        if cache.add(f"people.session-seen:{key}", True, SEEN_EVERY):
            with suppress(OperationalError):  # a busy database: it is written down another time
                sign_in_seen(
                    login_id=user.pk,
                    session_key=key,
                    agent=request.META.get("HTTP_USER_AGENT", ""),
                    address=_address(request),
                    now=timezone.now(),
                )
