"""Programs with keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from koopset.api import door
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login
from koopset.foundation.access.scopes import scope_names
from koopset.foundation.access.services import token_make
from koopset.foundation.rights.actors import actor_for_login

assert door.rooms  # its import gives the rights their words, without which no key can be made


@pytest.fixture(autouse=True)
def _unmeasured(settings: Any) -> None:
    """Tests ask more in a minute than programs do; the measures have tests of their own."""
    settings.API_PER_MINUTE_KEY = settings.API_PER_MINUTE_ORGANISATION = 0


class Program:
    """A program with one key. Every call asserts the status it expects and gives the answer."""

    def __init__(self, login: Login, scopes: list[str] | None = None, language: str = "en") -> None:
        self.login = login
        now = timezone.now()
        actor = actor_for_login(login.pk, on=timezone.localdate(now))
        self.token, self.secret = token_make(
            actor=actor, name="1С", scopes=scopes or list(scope_names()), now=now
        )
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {self.secret}", "Accept-Language": language}

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "", **options: Any) -> HttpResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        call = getattr(self.client, method)
        if method == "get":
            return call(f"/api/v1{path}", body or {}, headers=headers)  # type: ignore[no-any-return]
        if options.pop("files", False):
            return call(f"/api/v1{path}", body, headers=headers)  # type: ignore[no-any-return]
        raw = body if isinstance(body, str) else json.dumps({} if body is None else body)
        return call(f"/api/v1{path}", raw, content_type="application/json", headers=headers)  # type: ignore[no-any-return]

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        return _told(self.ask("get", path, query), status)

    def post(self, path: str, body: Any = None, status: int | None = None, **options: Any) -> Any:
        return _told(self.ask("post", path, body, **options), status)

    def patch(self, path: str, body: Any = None, status: int | None = None) -> Any:
        return _told(self.ask("patch", path, body), status)


def _told(response: HttpResponse, status: int | None) -> Any:
    told = response.content.decode() if "json" in response["Content-Type"] else response
    if status is None:
        assert 200 <= response.status_code < 300, told
    else:
        assert response.status_code == status, told
    return json.loads(told) if isinstance(told, str) else told


@pytest.fixture
def program() -> Callable[..., Program]:
    def make(login: Login | None = None, scopes: list[str] | None = None, **options: Any) -> Program:
        return Program(login or make_login(password=None), scopes, **options)

    return make
