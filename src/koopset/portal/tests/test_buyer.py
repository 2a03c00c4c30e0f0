"""The buyer's start page: of whoever has no role, of an organiser beside their own cabinet; its blocks on a resident's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.needs.demand.factories import make_place
from koopset.apps.needs.factories import make_home, make_purchase, make_sharing
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login, SupportVisit
from koopset.apps.purchases.factories import make_want, open_round
from koopset.apps.purchases.models import Participant
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.queries import query_budget

pytestmark = pytest.mark.django_db
HOME = "/my/"


def client_of(login: Login, language: str = "ru") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(login)
    return client


def text_of(client: Client, address: str = HOME) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def test_a_newcomer_sees_the_first_step_of_each_block() -> None:
    page = text_of(client_of(make_login(password=None)))
    for name in ("needs:add", "people:household", "joining:applications", "purchases:my-rounds"):
        assert f'href="{reverse(name)}' in page, name
    assert page.count("btn-primary") == 1
    assert "Покупатель" in page, "the switch names the cabinet"


def test_the_step_is_the_one_that_is_not_done() -> None:
    login = make_login(password=None)
    client = client_of(login)
    steps = [reverse(name) for name in ("needs:add", "needs:place", "needs:sharing", "demand:wish_new")]

    def offered() -> str:
        part = text_of(client, reverse("portal:together"))
        return next(step for step in steps if f'href="{step}"' in part)

    assert offered() == steps[0]
    make_purchase(login, "МОЛОКО 1 Л", 9_000, day=timezone.localdate(), now=timezone.now())
    assert offered() == steps[1]
    make_home(login, make_place("Ольховка").pk)
    assert offered() == steps[2]
    make_sharing(login)
    assert offered() == steps[3]


def test_the_month_is_added_up() -> None:
    login = make_login(password=None)
    make_purchase(login, "МОЛОКО 1 Л", 9_050, 2, day=timezone.localdate(), now=timezone.now())
    assert "181" in text_of(client_of(login))


def test_a_round_of_mine_and_one_nearby() -> None:
    login = make_login(password=None)
    place = make_place("Ольховка")
    mine, near = (
        open_round(title=title, access="neighbours", territory_id=place.pk) for title in ("Мёд", "Сыр")
    )
    home = make_home(login, place.pk)
    participant = Participant.objects.create(
        organisation_id=mine.organisation_id,
        household_id=home.household_id,
        login_id=login.pk,
        name="Анна",
        joined_at=timezone.now(),
    )
    make_want(mine, participant, 2)
    page = text_of(client_of(login))
    for row in (mine, near):
        assert reverse("purchases:my-round", args=[row.pk]) in page


def test_the_cabinet_of_an_organiser_is_changed_to_the_own_purchases_and_back() -> None:
    role = make_role(make_organisation(form="po").pk, Role.CHAIR)
    login = role.person.login
    assert login is not None
    client = client_of(login)
    start = reverse("portal:start", args=[role.organisation_id, "chair"])
    assert client.get("/").headers["Location"] == start
    assert HOME in text_of(client, start)
    page = text_of(client)
    assert start in page
    assert reverse("demand:proposals") in page
    assert f"/o/{role.organisation_id}/people/" not in page, "the office is not beside one's own purchases"
    assert client.get("/").headers["Location"] == HOME
    text_of(client, start)
    assert client.get("/").headers["Location"] == start


def test_an_office_that_comes_later_is_begun_at() -> None:
    person = make_person()
    login = person.login or make_login()
    person.login = login
    person.save()
    client = client_of(login)
    assert client.get("/", follow=True).redirect_chain[-1][0] == HOME
    role = make_role(make_organisation().pk, Role.CHAIR, person=person)
    start = reverse("portal:start", args=[role.organisation_id, "chair"])
    assert client.get("/").headers["Location"] == start


def test_a_resident_keeps_the_cabinet_and_reaches_the_purchases() -> None:
    pk = make_organisation().pk
    login = make_login(password=None)
    make_unit(pk, "1", owners=[make_person(pk, login=login)])
    client = client_of(login)
    start = reverse("portal:start", args=[pk, "resident"])
    page = text_of(client, start)
    assert reverse("portal:together") in page
    assert HOME in page
    text_of(client)
    assert client.get("/").headers["Location"] == start


def test_support_sees_no_purchases() -> None:
    login, operator = make_login(password=None), make_login(password=None, is_operator=True)
    make_purchase(login, "МОЛОКО 1 Л", 9_050, day=timezone.localdate(), now=timezone.now())
    visit = SupportVisit.objects.create(
        login=login,
        operator=operator,
        reason="Помочь",
        asked_at=timezone.now(),
        allowed_at=timezone.now(),
        until=timezone.now() + timedelta(hours=1),
    )
    client = client_of(operator)
    client.post(reverse("people:support_enter", args=[visit.pk]))
    page = text_of(client)
    assert "90" not in page.split("<main", 1)[1]
    assert client.get(reverse("portal:together")).content == b""


def test_nobody_is_sent_to_sign_in() -> None:
    for name in ("portal:buyer", "portal:together"):
        assert Client().get(reverse(name)).status_code == 302
        assert client_of(make_login(password=None)).post(reverse(name)).status_code == 405


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_keeps_within_a_budget(language: str) -> None:
    login = make_login(password=None)
    make_purchase(login, "МОЛОКО 1 Л", 9_050, day=timezone.localdate(), now=timezone.now())
    client = client_of(login, language)
    client.get(HOME)
    with query_budget(30):
        assert client.get(HOME).status_code == 200
