"""Sessions and devices: what is written down of a sign-in, who is told, how a session is ended, what limits lock and what not."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.people import services
from koopset.apps.people.adapter.devices import COOKIE
from koopset.apps.people.factories import PASSWORD, make_login
from koopset.apps.people.models import KnownDevice, SignIn
from koopset.apps.people.rules import address_masked, device_words
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import NOBODY, actor_for_login
from koopset.foundation.testing.jobs import by_day, run_pending_jobs
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
YANDEX = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 YaBrowser/25.10.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def enter(
    email: str, *, password: str = PASSWORD, agent: str = YANDEX, address: str = "203.0.113.7"
) -> Client:
    """A browser of its own that tries to sign in."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("people:me")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "browser", "system", "is_pocket"),
    [
        (YANDEX, "Яндекс Браузер", "Windows", False),
        (IPHONE, "Safari", "iPhone", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux", False),
        ("", "", "", False),
    ],
)
def test_a_device_is_told_in_words(agent, browser, system, is_pocket):
    words = device_words(agent)
    assert (words.browser, words.system, words.is_pocket) == (browser, system, is_pocket)


@pytest.mark.parametrize(
    ("address", "masked"),
    [("203.0.113.7", "203.0.*.*"), ("2001:db8::7", "2001:0db8:*"), ("", ""), ("nonsense", "")],
)
def test_only_half_of_an_address_is_kept(address, masked):
    assert address_masked(address) == masked


def test_the_first_sign_in_is_quiet_a_new_device_is_told():
    login = make_login()
    first = enter(login.email)
    assert is_in(first)
    assert not Notification.objects.exists()
    row = SignIn.objects.get(login=login)
    assert (row.agent, row.address) == (YANDEX, "203.0.*.*")

    # The same browser again, after signing out.
    first.post(reverse("account_logout"))
    first.post(reverse("account_login"), {"login": login.email, "password": PASSWORD})
    assert is_in(first)
    assert not Notification.objects.exists()
    assert KnownDevice.objects.filter(login=login).count() == 1

    assert is_in(enter(login.email, agent=IPHONE, address="198.51.100.20"))
    [notice] = Notification.objects.filter(login_id=login.pk)
    assert "нового устройства" in notice.title
    assert "Safari, iPhone" in notice.text
    assert "198.51.*.*" in notice.text
    assert "198.51.100.20" not in notice.text
    mail.outbox.clear()
    run_pending_jobs(now=by_day())
    [letter] = mail.outbox
    assert letter.to == [login.email]
    assert "смените пароль" in letter.body


def test_a_device_of_a_neighbour_is_new_for_me_but_first_sign_ins_are_quiet():
    one, other = make_login(), make_login()
    client = enter(one.email)
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": other.email, "password": PASSWORD})
    assert is_in(client)
    assert not Notification.objects.exists()
    assert KnownDevice.objects.values("key_hash").distinct().count() == 1


def test_a_cookie_that_we_did_not_give_is_not_taken():
    login = make_login()
    client = Client(HTTP_USER_AGENT=YANDEX)
    client.cookies[COOKIE] = "x' OR 1=1"
    client.post(reverse("account_login"), {"login": login.email, "password": PASSWORD})
    assert len(client.cookies[COOKIE].value) > 30


def test_one_session_is_ended_from_another():
    login = make_login()
    here, there = enter(login.email), enter(login.email, agent=IPHONE)
    page = here.get(reverse("people:security")).content.decode()
    assert "Яндекс Браузер, Windows" in page
    assert "Safari, iPhone" in page
    assert "это устройство" in page
    row = SignIn.objects.get(login=login, agent=IPHONE)
    here.post(reverse("people:session_end", args=[row.pk]))
    assert not is_in(there)
    assert is_in(here)
    assert "iPhone" not in here.get(reverse("people:security")).content.decode()


def test_all_others_are_ended_at_once():
    login = make_login()
    here, *others = [enter(login.email) for _ in range(3)]
    neighbour = enter(make_login().email)
    here.post(reverse("people:sessions_end_others"))
    assert is_in(here)
    assert [is_in(one) for one in others] == [False, False]
    assert is_in(neighbour)


def test_nobody_ends_the_session_of_another():
    login, other = make_login(), make_login()
    client, stranger = enter(login.email), enter(other.email)
    row = SignIn.objects.get(login=login)
    assert stranger.post(reverse("people:session_end", args=[row.pk])).status_code == 404
    actor = actor_for_login(other.pk, on=NOW.date())
    with pytest.raises(RuleViolation) as refusal:
        services.sign_in_end(actor=actor, sign_in_id=row.pk, now=NOW)
    assert refusal.value.code == "people.no_such_session"
    with pytest.raises(RuleViolation):
        services.sign_in_end(actor=NOBODY, sign_in_id=row.pk, now=NOW)
    assert is_in(client)


def test_a_changed_password_ends_all_others():
    login = make_login()
    here, there = enter(login.email), enter(login.email, agent=IPHONE)
    new = "Другая-заводь-74"
    here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    login.refresh_from_db()
    assert login.check_password(new)
    assert is_in(here)
    assert not is_in(there)
    assert not SignIn.objects.filter(login=login, agent=IPHONE).exists()


def test_twenty_neighbours_enter_from_one_address_while_one_guesses():
    address = "203.0.113.7"
    victim = make_login()
    guesser = Client(HTTP_USER_AGENT=IPHONE, REMOTE_ADDR=address)
    neighbours = [make_login() for _ in range(20)]
    for at, neighbour in enumerate(neighbours):
        answer = guesser.post(reverse("account_login"), {"login": victim.email, "password": f"не-тот-{at}"})
        assert answer.status_code == 200
        assert is_in(enter(neighbour.email, address=address)), f"neighbour {at} is locked out"
    # The guesser is stopped, even with the right password at last.
    guesser.post(reverse("account_login"), {"login": victim.email, "password": PASSWORD})
    assert not is_in(guesser)


def test_who_guesses_does_not_lock_the_owner_out_of_the_own_device():
    login = make_login()
    own = enter(login.email)
    own.post(reverse("account_logout"))
    for at in range(12):
        enter(login.email, password=f"не-тот-{at}", agent=IPHONE)
    assert not is_in(enter(login.email, agent=IPHONE)), "a device not seen before is limited"
    own.post(reverse("account_login"), {"login": login.email, "password": PASSWORD})
    assert is_in(own)
    # On the known device tries are limited as well.
    own.post(reverse("account_logout"))
    for at in range(11):
        own.post(reverse("account_login"), {"login": login.email, "password": f"не-тот-{at}"})
    own.post(reverse("account_login"), {"login": login.email, "password": PASSWORD})
    assert not is_in(own)


def test_sessions_that_have_run_out_are_forgotten():
    login = make_login()
    client = enter(login.email)
    SignIn.objects.create(login=login, session_key="gone", started_at=NOW, seen_at=NOW)
    assert services.sign_ins_forget(now=timezone.now()) == 1
    assert SignIn.objects.get().session_key == client.session.session_key
