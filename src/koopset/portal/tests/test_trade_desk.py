"""Start pages of bodies that buy together or sell: by the data of the legal form, each role, empty and at work."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.models import Login
from koopset.apps.purchases.factories import make_round, open_round
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.queries import query_budget

pytestmark = pytest.mark.django_db
FORMS = ("group", "ip", "kfh", "ooo", "po")


def office(form: str, role: Role = Role.CHAIR, *, verified: bool = True) -> tuple[int, Client]:
    pk = make_organisation(form=form, verified=verified).pk
    login: Login | None = make_role(pk, role).person.login
    assert login is not None
    client = Client(headers={"accept-language": "ru"})
    client.force_login(login)
    return pk, client


def text_of(client: Client, pk: int, cabinet: str = "chair") -> str:
    answer = client.get(reverse("portal:start", args=[pk, cabinet]))
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_body_is_shown_its_first_steps(form: str) -> None:
    pk, client = office(form, verified=False)
    page = text_of(client, pk)
    assert "Ещё не проверены: что это значит" in page
    assert reverse("offers:list_new", args=[pk]) in page
    assert reverse("purchases:round-new", args=[pk]) in page
    assert page.count('class="btn btn-primary') == 1
    assert ("Первая" in page or "первая совместная закупка" in page) == (form in {"group", "po"})


@pytest.mark.parametrize("form", FORMS)
def test_places_of_fees_are_there_only_where_fees_are(form: str) -> None:
    pk, client = office(form)
    page = text_of(client, pk)
    assert (f'href="{reverse("billing:debtors", args=[pk])}"' in page) == (form == "po")
    assert (f'href="{reverse("register:units", args=[pk])}"' in page) == (form == "po")
    assert reverse("purchases:rounds", args=[pk]) in page


def test_a_round_going_on_and_a_draft_that_waits() -> None:
    pk, client = office("group")
    draft, going_on = make_round(pk, title="Мука"), open_round(pk, title="Мёд")
    page = text_of(client, pk)
    assert page.count(reverse("purchases:round", args=[pk, draft.pk])) == 2, "it waits, and it goes on"
    assert reverse("purchases:round", args=[pk, going_on.pk]) in page


def test_staff_and_treasurer_of_a_society() -> None:
    pk, client = office("po", Role.STAFF)
    assert "Что ждёт сегодня" in text_of(client, pk, "staff")
    pk, client = office("po", Role.TREASURER)
    assert "Что ждёт сегодня" not in text_of(client, pk, "treasurer"), "it collects fees"
    pk, client = office("kfh", Role.ACCOUNTANT)
    assert "Что ждёт сегодня" in text_of(client, pk, "treasurer")


def test_a_settlement_that_runs_rounds_has_a_block_of_them() -> None:
    pk, client = office("snt")
    assert 'id="rounds"' not in text_of(client, pk)
    draft = make_round(pk, title="Мука")
    page = text_of(client, pk)
    assert 'id="rounds"' in page
    assert reverse("purchases:round", args=[pk, draft.pk]) in page
    assert "Что ждёт сегодня" not in page


def test_the_switch_calls_the_office_as_the_form_does() -> None:
    pk, client = office("kfh")
    assert "Глава хозяйства" in text_of(client, pk)
    pk, client = office("snt")
    assert "Председатель" in text_of(client, pk)


@pytest.mark.parametrize("form", ["group", "po"])
def test_the_page_keeps_within_a_budget(form: str) -> None:
    pk, client = office(form)
    open_round(pk)
    text_of(client, pk)
    with query_budget(30):
        text_of(client, pk)
