"""Start pages by cabinet: who comes where, what is seen, foreign ones absent, budgets of queries; guides; the front page; the demo."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.billing import factories as billing
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_actor, make_login
from koopset.apps.people.models import Login, Person
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.queries import query_budget
from koopset.kernel.period import Month
from koopset.portal.demo.mark import put_mark
from koopset.portal.views.start import DESKS

pytestmark = pytest.mark.django_db

CABINET_ROLE = {
    "treasurer": Role.TREASURER,
    "chair": Role.CHAIR,
    "auditor": Role.AUDITOR,
    "staff": Role.STAFF,
}


def client_of(login: Any, language: str = "ru") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(login)
    return client


def start_of(organisation_id: int, cabinet: str) -> str:
    return reverse("portal:start", kwargs={"organisation_id": organisation_id, "cabinet": cabinet})


@pytest.fixture
def town() -> dict[str, Any]:
    pk = billing.make_billing_organisation().pk
    mine = billing.make_account(pk, area_m2=800)
    for _number in range(4):
        billing.make_account(pk)
    billing.make_fee(pk)
    billing.post_month(pk, month=Month.of(timezone.localdate()))
    login = make_login(password=None)
    Person.objects.filter(pk=mine.payer_id or 0).update(login=login)
    logins: dict[str, Any] = {"resident": login}
    for cabinet, role in CABINET_ROLE.items():
        logins[cabinet] = make_role(pk, role).person.login
    return {"pk": pk, "logins": logins, "mine": mine}


def test_front_page_says_what_it_is_and_offers_no_demo() -> None:
    page = Client().get("/").content.decode()
    assert reverse("account_login") in page
    assert reverse("account_signup") in page
    assert reverse("portal:demo") not in page


def test_demo_is_absent_without_the_mark() -> None:
    client = Client()
    assert client.get(reverse("portal:demo")).status_code == 404
    assert client.post(reverse("portal:demo"), {"who": "treasurer"}).status_code == 404


def test_demo_enters_as_whoever_is_chosen_where_the_mark_stands() -> None:
    put_mark(town_date=timezone.localdate(), now=timezone.now())
    make_login("operator@koopset.example", password=None, is_operator=True)
    client = Client()
    assert reverse("portal:demo") in client.get("/").content.decode()
    assert client.get(reverse("portal:demo")).status_code == 200
    assert client.post(reverse("portal:demo"), {"who": "nobody"}).status_code == 404
    answer = client.post(reverse("portal:demo"), {"who": "operator"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("portal:operator")


def test_login_without_a_role_is_told_what_to_do() -> None:
    login = make_login("anna@example.org", password=None)
    page = client_of(login).get("/", follow=True)
    assert page.redirect_chain == [(reverse("portal:buyer"), 302)]
    assert "anna@example.org" in page.content.decode()


def test_operator_sees_who_waits_and_others_do_not(town: dict[str, Any]) -> None:
    waiting = make_organisation(verified=False)
    login = make_login(password=None, is_operator=True)
    page = client_of(login).get(reverse("portal:operator"))
    assert waiting.name_short in page.content.decode()
    assert client_of(town["logins"]["chair"]).get(reverse("portal:operator")).status_code == 404


@pytest.mark.parametrize("address", ["portal:operator", "portal:coordinator", "organisations:organisations"])
def test_the_operator_asks_no_more_of_many_organisations(address: str) -> None:
    """A platform of 170 settlements costs as many queries as one of two."""
    client = client_of(make_login(password=None, is_operator=True))
    for _each in range(12):
        make_organisation(verified=False)
        make_organisation()
    client.get(reverse(address))
    with query_budget(26):
        assert client.get(reverse(address)).status_code == 200


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("cabinet", list(DESKS))
def test_each_cabinet_has_its_page_and_home_leads_to_it(
    town: dict[str, Any], cabinet: str, language: str
) -> None:
    client = client_of(town["logins"][cabinet], language)
    url = start_of(town["pk"], cabinet)
    assert client.get("/").headers["Location"] == url
    now = reverse("portal:start_now", kwargs={"organisation_id": town["pk"]})
    assert client.get(now).headers["Location"] == url
    page = client.get(url)
    assert page.status_code == 200
    assert f"/o/{town['pk']}/" in page.content.decode()


@pytest.mark.parametrize("cabinet", list(DESKS))
def test_another_cabinet_and_another_organisation_are_absent(town: dict[str, Any], cabinet: str) -> None:
    other = billing.make_billing_organisation().pk
    client = client_of(town["logins"][cabinet])
    for name in [*DESKS, "operator", "nonsense"]:
        if name != cabinet:
            assert client.get(start_of(town["pk"], name)).status_code == 404
        assert client.get(start_of(other, name)).status_code == 404
    assert Client().get(start_of(town["pk"], cabinet)).status_code == 302


@pytest.mark.parametrize("cabinet", list(DESKS))
def test_facts_of_a_desk_keep_within_their_budget(town: dict[str, Any], cabinet: str) -> None:
    from koopset.foundation.rights.actors import actor_for_login

    now, today = timezone.now(), timezone.localdate()
    actor = actor_for_login(town["logins"][cabinet].pk, on=today)
    with query_budget(BUDGETS[cabinet]):
        DESKS[cabinet](actor, town["pk"], now, today)


#: The auditor's page proves the books anew, which is seven questions by itself; the resident's summary is sixteen.
#: Decisions ask what the legal form calls its bodies: on a page the card of the body is asked already.
BUDGETS = {"treasurer": 17, "chair": 13, "auditor": 18, "resident": 18, "staff": 2}


@pytest.mark.parametrize("cabinet", list(DESKS))
def test_whole_page_keeps_within_a_budget(town: dict[str, Any], cabinet: str) -> None:
    client = client_of(town["logins"][cabinet])
    with query_budget(30):
        assert client.get(start_of(town["pk"], cabinet)).status_code == 200


def test_desks_of_an_empty_organisation() -> None:
    pk = make_organisation(verified=False).pk
    for cabinet, role in CABINET_ROLE.items():
        page = client_of(make_role(pk, role).person.login).get(start_of(pk, cabinet))
        assert page.status_code == 200, cabinet
    empty = client_of(make_role(pk, Role.TREASURER).person.login).get(start_of(pk, "treasurer"))
    assert reverse("ledger:book_open", args=[pk]) in empty.content.decode()


def test_resident_sees_the_debt_and_its_arithmetic(town: dict[str, Any]) -> None:
    page = client_of(town["logins"]["resident"]).get(start_of(town["pk"], "resident")).content.decode()
    assert "1\u00a0200" in page  # 8 sotkas × 150 ₽
    assert reverse("payments:my-payments", args=[town["pk"]]) in page


def test_resident_without_an_account_is_told_so() -> None:
    from koopset.apps.people.factories import make_person
    from koopset.apps.register.factories import make_unit

    pk = make_organisation().pk
    login = make_login(password=None)
    make_unit(pk, owners=[make_person(pk, login=login)])
    page = client_of(login).get(start_of(pk, "resident"))
    assert page.status_code == 200
    assert reverse("register:my_units", args=[pk]) in page.content.decode()


def test_guide_once_closed_stays_closed(town: dict[str, Any]) -> None:
    login: Login = town["logins"]["auditor"]
    client = client_of(login)
    url = start_of(town["pk"], "auditor")
    close = reverse("portal:guide_seen", args=["auditor"])
    assert close in client.get(url).content.decode()
    assert client.post(close, {"next": url}).headers["Location"] == url
    assert client.post(close, {"next": "https://elsewhere.example/"}).headers["Location"] == "/"
    login.refresh_from_db()
    assert login.guides_seen == ["auditor"]
    assert close not in client.get(url).content.decode()


def test_guide_refuses_what_is_not_a_guide_and_strangers(town: dict[str, Any]) -> None:
    client = client_of(town["logins"]["chair"])
    assert client.post(reverse("portal:guide_seen", args=["nonsense"])).status_code == 404
    assert client.get(reverse("portal:guide_seen", args=["chair"])).status_code == 405
    assert Client().post(reverse("portal:guide_seen", args=["chair"])).status_code == 302
    assert not Login.objects.exclude(guides_seen=[]).exists()


def test_switch_lists_all_cabinets_and_remembers_the_chosen(town: dict[str, Any]) -> None:
    login = town["logins"]["treasurer"]
    make_role(town["pk"], Role.CHAIR, person=Person.objects.filter(login=login).first())
    client = client_of(login)
    assert client.get("/").headers["Location"] == start_of(town["pk"], "treasurer")
    page = client.get(start_of(town["pk"], "chair"))
    assert start_of(town["pk"], "treasurer") in page.content.decode()
    assert client.get("/").headers["Location"] == start_of(town["pk"], "chair")


def test_favicon_leads_to_the_mark() -> None:
    assert Client().get("/favicon.ico").headers["Location"].endswith("mark.svg")


def test_make_actor_of_nobody_has_no_cabinet() -> None:
    from koopset.portal.cabinets import cabinets_of

    assert cabinets_of(make_actor(None, None)) == []
