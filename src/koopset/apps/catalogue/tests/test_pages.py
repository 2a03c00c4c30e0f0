"""The pages of categories and of learnt names, and the calls for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from koopset.apps.catalogue import services
from koopset.apps.catalogue.models import LearntName
from koopset.apps.people.factories import make_login
from koopset.foundation.rights.actors import SYSTEM, Actor, ActorKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_login(password=None, is_operator=True))
    return client


def learnt() -> LearntName:
    person = Actor(kind=ActorKind.PERSON, login_id=make_login(password=None).pk)
    return services.name_answer(
        actor=person, name="Зюзюка хрумкая", category="сладости", kind="печенье", now=NOW
    ).name


def text_of(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    text: str = answer.content.decode()
    return text.replace("\u00a0", " ")


def test_everybody_sees_what_is_known_and_finds_it():
    guest = Client()
    whole = text_of(guest.get("/catalogue/"))
    assert "Что мы узнаём в чеках" in whole
    assert "Хлеб и выпечка" in whole
    found = text_of(guest.get("/catalogue/?q=кефир"))
    assert "Молоко и молочное" in found
    assert "Хлеб и выпечка" not in found
    guessed = text_of(guest.get("/catalogue/?q=ЙОГ.ВИШНЯ/150Г"))
    assert "Молоко и молочное" in guessed
    assert "ЙОГ.ВИШНЯ" in guessed
    assert "Этого мы пока не знаем" in text_of(guest.get("/catalogue/?q=зюзюка"))
    assert "Хлеб" in text_of(guest.get("/catalogue/?q=%00"))


def test_the_operator_sees_learnt_names_and_sets_them(operator: Client):
    assert "Пока никто не объяснял" in text_of(operator.get("/catalogue/names/"))
    row = learnt()
    assert "зюзюка хрумкая" in text_of(operator.get("/catalogue/names/"))
    assert "зюзюка хрумкая" in text_of(operator.get("/catalogue/names/?q=ЗЮЗЮКА&state=asked"))
    assert "Ничего не" in text_of(operator.get("/catalogue/names/?state=confirmed"))
    page = text_of(operator.get(f"/catalogue/names/{row.pk}/"))
    assert "печенье" in page
    answer = operator.post(f"/catalogue/names/{row.pk}/", {"what": "хлеб|булочки"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.category, row.kind) == ("corrected", "хлеб", "булочки")
    assert "is-invalid" in text_of(operator.post(f"/catalogue/names/{row.pk}/", {"what": "хлеб|кефир"}))
    operator.post(f"/catalogue/names/{row.pk}/decline/")
    row.refresh_from_db()
    assert row.state == "refused"
    operator.post(f"/catalogue/names/{row.pk}/release/")
    row.refresh_from_db()
    assert row.state == "asked"
    text_of(operator.get(f"/catalogue/names/{row.pk}/"))


def test_others_have_no_such_pages():
    row = learnt()
    somebody = Client()
    somebody.force_login(make_login(password=None))
    for path in ("/catalogue/names/", f"/catalogue/names/{row.pk}/"):
        assert somebody.get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert somebody.post(f"/catalogue/names/{row.pk}/decline/").status_code == 404


def test_absent_names_answer_as_absent(operator: Client):
    assert operator.get("/catalogue/names/987654/").status_code == 404
    assert operator.post("/catalogue/names/987654/decline/").status_code == 404


def test_a_declined_name_has_no_category():
    row = learnt()
    services.name_decline(actor=SYSTEM, name_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.category, row.kind) == ("", "")
