"""Journeys of an office by keys alone: another bank account by two people, a key of a program, an address that is told of news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.browser.hands import Hand
from tests.browser.persons import sign_in

from koopset.apps.billing.factories import make_billing_organisation
from koopset.apps.organisations.factories import make_account_number, make_role
from koopset.apps.organisations.models import BankAccount, BankChange
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login
from koopset.foundation.access.models import OrganisationKey
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.webhooks import sending, targets
from koopset.foundation.webhooks.models import Attempt, Subscription
from koopset.foundation.webhooks.sending import Answer

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BIC = "044030653"
HAND = Callable[["Page"], Hand]


@pytest.fixture
def home(transactional_db: None) -> int:
    return int(make_billing_organisation().pk)


def holder(home: int, role: Role) -> Login:
    login = make_login(password=None)
    make_role(home, role, login=login)
    return login


def words(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def test_another_bank_account_by_two_people(open_page: OpenPage, home: int, keyboard: HAND) -> None:
    first, second = open_page(), open_page((390, 844))
    sign_in(first, holder(home, Role.CHAIR))
    sign_in(second, holder(home, Role.TREASURER))
    asks, confirms = keyboard(first), keyboard(second)
    number = make_account_number(BIC, 777_001)

    asks.open(reverse("organisations:organisation", args=[home]))
    asks.follow("Добавить счёт")
    asks.arrive(reverse("organisations:bank_account_new", args=[home]))
    # One digit is wrong: the page says so and stands there.
    asks.fill("Номер счёта", number[:-1] + str((int(number[-1]) + 1) % 10))
    asks.fill("БИК", BIC)
    asks.fill("Банк", "Северо-Западный банк ПАО Сбербанк", exact=True)
    asks.fill("Корреспондентский счёт", "30101810500000000653")
    asks.press("Вписать счёт")
    asks.refused()
    asks.fill("Номер счёта", number)
    asks.tick("Взносы платить на этот счёт")
    asks.press("Вписать счёт")
    asks.arrive(reverse("organisations:organisation", args=[home]))
    assert not BankAccount.objects.get(organisation_id=home, number=number).confirmed_at

    confirms.open(reverse("organisations:bank_changes", args=[home]))
    confirms.confirm("Подтвердить", "Да, всё верно")
    second.wait_for_load_state("networkidle")
    change = BankChange.objects.get(organisation_id=home)
    assert change.confirmed_at
    assert change.effective_from is not None
    assert change.effective_from > timezone.now()

    # Whoever of the office sees that it was not them stops it.
    asks.open(reverse("organisations:bank_changes", args=[home]))
    asks.follow("Это не мы")
    asks.arrive(reverse("organisations:bank_change_object", args=[home, change.pk]))
    asks.fill("Что вам об этом известно", "Банк мы не меняли")
    asks.press("Остановить смену")
    first.wait_for_load_state("networkidle")
    change.refresh_from_db()
    assert change.stopped_at


def test_a_key_of_a_program_is_made_and_ended(desktop_page: Page, home: int, keyboard: HAND) -> None:
    page, does = desktop_page, keyboard(desktop_page)
    sign_in(page, holder(home, Role.CHAIR))
    does.open(reverse("access:keys", args=[home]))
    does.fill("Для какой программы", "1С")
    does.press("Создать ключ")
    does.refused()
    does.fill("Последний день", (timezone.localdate() + timedelta(days=90)).isoformat())
    does.mark(page.locator("input[type=checkbox][name^=scopes_]").first, True)
    does.press("Создать ключ")
    page.get_by_text("Скопируйте ключ сейчас").wait_for()
    key = OrganisationKey.objects.get(organisation_id=home)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    does.press("Скопировать")
    page.get_by_text("Скопировано").wait_for()
    assert key.prefix in page.evaluate("navigator.clipboard.readText()")
    does.confirm("Отозвать")
    page.wait_for_load_state("networkidle")
    key.refresh_from_db()
    assert key.revoked_at
    assert "отозван" in words(page)


def test_an_address_is_told_of_news(
    desktop_page: Page, home: int, keyboard: HAND, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, does = desktop_page, keyboard(desktop_page)
    answers = [Answer(500, "", 8, "oops"), Answer(200, "", 12, "ok")]
    monkeypatch.setattr(
        sending, "send", lambda url, body, headers: answers.pop(0) if len(answers) > 1 else answers[0]
    )
    monkeypatch.setattr(targets, "lookup", lambda host, port: ["93.184.215.14"])
    sign_in(page, holder(home, Role.CHAIR))
    does.open(reverse("webhooks:list", args=[home]))
    does.follow("Добавить адрес")
    does.arrive(reverse("webhooks:new", args=[home]))
    does.fill("Какая программа принимает", "1С")
    does.fill("Адрес", "не адрес", exact=True)
    does.press("Добавить адрес")
    does.refused()
    does.fill("Адрес", "https://receiver.example.org/hook", exact=True)
    does.mark(page.locator("input[type=checkbox][name=events]").first, True)
    does.press("Добавить адрес")
    page.get_by_text("Скопируйте секрет сейчас").wait_for()
    row = Subscription.objects.get(organisation_id=home)

    def ran(count: int) -> None:
        address = page.url
        page.goto("about:blank")
        run_pending_jobs()
        assert Attempt.objects.count() == count
        page.goto(address)

    # The first test fails at the other end, is sent again and comes.
    does.press("Отправить проверку")
    page.wait_for_load_state("networkidle")
    ran(1)
    assert "500" in words(page)
    does.press("Отправить проверку")
    page.wait_for_load_state("networkidle")
    ran(2)
    does.press("Отправить ещё раз")
    page.wait_for_load_state("networkidle")
    ran(3)

    does.confirm("Сменить секрет")
    page.get_by_text("Скопируйте секрет сейчас").wait_for()
    does.confirm("Выключить")
    page.wait_for_load_state("networkidle")
    row.refresh_from_db()
    assert row.state != "active"
    does.press("Включить")
    page.wait_for_load_state("networkidle")
    does.confirm("Убрать")
    does.arrive(reverse("webhooks:list", args=[home]))
    assert not Subscription.objects.filter(organisation_id=home).exists()
