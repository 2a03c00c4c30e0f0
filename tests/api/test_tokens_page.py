"""The page on which a person makes keys."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from koopset.apps.people.factories import make_login
from koopset.foundation.access.models import ApiToken
from koopset.foundation.access.services import digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> tuple[Client, int]:
    login = make_login(password=None)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(login)
    return client, login.pk


def test_a_key_is_shown_once_and_revoked(person: tuple[Client, int]) -> None:
    client, login_id = person
    assert "#key" in client.get("/me/keys/").content.decode()
    answer = client.post("/me/keys/", {"name": "1С", "scopes_register": ["register:register:view"]})
    found = re.search(r'data-copy="(ks_[^"]+)"', answer.content.decode())
    assert found
    token = ApiToken.objects.get()
    assert (token.login_id, token.sha256, token.scopes) == (
        login_id,
        digest(found[1]),
        ["register:register:view"],
    )
    assert found[1] not in client.get("/me/keys/").content.decode()
    client.post(f"/me/keys/{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_what_is_refused_makes_no_key(person: tuple[Client, int]) -> None:
    client, _login = person
    for data in (
        {"name": "1С"},
        {"name": "", "scopes_register": ["register:register:view"]},
        {"name": "1С", "scopes_register": ["register:no:such"]},
        {"name": "1С", "scopes_register": ["register:register:view"], "expires_on": "2020-01-01"},
    ):
        answer = client.post("/me/keys/", data)
        assert answer.status_code == 200
        assert "data-copy" not in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_another_s_key_is_not_there(person: tuple[Client, int]) -> None:
    client, _login = person
    client.post("/me/keys/", {"name": "1С", "scopes_register": ["register:register:view"]})
    other = Client()
    assert other.get("/me/keys/").status_code == 302
    other.force_login(make_login(password=None))
    assert other.post(f"/me/keys/{ApiToken.objects.get().pk}/revoke/").status_code == 404
    assert ApiToken.objects.get().revoked_at is None
