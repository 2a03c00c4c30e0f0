"""The second step of signing in: codes of an application, recovery codes, what is kept and what is told."""

import re
import time
from datetime import UTC, datetime
from html import unescape

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from koopset.apps.people.factories import PASSWORD, make_login
from koopset.foundation.notifications.models import Notification

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def enter(client: Client, email: str) -> str:
    """Sign in by password; where it leads."""
    answer = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    return str(answer.headers.get("Location", ""))


def set_up(client: Client) -> str:
    """Turn the codes on; the secret."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = str(client.session["mfa.totp.secret"])
    assert secret in page.content.decode()
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    return secret


@pytest.fixture
def login():
    return make_login()


@pytest.fixture
def protected(login, client):
    """A login with codes on, and their secret; the client is signed in."""
    enter(client, login.email)
    return login, set_up(client)


def recovery_codes(client: Client) -> list[str]:
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    return re.findall(r'<li class="ks-num">(\d{8})</li>', page)


def test_the_square_is_an_own_picture_that_scales():
    svg = get_adapter().build_totp_svg("otpauth://totp/a?secret=ABC")
    assert svg.startswith("<svg viewBox=")
    assert "style" not in svg


def test_codes_are_set_up_then_asked_at_sign_in(protected, client):
    login, secret = protected
    assert len(recovery_codes(client)) == 10
    other = Client()
    assert enter(other, login.email) == reverse("mfa_authenticate")
    assert other.get(reverse("people:me")).status_code == 302, "the password alone is not enough"

    wrong = other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Код не подошёл" in wrong.content.decode().replace("\u00a0", " ")
    other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert other.get(reverse("people:me")).status_code == 200


def test_a_recovery_code_lets_in_once(protected, client):
    login, _secret = protected
    code = recovery_codes(client)[0]
    one, two = Client(), Client()
    enter(one, login.email)
    one.post(reverse("mfa_authenticate"), {"code": code})
    assert one.get(reverse("people:me")).status_code == 200
    enter(two, login.email)
    two.post(reverse("mfa_authenticate"), {"code": code})
    assert two.get(reverse("people:me")).status_code == 302
    page = client.get(reverse("people:security")).content.decode()
    assert "Осталось 9 кодов" in unescape(page).replace("\u00a0", " ")


def test_recovery_codes_are_saved_as_a_file_and_made_anew(protected, client):
    old = recovery_codes(client)
    file = client.get(reverse("mfa_download_recovery_codes"))
    assert "attachment" in file["Content-Disposition"]
    assert all(code in file.content.decode() for code in old)
    client.post(reverse("mfa_generate_recovery_codes"))
    new = recovery_codes(client)
    assert len(new) == 10
    assert not set(new) & set(old)


def test_guessing_of_codes_is_limited(protected):
    login, secret = protected
    guesser = Client()
    enter(guesser, login.email)
    for at in range(10):
        guesser.post(reverse("mfa_authenticate"), {"code": f"{at:06}"})
    guesser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert guesser.get(reverse("people:me")).status_code == 302


def test_secrets_are_not_kept_in_the_clear(protected, settings):
    login, secret = protected
    row = Authenticator.objects.get(user=login, type=Authenticator.Type.TOTP)
    assert secret not in str(row.data)
    adapter = get_adapter()
    assert adapter.decrypt(row.data["secret"]) == secret
    # A new secret key opens what the former closed; without the former nothing fits, and no page breaks.
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" + "k" * 40
    assert adapter.decrypt(row.data["secret"]) == secret
    settings.SECRET_KEY_FALLBACKS = []
    assert adapter.decrypt(row.data["secret"]) != secret
    assert row.wrap().validate_code(code_of(secret)) is False


def test_the_owner_is_told_of_every_change(login, client, django_capture_on_commit_callbacks):
    enter(client, login.email)
    with django_capture_on_commit_callbacks(execute=True):
        set_up(client)
    titles = [one.title for one in Notification.objects.filter(login_id=login.pk).order_by("pk")]
    assert titles == ["Включён второй шаг входа: код из приложения"]
    client.post(reverse("mfa_deactivate_totp"))
    assert Notification.objects.filter(title__startswith="Выключен второй шаг").exists()
    assert not Authenticator.objects.filter(user=login).exists(), "codes of nothing are gone with it"


def test_a_change_long_after_the_sign_in_asks_for_the_password(login, client):
    enter(client, login.email)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    page = client.get(answer["Location"]).content.decode()
    assert "Это точно вы?" in page


def test_the_pages_of_the_library_lead_to_ours(login, client):
    enter(client, login.email)
    for name in ("mfa_index", "mfa_list_webauthn"):
        assert client.get(reverse(name))["Location"] == reverse("people:security")


def test_whoever_lost_everything_is_helped_from_the_command_line(protected, capsys):
    login, _secret = protected
    call_command("second_factor_remove", login.email)
    assert "снят" in capsys.readouterr().out
    assert not Authenticator.objects.filter(user=login).exists()
    with pytest.raises(CommandError):
        call_command("second_factor_remove", login.email)
    with pytest.raises(CommandError):
        call_command("second_factor_remove", "nobody@example.org")


def test_the_page_says_what_is_there(protected, client):
    page = unescape(client.get(reverse("people:security")).content.decode())
    assert "включены с" in page.replace("\u00a0", " ")
    assert "Запасные коды" in page
    assert client.get(reverse("people:second_factor"))["Location"] == reverse("people:security")
