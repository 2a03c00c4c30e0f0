"""Journeys of a person with the own data by keys alone: consents, everything that is kept as one archive, how to be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.browser.hands import Hand
from tests.browser.persons import sign_in

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login
from koopset.apps.privacy.models import ConsentAct
from koopset.apps.register.factories import make_unit
from koopset.foundation.notifications import notify
from koopset.foundation.notifications.links import Ticket, letters_url
from koopset.foundation.notifications.models import MailRefusal, Notification, TopicChoice
from koopset.foundation.testing.jobs import run_pending_jobs

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HAND = Callable[["Page"], Hand]


@pytest.fixture
def owner(transactional_db: None) -> Login:
    home = make_organisation().pk
    person = make_person(home, name="Ягодин Иван Петрович", login=make_login(password=None))
    make_unit(home, "12", owners=[person])
    assert person.login is not None
    return person.login


def test_consents_and_everything_that_is_kept(phone_page: Page, owner: Login, keyboard: HAND) -> None:
    page, does = phone_page, keyboard(phone_page)
    sign_in(page, owner)
    does.open(reverse("privacy:my_data"))
    does.unfold("Прочитать текст согласия")
    does.press("Дать согласие")
    does.arrive(reverse("privacy:my_data"))
    page.get_by_text("Согласие дано").first.wait_for()
    assert ConsentAct.objects.count() == 1
    does.confirm("Отозвать согласие", "Отозвать")
    page.get_by_text("Согласие отозвано").first.wait_for()

    does.follow("Скачать мои данные", exact=False)
    does.arrive(reverse("privacy:export"))
    does.press("Собрать мои данные")
    does.arrive(reverse("privacy:export"))
    page.goto("about:blank")
    assert run_pending_jobs()
    does.open(reverse("privacy:export"))
    with page.expect_download() as coming:
        does.follow("Скачать архив")
    with ZipFile(coming.value.path()) as archive:
        assert "index.html" in archive.namelist()


def test_how_to_be_told(desktop_page: Page, owner: Login, keyboard: HAND) -> None:
    page, does = desktop_page, keyboard(desktop_page)
    notify(organisation_id=None, topic="x.y", title="Новость", login_ids=[owner.pk], now=timezone.now())
    sign_in(page, owner)
    does.open("/")
    does.follow("Уведомления: 1 новое")
    does.arrive(reverse("notifications:list"))
    does.press("Отметить всё прочитанным")
    page.wait_for_load_state("networkidle")
    assert Notification.objects.get().read_at is not None

    does.follow("Как сообщать")
    does.arrive(reverse("notifications:settings"))
    letter = page.locator("input[type=checkbox][name^='mail:']:not(:disabled)").first
    topic = str(letter.get_attribute("name")).partition(":")[2]
    does.mark(letter, False)
    rhythm = page.locator("select.ks-rhythm:visible").first
    does.pick(rhythm, 1)
    does.press("Сохранить выбор")
    page.wait_for_load_state("networkidle")
    assert TopicChoice.objects.filter(login_id=owner.pk).exists()
    assert MailRefusal.objects.filter(login_id=owner.pk, topic=topic).exists() or not letter.is_checked()
    does.choose("Тихо с", "20")
    does.press("Сохранить часы")
    page.wait_for_load_state("networkidle")


def test_no_more_letters_by_the_link_of_a_letter(phone_page: Page, owner: Login, keyboard: HAND) -> None:
    page, does = phone_page, keyboard(phone_page)
    does.open(letters_url(Ticket(None, owner.pk, "billing.document")).partition("8000")[2])
    does.answer("больше не присылать")
    does.press("Сохранить")
    page.wait_for_load_state("networkidle")
    assert MailRefusal.objects.filter(login_id=owner.pk, topic="billing.document").exists()
    does.answer("сразу", exact=False)
    does.press("Сохранить")
    page.wait_for_load_state("networkidle")
    assert not MailRefusal.objects.exists()
