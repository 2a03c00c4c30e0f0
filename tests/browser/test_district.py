"""Journeys of joining by keys alone: a chair applies, the operator checks the papers, the coordinator of the district helps."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.browser.hands import Hand, payload
from tests.browser.persons import sign_in

from koopset.apps.joining.factories import PDF, application_values, make_coordinator, make_district
from koopset.apps.joining.models import Application, PilotGroup
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_chair_applies_and_is_helped(
    open_page: OpenPage, transactional_db: None, keyboard: Callable[[Page], Hand]
) -> None:
    district = make_district()
    chair, operator = make_login(password=None), make_login(is_operator=True, password=None)
    make_person(None, login=chair, name="Ключев Пётр Ильич")
    coordinator = make_coordinator(district.pk).login_id
    phone, desk = open_page((390, 844)), open_page()
    sign_in(phone, chair)
    sign_in(desk, operator)
    applies, checks = keyboard(phone), keyboard(desk)
    values = application_values(district.pk)

    # The chair writes what is known and brings two papers, one of them twice.
    applies.open(reverse("joining:applications"))
    applies.follow("Подать заявку")
    applies.press("Сохранить черновик")
    applies.refused()
    applies.fill("Краткое название", values["name_short"])
    applies.fill("Полное название", values["name_full"])
    applies.fill("ИНН", values["inn"])
    applies.fill("ОГРН", values["ogrn"])
    applies.choose("Район и населённый пункт", district.name)
    applies.fill("Фамилия председателя", values["last_name"])
    applies.fill("Имя", values["first_name"])
    applies.fill("Телефон", values["phone"])
    applies.fill("Дата избрания председателем", "2026-06-01")
    applies.fill("Номер протокола", "2")
    applies.press("Сохранить черновик")
    applies.arrive(re.compile(r"/joining/\d+/$"))
    row = Application.objects.get()
    page = reverse("joining:application", args=[row.pk])
    for at in (0, 1, 1):
        applies.follow("Приложить документ")
        applies.arrive(reverse("joining:document_add", args=[row.pk]))
        kind = phone.get_by_label("Что это за документ")
        applies.pick(kind, at)
        applies.bring(payload(f"paper-{at}.pdf", PDF, "application/pdf"))
        applies.press("Приложить")
        applies.arrive(page)
    applies.confirm("Убрать", within=phone.locator("li").filter(has_text="paper-1.pdf").last)
    phone.wait_for_load_state("networkidle")
    assert row.documents.count() == 2
    applies.confirm("Отправить заявку", "Да, отправить")
    phone.wait_for_load_state("networkidle")

    # The operator sends it back, then verifies.
    checks.open(reverse("joining:queue"))
    checks.follow(values["name_short"], exact=False)
    checks.arrive(page)
    checks.follow("Вернуть на доработку")
    checks.fill("Что не так и что сделать", "Нужен адрес")
    checks.press("Вернуть")
    desk.wait_for_load_state("networkidle")
    phone.reload()
    applies.follow("Изменить")
    applies.fill("Адрес", "Приозерск, Лесная, 1")
    applies.press("Сохранить черновик")
    applies.arrive(page)
    applies.confirm("Отправить заявку", "Да, отправить")
    phone.wait_for_load_state("networkidle")
    checks.open(page)
    checks.follow("Подтвердить")
    checks.arrive(reverse("joining:application_verify", args=[row.pk]))
    checks.fill("Номер протокола", "")
    checks.press("Подтвердить")
    checks.refused()
    checks.fill("Номер протокола", "2")
    checks.fill("Номер выписки из ЕГРЮЛ", "ЮЭ9965-26-1")
    checks.fill("Дата выписки", (timezone.localdate() - timedelta(days=1)).isoformat())
    checks.press("Подтвердить")
    desk.wait_for_load_state("networkidle")
    row.refresh_from_db()
    assert row.state == "verified"

    # The coordinator writes to the chair and gathers a group.
    guide = open_page()
    sign_in(guide, Login.objects.get(pk=coordinator))
    helps = keyboard(guide)
    helps.open(reverse("joining:bodies"))
    helps.follow(values["name_short"])
    helps.arrive(re.compile(r"/coordinator/settlements/\d+/$"))
    helps.fill("Слово помощи председателю", "Дальше внесите счёт в банке")
    helps.press("Отправить")
    guide.wait_for_load_state("networkidle")
    assert "Дальше внесите счёт в банке" in " ".join(
        guide.get_by_label("Написано раньше").inner_text().split()
    )
    helps.open(reverse("joining:groups"))
    helps.follow("Новая группа")
    helps.fill("Название группы", "Первые")
    helps.press("Собрать группу")
    helps.arrive(re.compile(r"/coordinator/groups/\d+/$"))
    helps.press("Добавить")
    guide.wait_for_load_state("networkidle")
    assert PilotGroup.objects.get().members.count() == 1
    helps.confirm("Убрать")
    guide.wait_for_load_state("networkidle")
    assert PilotGroup.objects.get().members.count() == 0
