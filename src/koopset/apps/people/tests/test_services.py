from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from koopset.apps.people import selectors, services
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.people.models import Login, Person
from koopset.apps.people.rules import CardData, card_checked, card_from_name, phone_normal
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Forbidden, actor_for_login
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.models import Tenant
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def home():
    return Tenant.objects.create(kind="snt")


@pytest.fixture
def chair(home):
    return make_actor(Role.CHAIR, home.pk)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("89111234567", "+7 911 123-45-67"),
        ("9111234567", "+7 911 123-45-67"),
        ("+49 30 123456", "+49 30 123456"),
        ("", ""),
    ],
)
def test_a_phone_is_stored_in_one_form(text, stored):
    assert phone_normal(text) == stored


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (CardData(), "people.no_last_name"),
        (CardData(kind="legal", last_name="Иванов"), "people.no_body_name"),
        (CardData(last_name="Иванов", email="почта"), "people.bad_email"),
        (CardData(last_name="Иванов", phone="позвоните"), "people.bad_phone"),
        (CardData(last_name="Иванов", inn="7707083893"), "people.inn_of_other_kind"),
        (CardData(last_name="Иванов", birth_date=date(2030, 1, 1)), "people.bad_birth_date"),
    ],
)
def test_a_card_that_cannot_be_kept(card, code):
    with pytest.raises(RuleViolation) as refusal:
        card_checked(card, today=date(2026, 11, 24))
    assert refusal.value.code == code


def test_a_name_in_one_cell_is_a_person_or_a_body():
    assert card_from_name("Иванов Иван Иванович").first_name == "Иван"
    assert card_from_name("ООО «Ромашка»").body_name == "ООО «Ромашка»"


def test_the_card_of_another_keeper_is_unknown(home, chair):
    stranger = make_person(Tenant.objects.create(kind="snt").pk)
    with pytest.raises(RuleViolation) as refusal:
        services.person_update(actor=chair, organisation_id=home.pk, person_id=stranger.pk, phone="", now=NOW)
    assert refusal.value.code == "people.unknown"
    with pytest.raises(Forbidden):
        selectors.person_of(chair, home.pk, stranger.pk)


def test_many_cards_or_none(home, chair):
    with pytest.raises(RuleViolation) as refusal:
        services.persons_create_many(
            actor=chair, organisation_id=home.pk, cards=[CardData(last_name="Иванов"), CardData()], now=NOW
        )
    assert (refusal.value.code, refusal.value.line) == ("people.no_last_name", 2)
    assert not Person.objects.filter(keeper_id=home.pk).exists()


def test_an_invitation_proves_the_email_and_unites_the_card(home, chair):
    person = make_person(home.pk, email="anna@example.org")
    login = services.login_invite(actor=chair, organisation_id=home.pk, person_id=person.pk, now=NOW)
    run_pending_jobs(now=NOW)
    person.refresh_from_db()
    assert person.login_id is None  # nobody sees the card before the e-mail is proved
    path = services.invitation_path(login)
    # The token holds the second of its making: the one in the letter is the one that counts.
    letter = mail.outbox[0].body
    assert path.rstrip("/").rsplit("/", 1)[0] in letter
    link = next(line for line in letter.splitlines() if line.startswith("http"))
    token = link.rstrip("/").rsplit("/", 1)[1]
    services.invitation_accept(
        actor=NOBODY, login_id=login.pk, token=token, password="Тихая-заводь-47", now=NOW
    )
    person.refresh_from_db()
    assert person.login_id == login.pk
    assert actor_for_login(login.pk, on=date(2026, 11, 24)).person_ids == {person.pk}  # type: ignore[unreachable]
    with pytest.raises(RuleViolation) as refusal:
        services.invitation_accept(actor=NOBODY, login_id=login.pk, token=token, password="x" * 12, now=NOW)
    assert refusal.value.code == "people.link_is_old"


def test_a_proved_login_gets_the_card_at_once_and_an_uninvited_card_never(
    home, chair, django_capture_on_commit_callbacks
):
    login = make_login("oleg@example.org", password=None)
    invited, other = make_person(home.pk, email=login.email), make_person(home.pk, email=login.email)
    with django_capture_on_commit_callbacks(execute=True):
        services.login_invite(actor=chair, organisation_id=home.pk, person_id=invited.pk, now=NOW)
    invited.refresh_from_db()
    other.refresh_from_db()
    assert (invited.login_id, other.login_id) == (login.pk, None)


def test_a_claim_without_a_proved_email_is_refused(home):
    login = make_login("ivan@example.org", password=None, verified=False)
    card = make_person(home.pk, email=login.email, invited_at=NOW - timedelta(days=1))
    with pytest.raises(RuleViolation) as refusal:
        services.card_claim(actor=NOBODY, login_id=login.pk, email=login.email, now=NOW)
    assert refusal.value.code == "people.email_not_proved"
    card.refresh_from_db()
    assert card.login_id is None


def test_one_changes_contacts_of_a_kept_card_but_not_the_name(home):
    login = make_login(password=None)
    card = make_person(home.pk, name="Иванов Иван Иванович", login=login)
    actor = actor_for_login(login.pk, on=date(2026, 11, 24))
    services.profile_update(actor=actor, person_id=card.pk, phone="89110000000", now=NOW)
    with pytest.raises(RuleViolation) as refusal:
        services.profile_update(actor=actor, person_id=card.pk, last_name="Петров", now=NOW)
    assert refusal.value.code == "people.name_by_keeper"
    card.refresh_from_db()
    assert (card.phone, card.last_name) == ("+7 911 000-00-00", "Иванов")


def test_sign_up_makes_a_login_with_its_own_card(client):
    form = {
        "email": "New@Example.org", "password1": "Тихая-заводь-47", "password2": "Тихая-заводь-47",
        "last_name": "Белова", "first_name": "Анна",
    }  # fmt: skip
    assert client.post(reverse("account_signup"), form | {"last_name": ""}).status_code == 200
    assert not Login.objects.filter(email="new@example.org").exists()
    assert client.post(reverse("account_signup"), form).status_code == 302
    login = Login.objects.get(email="new@example.org")
    assert not EmailAddress.objects.get(user=login).verified
    card = Person.objects.get(login=login)
    assert (card.keeper_id, card.full_name, card.email) == (None, "Белова Анна", "new@example.org")


def test_the_invitation_page_sets_a_password_and_enters(client, home):
    login = Login.objects.create_user("mail@example.org", None)
    make_person(home.pk, email=login.email, invited_at=NOW)
    path = services.invitation_path(login)
    assert client.get(path).status_code == 200
    answer = client.post(path, {"password1": "Тихая-заводь-47", "password2": "Другая-заводь-47"})
    assert answer.status_code == 200
    assert Person.objects.get(email=login.email).login_id is None
    assert (
        client.post(path, {"password1": "Тихая-заводь-47", "password2": "Тихая-заводь-47"}).status_code == 302
    )
    assert Person.objects.get(email=login.email).login_id == login.pk
    assert client.get(path).status_code == 410


def test_an_invitation_waits_for_a_mail_server_that_is_away(home, chair, monkeypatch):
    person = make_person(home.pk, email="anna@example.org")
    services.login_invite(actor=chair, organisation_id=home.pk, person_id=person.pk, now=NOW)
    with monkeypatch.context() as away:
        away.setattr(services, "send_mail", _away)
        [tried] = run_pending_jobs(now=NOW)
    assert (tried.state, mail.outbox) == ("waiting", [])
    [sent] = run_pending_jobs(now=timezone.now() + timedelta(minutes=1))
    assert (sent.state, [letter.to for letter in mail.outbox]) == ("done", [["anna@example.org"]])
    assert sent.args == {"login_id": sent.args["login_id"]}, "the link is in the letter only"


def _away(*_args, **_more):
    raise ConnectionRefusedError


def test_everybody_with_an_email_is_invited_once(home):
    anna = make_person(home.pk, email="anna@example.org")
    boris = make_person(home.pk, email="boris@example.org")
    inside = make_person(home.pk, email="inside@example.org", login=make_login("inside@example.org"))
    silent = make_person(home.pk, email="")
    services.logins_invite_all(actor=SYSTEM, organisation_id=home.pk, now=NOW)
    # Asked again in the same minute it is the same work.
    services.logins_invite_all(actor=SYSTEM, organisation_id=home.pk, now=NOW)
    run_pending_jobs(now=NOW)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["anna@example.org", "boris@example.org"]
    for person in (anna, boris, inside, silent):
        person.refresh_from_db()
    assert [one.invited_at is not None for one in (anna, boris, inside, silent)] == [True, True, False, False]
    with pytest.raises(RuleViolation) as refusal:
        services.logins_invite_all(actor=SYSTEM, organisation_id=home.pk, now=NOW + timedelta(hours=1))
    assert refusal.value.code == "people.nobody_to_invite"


def test_nobody_is_invited_by_those_who_may_not(home):
    make_person(home.pk, email="anna@example.org")
    with pytest.raises(Forbidden):
        services.logins_invite_all(actor=make_actor(Role.AUDITOR, home.pk), organisation_id=home.pk, now=NOW)
    run_pending_jobs(now=NOW)
    assert mail.outbox == []
