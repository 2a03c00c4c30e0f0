"""Signing in with a second step and with a passkey, in a browser with a virtual authenticator; a visit of support; axe on each page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.urls import reverse
from PIL import Image
from tests.browser.hands import KEYS, Hand

from koopset.apps.people.factories import PASSWORD, make_login, make_person
from koopset.apps.people.models import Login

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_limits_from_before() -> None:
    cache.clear()


@pytest.fixture
def login(transactional_db: None) -> Login:
    login = make_login()
    make_person(None, login=login, name="Ключникова Вера Павловна")
    return login


def words(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def enter(does: Hand, login: Login) -> None:
    does.open(reverse("account_login"))
    does.fill("Электронная почта", login.email)
    does.fill("Пароль", PASSWORD, exact=True)
    does.press("Войти")
    does.page.wait_for_load_state("networkidle")


def leave(page: Page) -> None:
    page.context.clear_cookies()


def virtual_authenticator(page: Page) -> tuple[Any, str]:
    """A device that confirms by itself; its session and key."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device, str(made["authenticatorId"])


def secret_in_square(page: Page) -> str:
    """What an application's camera reads."""
    if page.locator(
        ".ks-tabs"
    ).count():  # the bar at the foot of a phone would cover it in a picture of the whole page
        page.locator(".ks-tabs").evaluate("bar => bar.remove()")
    picture = Image.open(BytesIO(page.screenshot(full_page=True)))
    [found] = zxingcpp.read_barcodes(picture)
    address = urlsplit(found.text)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    asked = parse_qs(address.query)
    assert asked["issuer"] == ["КООПСЕТЬ"]
    return asked["secret"][0]


def test_codes_of_an_application(
    page: Page, login: Login, axe: Callable[..., list[str]], hand: Callable[[Page], Hand]
) -> None:
    does = hand(page)
    enter(does, login)
    page.goto(reverse("people:security"))
    assert axe(page) == []
    does.use(page.locator(f"a[href='{reverse('mfa_activate_totp')}']"))
    does.arrive(reverse("mfa_activate_totp"))
    assert axe(page) == []
    if page.viewport_size and page.viewport_size["width"] < 600:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    secret = secret_in_square(page)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    does.fill("Код из приложения", "000000")
    does.press("Включить")
    does.refused()
    does.fill("Код из приложения", code)
    does.press("Включить")

    does.arrive(reverse("mfa_view_recovery_codes"))
    codes = page.locator(".ks-codes li").all_inner_texts()
    assert len(codes) == 10
    assert axe(page) == []
    with page.expect_download() as coming:
        does.follow("Сохранить файлом", exact=False)
    assert codes[0] in coming.value.path().read_text("utf-8")
    page.goto(reverse("mfa_generate_recovery_codes"))
    assert axe(page) == []
    page.goto(reverse("mfa_deactivate_totp"))
    assert axe(page) == []

    leave(page)
    enter(does, login)
    assert "Второй шаг" in words(page)
    assert axe(page) == []
    does.fill("Код", codes[0], exact=True)
    does.press("Войти")
    page.wait_for_load_state("networkidle")
    page.goto(reverse("people:security"))
    assert "Осталось 9 кодов" in words(page)
    assert axe(page) == []
    if page.viewport_size and page.viewport_size["width"] < 600:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_passkey_instead_of_the_password(
    page: Page, login: Login, axe: Callable[..., list[str]], hand: Callable[[Page], Hand]
) -> None:
    does = hand(page)
    device, key = virtual_authenticator(page)
    enter(does, login)
    page.goto(reverse("people:second_factor"))
    assert axe(page) == []
    does.follow("Добавить ключ входа")
    does.arrive(reverse("mfa_add_webauthn"))
    assert axe(page) == []
    does.fill("Название устройства", "Телефон Веры")
    does.press("Добавить ключ входа")
    does.arrive(reverse("mfa_view_recovery_codes"))
    assert Authenticator.objects.filter(user=login, type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto(reverse("people:security"))
    assert "Ключ входа «Телефон Веры»" in words(page)

    # No password at all: the device knows who it is.
    leave(page)
    page.goto(reverse("account_login"))
    assert axe(page) == []
    does.press("Войти по ключу")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(reverse("people:me"))
    assert login.email in words(page)

    # After the password it is the second step.
    leave(page)
    enter(does, login)
    does.press("Войти по ключу")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(reverse("people:me"))
    assert login.email in words(page)

    row = Authenticator.objects.get(user=login, type=Authenticator.Type.WEBAUTHN)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        page.goto(reverse(name, args=[row.pk]))
        assert axe(page) == []
    does.press("Убрать", exact=False)
    does.arrive(reverse("people:security"))
    assert "Телефон Веры" not in words(page)
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})


def test_a_device_that_does_not_confirm_is_told_in_words(
    desktop_page: Page, login: Login, hand: Callable[[Page], Hand]
) -> None:
    page, does = desktop_page, hand(desktop_page)
    device, key = virtual_authenticator(page)
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto(reverse("account_login"))
    does.press("Войти по ключу")
    page.get_by_text("С ключом не получилось").wait_for()
    assert "выберите другой способ" in words(page)


def test_support_looks_with_consent(
    desktop_page: Page,
    phone_page: Page,
    login: Login,
    axe: Callable[..., list[str]],
    hand: Callable[[Page], Hand],
) -> None:
    operator = make_login(is_operator=True)
    desk, phone = desktop_page, phone_page
    at_desk, by_phone = hand(desk), hand(phone)
    enter(at_desk, operator)
    desk.goto(reverse("people:support"))
    assert axe(desk) == []
    at_desk.fill("Почта человека", login.email)
    at_desk.press("Отправить просьбу")
    at_desk.refused()
    at_desk.fill("Зачем", "Вы писали, что квитанция не открывается")
    at_desk.press("Отправить просьбу")
    desk.get_by_text("ждёт ответа").wait_for()

    enter(by_phone, login)
    phone.goto(reverse("people:security"))
    assert axe(phone) == []
    by_phone.press("Впустить на полчаса")
    phone.get_by_role("button", name="Закончить сейчас").wait_for()

    desk.reload()
    at_desk.press("Смотреть страницы")
    desk.wait_for_load_state("networkidle")
    desk.goto(reverse("people:me"))
    assert "Ключникова" in words(desk)
    bar = desk.locator(".ks-banner")
    assert "как поддержка" in " ".join(bar.inner_text().split())
    assert axe(desk) == []
    # The bar above the page hides no stop of it, on a small screen too.
    for width, height in ((390, 844), (1280, 800)):
        desk.set_viewport_size({"width": width, "height": height})
        desk.evaluate(KEYS)
        assert desk.evaluate("ksKeys.walk()") == []
    desk.reload()
    at_desk.press("Выйти", within=bar, exact=False)
    at_desk.arrive(reverse("people:support"))
    assert desk.locator(".ks-banner").count() == 0


def test_a_phone_signs_in(
    phone_page: Page,
    login: Login,
    settings: Any,
    axe: Callable[..., list[str]],
    hand: Callable[[Page], Hand],
) -> None:
    settings.SMS_GATEWAY = "koopset.apps.people.ports.ConsoleSms"
    page, does = phone_page, hand(phone_page)
    enter(does, login)
    page.goto(reverse("people:phone_prove"))
    assert axe(page) == []
    does.fill("Мобильный телефон", "8 911 123-45-67")
    does.press("Прислать код")
    does.arrive(reverse("people:phone_prove_code"))
    assert axe(page) == []
    leave(page)
    page.goto(reverse("account_login"))
    does.follow("Войти по телефону")
    does.arrive(reverse("people:phone_sign_in"))
    assert axe(page) == []
    does.fill("Мобильный телефон", "+7 921 000-00-00")
    does.press("Прислать код")
    does.arrive(reverse("people:phone_sign_in_code"))
    assert axe(page) == []
    assert "код уже в пути" in words(page)
    does.fill("Код из сообщения", "123456")
    does.press("Войти")
    page.get_by_text(re.compile("Код не.подошёл")).first.wait_for()
