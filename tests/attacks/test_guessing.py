"""Guessing of passwords: whatever a guesser varies, the tries at one login are one count, and others are not locked out by them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from koopset.apps.people.factories import make_login

pytestmark = pytest.mark.django_db
RIGHT, LIMIT = "long enough 1", 10


@pytest.fixture(autouse=True)
def _counts_begin_anew() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def _enters(email: str, password: str, **headers: str) -> bool:
    client = Client()
    answer = client.post(
        reverse("account_login"), {"login": email, "password": password}, headers=headers or None
    )
    assert answer.status_code in (200, 302, 429)
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "vary",
    [
        lambda n: {"host": f"testserver:{8000 + n}"},
        lambda n: {"user-agent": f"guesser {n}"},
        lambda n: {"x-forwarded-for": f"10.1.1.{n}"},
        lambda n: {"accept-language": ("ru", "en")[n % 2]},
    ],
    ids=["host", "browser", "address", "language"],
)
def test_what_a_guesser_varies_does_not_begin_the_count_anew(vary) -> None:
    make_login("anna@example.org", password=RIGHT)
    for number in range(LIMIT):
        assert not _enters("anna@example.org", f"wrong {number}", **vary(number))
    assert not _enters("anna@example.org", RIGHT, **vary(LIMIT))


@pytest.mark.parametrize("spelling", ["ANNA@example.org", " anna@example.org", "anna@EXAMPLE.org"])
def test_another_spelling_of_the_login_is_the_same_login(spelling: str) -> None:
    make_login("anna@example.org", password=RIGHT)
    for number in range(LIMIT):
        assert not _enters(("anna@example.org", spelling)[number % 2], f"wrong {number}")
    assert not _enters("anna@example.org", RIGHT)


def test_a_neighbour_behind_the_same_address_is_not_locked_out() -> None:
    """A whole house is one address to the site."""
    make_login("anna@example.org", password=RIGHT)
    make_login("boris@example.org", password=RIGHT)
    for number in range(LIMIT + 2):
        assert not _enters("anna@example.org", f"wrong {number}")
    assert _enters("boris@example.org", RIGHT)
