"""Codes by telephone: only a proven phone lets in, nobody learns whose it is, a code is short-lived and hard to guess."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from koopset.apps.people import services
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import PhoneCode
from koopset.apps.people.ports import ConsoleSms, sms_gateway
from koopset.apps.people.rules import phone_mobile
from koopset.foundation.rights.actors import NOBODY, actor_for_login
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PHONE, OTHER = "+7 911 123-45-67", "+7 921 765-43-21"
SENT: list[tuple[str, str]] = []


class Box:
    """A sender that keeps what it was given."""

    def send(self, *, phone: str, text: str) -> None:
        SENT.append((phone, text))


@pytest.fixture(autouse=True)
def sms(settings):
    settings.SMS_GATEWAY = f"{__name__}.Box"
    SENT.clear()


def code_sent(now: datetime | None = None) -> str:
    """The code in the newest message, after the jobs have run."""
    run_pending_jobs(now=now)
    return newest()


def newest() -> str:
    """The code in the newest message."""
    [code] = re.findall(r"\d{6}", SENT[-1][1])
    return str(code)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def proven(phone: str = PHONE, **fields):
    return make_login(phone=phone, phone_proved_at=NOW, **fields)


def check(row: PhoneCode, code: str, now: datetime = NOW) -> PhoneCode:
    return services.phone_code_check(row.pk, PhoneCode.Purpose.SIGN_IN, code, now=now)


def test_where_no_messages_are_sent_no_page_speaks_of_them(settings, client):
    settings.SMS_GATEWAY = ""
    assert client.get(reverse("people:phone_sign_in")).status_code == 404
    assert "по телефону" not in client.get(reverse("account_login")).content.decode()
    login = make_login()
    client.force_login(login)
    assert client.get(reverse("people:phone_prove")).status_code == 404
    assert reverse("people:phone_prove") not in client.get(reverse("people:security")).content.decode()
    refused("people.no_text_messages", services.phone_sign_in_ask, actor=NOBODY, phone=PHONE, now=NOW)


@pytest.mark.parametrize("text", ["", "8 812 123-45-67", "+49 30 123456", "позвоните мне"])
def test_only_a_mobile_number_is_taken(text):
    refused("people.bad_mobile", phone_mobile, text)


def test_a_phone_is_proven_then_lets_in(client):
    login = make_login()
    client.force_login(login)
    client.post(reverse("people:phone_prove"), {"phone": "8 (911) 123 45 67"})
    code = code_sent()
    assert [(PHONE, f"КООПСЕТЬ: код {code}. Никому его не говорите, даже нам.")] == SENT
    answer = client.post(reverse("people:phone_prove_code"), {"code": wrong(code)})
    assert "не подошёл" in answer.content.decode().replace("\u00a0", " ")
    client.post(reverse("people:phone_prove_code"), {"code": f" {code[:3]} {code[3:]}"})
    login.refresh_from_db()
    assert login.phone == PHONE
    assert PHONE in client.get(reverse("people:security")).content.decode()

    PhoneCode.objects.all().delete()  # the pause is over
    other = Client()
    assert "по телефону" in other.get(reverse("account_login")).content.decode()
    assert other.post(reverse("people:phone_sign_in"), {"phone": PHONE})["Location"] == reverse(
        "people:phone_sign_in_code"
    )
    other.post(reverse("people:phone_sign_in_code"), {"code": code_sent()})
    assert other.get(reverse("people:me")).status_code == 200

    client.post(reverse("people:phone_forget"))
    login.refresh_from_db()
    assert login.phone == ""


def test_an_unknown_number_gets_the_same_answer_and_no_message():
    proven()
    pages = []
    for phone in (PHONE, OTHER):
        client = Client()
        answer = client.post(reverse("people:phone_sign_in"), {"phone": phone}, follow=True)
        page = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode())
        pages.append(page.replace(phone, "…").replace(phone.replace(" ", "\u00a0"), "…"))
    assert pages[0] == pages[1]
    run_pending_jobs()
    assert [phone for phone, _text in SENT] == [PHONE]
    # A second wish is refused alike.
    for phone in (PHONE, OTHER):
        refused(
            "people.code_sent_just_now",
            services.phone_sign_in_ask,
            actor=NOBODY,
            phone=phone,
            now=PhoneCode.objects.latest("pk").created_at + timedelta(seconds=30),
        )
    unknown = PhoneCode.objects.get(phone=OTHER)
    refused("people.code_wrong", check, unknown, "123456", unknown.created_at)


def test_a_phone_written_on_a_card_only_lets_nobody_in():
    from koopset.apps.people.factories import make_person

    make_person(None, login=make_login(), phone=PHONE)
    services.phone_sign_in_ask(actor=NOBODY, phone=PHONE, now=NOW)
    run_pending_jobs(now=NOW)
    assert SENT == []


def test_a_code_is_kept_as_a_hash_and_fits_once():
    proven()
    row = services.phone_sign_in_ask(actor=NOBODY, phone=PHONE, now=NOW)
    services.phone_code_send(row.pk, now=NOW)
    code = newest()
    row.refresh_from_db()
    assert code not in row.code_hash
    assert services.phone_code_send(row.pk, now=NOW) is False, "a job run again sends no other"
    check(row, code)
    refused("people.code_old", check, row, code)


def test_a_code_is_good_for_five_minutes_and_five_tries():
    proven()
    row = services.phone_sign_in_ask(actor=NOBODY, phone=PHONE, now=NOW)
    services.phone_code_send(row.pk, now=NOW)
    code = newest()
    refused("people.code_old", check, row, code, NOW + timedelta(minutes=5, seconds=1))
    for _ in range(5):
        refused("people.code_wrong", check, row, wrong(code))
    row.refresh_from_db()
    assert row.tries == 5
    refused("people.code_old", check, row, code)
    other = services.phone_sign_in_ask(actor=NOBODY, phone=PHONE, now=NOW + timedelta(minutes=2))
    assert services.phone_code_send(other.pk, now=NOW + timedelta(minutes=10)) is False, "too late to be good"


def test_codes_are_limited_by_number():
    proven()
    for at in range(5):
        services.phone_sign_in_ask(actor=NOBODY, phone=PHONE, now=NOW + timedelta(minutes=2 * at))
    refused(
        "people.too_many_codes",
        services.phone_sign_in_ask,
        actor=NOBODY,
        phone=PHONE,
        now=NOW + timedelta(minutes=20),
    )
    services.phone_sign_in_ask(actor=NOBODY, phone=OTHER, now=NOW + timedelta(minutes=20))
    services.phone_sign_in_ask(actor=NOBODY, phone=PHONE, now=NOW + timedelta(minutes=62))


def test_a_phone_is_of_whoever_proves_it_last():
    former, login = proven(), make_login()
    actor = actor_for_login(login.pk, on=NOW.date())
    row = services.phone_prove_ask(actor=actor, phone=PHONE, now=NOW)
    services.phone_code_send(row.pk, now=NOW)
    code = newest()
    # A code asked by one proves nothing for another.
    refused(
        "people.code_old",
        services.phone_prove,
        login_id=former.pk,
        phone_code_id=row.pk,
        code=code,
        now=NOW,
    )
    services.phone_prove(login_id=login.pk, phone_code_id=row.pk, code=code, now=NOW)
    former.refresh_from_db()
    login.refresh_from_db()
    assert (former.phone, login.phone) == ("", PHONE)


def test_a_second_step_is_still_asked():
    login = proven()
    Authenticator.objects.create(user=login, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client()
    client.post(reverse("people:phone_sign_in"), {"phone": PHONE})
    answer = client.post(reverse("people:phone_sign_in_code"), {"code": code_sent()})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("people:me")).status_code == 302


def test_a_change_of_keys_still_asks_for_the_password_after_a_sign_in_by_phone():
    proven()
    client = Client()
    client.post(reverse("people:phone_sign_in"), {"phone": PHONE})
    client.post(reverse("people:phone_sign_in_code"), {"code": code_sent()})
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_the_console_is_a_sender(settings, caplog):
    settings.SMS_GATEWAY = "koopset.apps.people.ports.ConsoleSms"
    gateway = sms_gateway()
    assert isinstance(gateway, ConsoleSms)
    gateway.send(phone=PHONE, text="код 123456")
    assert PHONE in caplog.text


def test_codes_of_yesterday_are_forgotten():
    services.phone_sign_in_ask(actor=NOBODY, phone=PHONE, now=NOW - timedelta(days=2))
    services.phone_sign_in_ask(actor=NOBODY, phone=OTHER, now=NOW)
    assert services.phone_codes_forget(now=NOW) == 1
    assert PhoneCode.objects.get().phone == OTHER
