"""Support's visits: with consent, for a time, written down, and never writing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.people import services
from koopset.apps.people.adapter.support import OnlyLooking, refuse_writes
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login, Person, SupportVisit
from koopset.foundation.notifications import notify
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import Forbidden, actor_for_login
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
REASON = "Вы писали, что квитанция не открывается"


def browser(login: Login) -> Client:
    client = Client()
    client.force_login(login)
    return client


def actor(login: Login):
    return actor_for_login(login.pk, on=timezone.localdate())


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


@pytest.fixture
def operator():
    return make_login(is_operator=True)


@pytest.fixture
def person():
    login = make_login()
    make_person(None, login=login, name="Ключникова Вера Павловна")
    return login


@pytest.fixture
def visit(operator, person):
    return services.visit_ask(actor=actor(operator), email=person.email, reason=REASON, now=timezone.now())


@pytest.fixture
def inside(operator, person, visit):
    """The operator's browser, looking at the person's pages."""
    services.visit_allow(actor=actor(person), visit_id=visit.pk, now=timezone.now())
    client = browser(operator)
    client.post(reverse("people:support_enter", args=[visit.pk]))
    return client


def refused(code: str, call, **kwargs) -> None:
    with pytest.raises(RuleViolation) as refusal:
        call(**kwargs, now=timezone.now())
    assert refusal.value.code == code


def test_the_whole_way(operator, person):
    desk, home = browser(operator), browser(person)
    assert "Просьб пока нет" in words(desk.get(reverse("people:support")))
    desk.post(reverse("people:support"), {"email": person.email.upper(), "reason": REASON})
    visit = SupportVisit.objects.get()
    assert (visit.operator_id, visit.login_id, visit.reason) == (operator.pk, person.pk, REASON)

    # The person is told, and sees who and why.
    notice = Notification.objects.get(login_id=person.pk)
    assert REASON in notice.text
    page = words(home.get(reverse("people:security")))
    assert REASON in page
    assert operator.email in page

    # Before consent there is no way in.
    desk.post(reverse("people:support_enter", args=[visit.pk]))
    assert person.email not in words(desk.get(reverse("people:me")))

    home.post(reverse("people:visit_answer", args=[visit.pk]), {"answer": "allow"})
    visit.refresh_from_db()
    assert visit.allowed_at is not None
    assert visit.until == visit.allowed_at + timedelta(minutes=30)
    desk.post(reverse("people:support_enter", args=[visit.pk]))
    visit.refresh_from_db()
    assert visit.entered_at is not None

    seen = words(desk.get(reverse("people:me")))
    assert "Ключникова" in seen
    assert f"Вы смотрите страницы {person.email} как поддержка" in seen
    assert "вход" in words(home.get(reverse("people:security")))

    desk.post(reverse("people:support_leave"))
    visit.refresh_from_db()
    assert visit.ended_at is not None
    after = words(desk.get(reverse("people:me")))
    assert "как поддержка" not in after
    assert operator.email in after


def test_nothing_is_sent_during_a_visit(inside, person):
    before = Person.objects.get(login=person)
    card = f"card-{before.pk}"
    for address, data in (
        (reverse("people:me"), {"form": card, f"{card}-phone": "+7 999 000-00-00"}),
        (reverse("people:me"), {"form": "settings", "language": "en", "theme": "dark"}),
        (reverse("notifications:read_all"), {}),
        (reverse("people:sessions_end_others"), {}),
        (reverse("account_logout"), {}),
        ("/nowhere/", {}),
    ):
        answer = inside.post(address, data)
        assert answer.status_code == 403, address
        assert "Поддержка здесь только смотрит" in words(answer)
    before.refresh_from_db()
    person.refresh_from_db()
    assert (before.phone, person.language, person.theme) == ("", "ru", "auto")


@pytest.mark.django_db(transaction=True)
def test_a_page_that_would_write_when_it_is_only_opened_is_refused_too(inside, person):
    [notice] = notify(
        organisation_id=None, topic="x", title="Новость", login_ids=[person.pk], now=timezone.now()
    )
    answer = inside.get(reverse("notifications:open", args=[notice.pk]))
    assert answer.status_code == 403
    notice.refresh_from_db()
    assert notice.read_at is None
    assert inside.get(reverse("notifications:list")).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["people:security", "people:second_factor", "account_email", "mfa_activate_totp", "portal:operator"],
)
def test_the_keys_of_the_person_are_not_even_shown(inside, name):
    assert inside.get(reverse(name)).status_code == 403


def test_the_database_refuses_every_statement_that_is_not_a_question():
    with connection.execute_wrapper(refuse_writes):
        assert Login.objects.count() == 0
        assert list(Login.objects.select_for_update()) == []
        for write in (
            lambda: Login.objects.update(theme="dark"),
            lambda: Login.objects.create(email="a@example.org"),
            lambda: Login.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(OnlyLooking):
                write()


def test_the_time_runs_out(inside, operator, visit):
    SupportVisit.objects.filter(pk=visit.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert operator.email in words(inside.get(reverse("people:me")))
    assert "как поддержка" not in words(inside.get(reverse("people:me")))
    # And the way back in is closed.
    inside.post(reverse("people:support_enter", args=[visit.pk]))
    assert "как поддержка" not in words(inside.get(reverse("people:me")))


def test_the_person_ends_it(inside, person, operator, visit):
    browser(person).post(reverse("people:visit_answer", args=[visit.pk]), {"answer": "end"})
    assert operator.email in words(inside.get(reverse("people:me")))


def test_an_operator_who_is_one_no_more_is_out(inside, operator, person):
    Login.objects.filter(pk=operator.pk).update(is_operator=False)
    assert person.email not in words(inside.get(reverse("people:me")))


def test_the_person_says_no(operator, person, visit):
    browser(person).post(reverse("people:visit_answer", args=[visit.pk]), {"answer": "refuse"})
    refused("people.visit_not_allowed", services.visit_enter, actor=actor(operator), visit_id=visit.pk)
    refused("people.visit_is_answered", services.visit_allow, actor=actor(person), visit_id=visit.pk)
    assert "отказано" in words(browser(operator).get(reverse("people:support")))


def test_whose_it_is_not_cannot_answer_enter_or_end(person, visit):
    stranger, other_operator = make_login(), make_login(is_operator=True)
    for call in (services.visit_allow, services.visit_refuse, services.visit_end):
        refused("people.no_such_visit", call, actor=actor(stranger), visit_id=visit.pk)
    refused("people.no_such_visit", services.visit_enter, actor=actor(other_operator), visit_id=visit.pk)
    with pytest.raises(Forbidden):
        services.visit_enter(actor=actor(person), visit_id=visit.pk, now=timezone.now())
    with pytest.raises(Forbidden):
        services.visit_ask(actor=actor(person), email=stranger.email, reason=REASON, now=timezone.now())
    assert browser(stranger).get(reverse("people:support")).status_code == 404


@pytest.mark.parametrize(
    ("who", "reason", "code"),
    [
        ("nobody@example.org", REASON, "people.visit_to_nobody"),
        ("own", REASON, "people.visit_to_oneself"),
        ("other", REASON, "people.visit_to_operator"),
        ("person", "ну", "people.visit_without_reason"),
    ],
)
def test_a_request_that_is_not_made(operator, person, who, reason, code):
    emails = {"own": operator.email, "other": make_login(is_operator=True).email, "person": person.email}
    refused(code, services.visit_ask, actor=actor(operator), email=emails.get(who, who), reason=reason)
    assert not SupportVisit.objects.exists()


def test_one_request_at_a_time(operator, person, visit):
    refused(
        "people.visit_is_asked", services.visit_ask, actor=actor(operator), email=person.email, reason=REASON
    )
