"""The second step is asked of those who handle money or registers: gently, then firmly, never in the invented town."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import PASSWORD, make_login, make_person
from koopset.apps.people.models import Login
from koopset.apps.people.selectors.security import second_factor_due
from koopset.apps.register.models import Decision
from koopset.foundation.access.models import ApiToken
from koopset.foundation.rights.actors import Actor, ActorKind, Grant
from koopset.foundation.rights.roles import Role
from koopset.portal.models import DemoMark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked(settings):
    settings.SECOND_FACTOR_ASKED = True
    settings.SECOND_FACTOR_GRACE_DAYS = 14


def holder(role: Role) -> tuple[Login, int, Client]:
    """A login that holds a role, its organisation and a signed-in browser."""
    organisation_id = make_organisation().pk
    login = make_login()
    make_role(organisation_id, role, person=make_person(organisation_id, login=login))
    client = Client()
    client.force_login(login)
    return login, organisation_id, client


def asked_ago(login: Login, days: int) -> None:
    Login.objects.filter(pk=login.pk).update(second_factor_asked_at=timezone.now() - timedelta(days=days))


def start(organisation_id: int, cabinet: str) -> str:
    return reverse("portal:start", args=[organisation_id, cabinet])


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_sign_in_leads_to_the_explanation_and_on():
    login, organisation_id, _client = holder(Role.TREASURER)
    client = Client()
    answer = client.post(
        reverse("account_login"),
        {"login": login.email, "password": PASSWORD, "next": f"/o/{organisation_id}/people/"},
    )
    assert answer["Location"].startswith(reverse("people:second_factor"))
    page = text_of(client, answer["Location"])
    assert f'href="/o/{organisation_id}/people/"' in page
    assert "Позже" in page
    login.refresh_from_db()
    assert login.second_factor_asked_at is not None, "the days run from the explanation"


def test_who_handles_neither_money_nor_registers_is_not_asked():
    organisation_id = make_organisation().pk
    login = make_login()
    make_role(organisation_id, Role.STAFF, person=make_person(organisation_id, login=login))
    client = Client()
    answer = client.post(reverse("account_login"), {"login": login.email, "password": PASSWORD})
    assert answer["Location"] == reverse("portal:home")


def test_the_grace_is_told_with_its_days():
    login, organisation_id, client = holder(Role.TREASURER)
    assert "включите второй шаг входа" in text_of(client, start(organisation_id, "treasurer"))
    login.refresh_from_db()
    assert login.second_factor_asked_at is not None
    asked_ago(login, 13)
    assert "Остался 1 день" in text_of(client, start(organisation_id, "treasurer"))
    asked_ago(login, 4)
    assert "осталось 10 дней" in text_of(client, reverse("people:second_factor"))


def test_within_the_grace_everything_works():
    login, organisation_id, client = holder(Role.CHAIR)
    asked_ago(login, 14)
    assert client.get(reverse("people:person_new", args=[organisation_id])).status_code == 200
    made = client.post(reverse("people:person_new", args=[organisation_id]), {"kind": "natural"})
    assert made.status_code == 200


def test_after_the_grace_pages_that_write_lead_to_the_set_up():
    login, organisation_id, client = holder(Role.CHAIR)
    asked_ago(login, 15)
    form = reverse("people:person_new", args=[organisation_id])
    for answer in (client.get(form), client.post(form, {"kind": "natural", "last_name": "Иванов"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("people:second_factor"))
        assert "held=1" in answer["Location"]
    page = text_of(client, client.get(form)["Location"])
    assert "не сделано" in page
    assert "Позже" not in page
    decision = reverse("register:decision_new", args=[organisation_id])
    assert client.post(decision, {"title": "О взносах"}).status_code == 302
    assert not Decision.objects.filter(organisation_id=organisation_id).exists()


def test_after_the_grace_everything_is_still_read_and_ones_own_still_done():
    login, organisation_id, client = holder(Role.CHAIR)
    asked_ago(login, 400)
    assert "Срок вышел" in text_of(client, start(organisation_id, "chair"))
    for name in ("people:persons", "register:units", "organisations:organisation"):
        assert client.get(reverse(name, args=[organisation_id])).status_code == 200
    for name in ("people:me", "people:security", "notifications:list"):
        assert client.get(reverse(name)).status_code == 200
    saved = client.post(reverse("people:me"), {"form": "settings", "language": "ru", "theme": "dark"})
    assert saved["Location"] == reverse("people:me")


def test_a_key_of_a_program_is_no_way_around():
    login, _organisation_id, client = holder(Role.TREASURER)
    asked_ago(login, 400)
    assert client.get(reverse("access:tokens")).status_code == 200
    answer = client.post(reverse("access:tokens"), {"name": "Программа"})
    assert answer["Location"].startswith(reverse("people:second_factor"))
    assert not ApiToken.objects.exists()


def test_a_stranger_learns_nothing_from_the_hold():
    login, _organisation_id, client = holder(Role.CHAIR)
    asked_ago(login, 400)
    elsewhere = make_organisation().pk
    assert client.get(reverse("people:person_new", args=[elsewhere])).status_code == 404


def test_a_part_asked_by_htmx_takes_the_whole_page_there():
    login, organisation_id, client = holder(Role.CHAIR)
    asked_ago(login, 400)
    answer = client.post(reverse("people:person_new", args=[organisation_id]), HTTP_HX_REQUEST="true")
    assert answer["HX-Redirect"].startswith(reverse("people:second_factor"))


def test_with_a_second_factor_nothing_is_asked():
    login, organisation_id, client = holder(Role.TREASURER)
    asked_ago(login, 400)
    Authenticator.objects.create(user=login, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert client.get(reverse("people:person_new", args=[organisation_id])).status_code == 302
    Authenticator.objects.create(user=login, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get(reverse("people:person_new", args=[organisation_id])).status_code == 200
    assert "второй шаг" not in text_of(client, start(organisation_id, "treasurer"))


def test_the_operator_is_asked_too():
    login = make_login(is_operator=True)
    client = Client()
    client.force_login(login)
    assert "включите второй шаг входа" in text_of(client, reverse("portal:operator"))
    asked_ago(login, 15)
    assert "Срок вышел" in text_of(client, reverse("portal:operator"))
    assert client.get(reverse("organisations:organisation_new")).status_code == 302


def test_programs_are_not_asked():
    login, organisation_id, _client = holder(Role.TREASURER)
    asked_ago(login, 400)
    grants = (Grant(organisation_id, Role.TREASURER),)
    now = timezone.now()
    by_hand = Actor(kind=ActorKind.PERSON, login_id=login.pk, grants=grants)
    program = Actor(kind=ActorKind.TOKEN, login_id=login.pk, grants=grants, token_id=1)
    assert second_factor_due(by_hand, now=now) is not None
    assert second_factor_due(program, now=now) is None


def test_in_the_invented_town_nobody_is_asked():
    DemoMark.objects.create(town_date=timezone.localdate(), created_at=timezone.now())
    login = make_login(is_operator=True)
    client = Client()
    client.force_login(login)
    asked_ago(login, 400)
    assert "второй шаг" not in text_of(client, reverse("portal:operator"))
    assert client.get(reverse("organisations:organisation_new")).status_code == 200


def test_an_installation_may_not_ask(settings):
    settings.SECOND_FACTOR_ASKED = False
    login, organisation_id, client = holder(Role.CHAIR)
    asked_ago(login, 400)
    assert client.get(reverse("people:person_new", args=[organisation_id])).status_code == 200
