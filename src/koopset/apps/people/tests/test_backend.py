"""Who is signed in is asked in one question with the cards; a closed login is nobody."""

from __future__ import annotations

import pytest
from django.contrib.auth import SESSION_KEY, get_user
from django.test import Client, RequestFactory
from django.urls import reverse

from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.selectors import persons_of_login
from koopset.foundation.rights.once import answers_kept

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("cards", [0, 1, 2])
def test_one_question_brings_the_login_and_its_cards(django_assert_num_queries, cards):
    login = make_login(password=None)
    made = [make_person(None, name=f"Ключникова Вера {number}", login=login).pk for number in range(cards)]
    client = Client()
    client.force_login(login)
    request = RequestFactory().get("/")
    request.session = client.session
    assert SESSION_KEY in request.session  # read before it counts
    with answers_kept(), django_assert_num_queries(1 if cards else 2):
        assert get_user(request) == login
        assert [card.pk for card in persons_of_login(login.pk)] == made


def test_a_closed_login_is_nobody(client):
    login = make_login(password=None)
    make_person(None, name="Ключникова Вера Павловна", login=login)
    client.force_login(login)
    address = reverse("people:me")
    assert client.get(address).status_code == 200
    login.is_active = False
    login.save()
    assert client.get(address)["Location"].startswith(reverse("account_login"))
