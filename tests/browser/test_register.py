"""Journeys of the living register by keys alone: an owner joins, a plot is sold, a member who does not pay is excluded."""

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

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Login
from koopset.apps.register import ports
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import Decision, Exclusion, Membership, MembershipApplication, Ownership
from koopset.apps.register.ports import LateCharges, LateLine
from koopset.foundation.rights.roles import Role

if TYPE_CHECKING:
    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWNER = "Ягодин Иван Петрович"
HAND = Callable[["Page"], Hand]


@pytest.fixture
def home(transactional_db: None) -> int:
    return int(make_organisation().pk)


@pytest.fixture
def chair(home: int) -> Login:
    login = make_login(password=None)
    make_role(home, Role.CHAIR, login=login)
    return login


def test_an_owner_joins_the_members(open_page: OpenPage, home: int, chair: Login, keyboard: HAND) -> None:
    owner = make_person(home, name=OWNER, login=make_login(password=None))
    make_unit(home, "12", area_m2=1200, owners=[owner])
    phone, desk = open_page((390, 844)), open_page()
    sign_in(phone, owner.login)
    sign_in(desk, chair)
    owns, decides = keyboard(phone), keyboard(desk)

    # The application is refused without an address, then handed in with its papers.
    owns.open(reverse("register:my_membership", args=[home]))
    owns.follow("Вступить в члены")
    owns.arrive(reverse("register:my_application_new", args=[home]))
    owns.press("Подать заявление")
    owns.refused()
    owns.fill("Место жительства", "Приозерск, Лесная, 1")
    owns.fill("Почтовый адрес", "188750, Приозерск, Лесная, 1")
    owns.bring([payload("ЕГРН.txt", "выписка"), payload("план.txt", "план")])
    owns.tick("Обязуюсь соблюдать устав товарищества")
    owns.press("Подать заявление")
    owns.arrive(re.compile(r"/my/membership/\d+/$"))
    row = MembershipApplication.objects.get(organisation_id=home)
    assert row.files.count() == 2

    # The office sends it back once, the owner mends it.
    page = reverse("register:application", args=[home, row.pk])
    decides.open(reverse("register:applications", args=[home]))
    decides.follow(OWNER)
    decides.arrive(page)
    decides.fill("Что исправить", "Укажите индекс")
    decides.press("Вернуть на доработку")
    desk.wait_for_load_state("networkidle")
    phone.reload()
    owns.fill("Место жительства", "188750, Приозерск, Лесная, 1")
    owns.press("Подать снова")
    phone.wait_for_load_state("networkidle")

    # The papers are in order, the board decides, the register has a member.
    desk.reload()
    decides.press("В порядке: передать правлению")
    decides.follow("Внести решение")
    decides.arrive(reverse("register:application_decide", args=[home, row.pk]))
    decides.answer("принять")
    decides.fill("Дата протокола", timezone.localdate().isoformat())
    decides.fill("Номер протокола", "7")
    decides.press("Внести решение")
    decides.arrive(page)
    decision = Decision.objects.get(organisation_id=home)
    member = Membership.objects.get(organisation_id=home)
    assert (decision.body, member.person_id, member.admitted_by_id) == ("board", owner.pk, decision.pk)

    # A member may leave by two presses; a question that was opened is closed by Escape and keeps the focus.
    owns.open(reverse("register:my_membership", args=[home]))
    owns.unfold("Выйти из членов")
    owns.page.keyboard.press("Escape")
    assert phone.evaluate("document.activeElement.matches('.ks-confirm > summary')")
    assert not phone.locator(".ks-confirm[open]").count()
    owns.unfold("Выйти из членов")
    owns.press("Не надо")
    assert phone.evaluate("document.activeElement.matches('.ks-confirm > summary')")
    owns.confirm("Выйти из членов", "Выйти сегодня")
    member.refresh_from_db()
    assert member.ground == "left"


def test_a_plot_is_sold(desktop_page: Page, home: int, chair: Login, keyboard: HAND) -> None:
    page, does = desktop_page, keyboard(desktop_page)
    seller = make_person(home, name=OWNER)
    unit = make_unit(home, "12", owners=[seller])
    sign_in(page, chair)
    does.open(reverse("register:units", args=[home]))
    does.use(page.locator(f"a[href='{reverse('register:unit', args=[home, unit.pk])}']:visible").first)
    does.arrive(reverse("register:unit", args=[home, unit.pk]))
    does.follow("Сменить собственников")
    does.arrive(reverse("register:transfer", args=[home, unit.pk]))
    does.fill("Собственники с", timezone.localdate().isoformat())
    does.fill("Документ-основание", "договор купли-продажи № 3")
    first = page.get_by_role("group", name="Собственник 1")
    does.fill("Собственник", "Покупателева Анна Сергеевна", within=first)
    does.press("Внести собственников")
    # Nobody is called so yet: the page asks, and begins at its question.
    does.refused()
    does.tick("Завести карточки тем, кого ещё нет в реестре")
    does.press("Внести собственников")
    does.arrive(reverse("register:unit", args=[home, unit.pk]))
    [bought] = Ownership.objects.filter(organisation_id=home, valid_to__isnull=True)
    assert bought.person.last_name == "Покупателева"
    assert Ownership.objects.filter(organisation_id=home, person=seller, valid_to__isnull=False).count() == 1


def test_a_member_who_does_not_pay_is_excluded(
    desktop_page: Page, home: int, chair: Login, keyboard: HAND, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, does = desktop_page, keyboard(desktop_page)
    today = timezone.localdate()
    debtor = make_person(home, name=OWNER, email="")
    make_unit(home, "12", owners=[debtor], member=True)
    due = today - timedelta(days=150)
    late = LateLine(
        "12", "Членский взнос", "членский взнос", True, due.year * 100 + due.month, due, 1_250_000, 0
    )
    known = {debtor.pk: LateCharges((late,))}
    monkeypatch.setattr(
        ports, "_late", [lambda _home, ids, _day: {key: known[key] for key in ids if key in known}]
    )
    sign_in(page, chair)
    does.open(reverse("register:person", args=[home, debtor.pk]))
    does.follow("Начать исключение")
    does.arrive(reverse("register:exclusion_new", args=[home, debtor.pk]))
    does.press("Подготовить исключение")
    does.arrive(re.compile(r"/exclusions/\d+/$"))
    row = Exclusion.objects.get(organisation_id=home)

    does.follow("Вручить предупреждение")
    does.arrive(reverse("register:exclusion_notice", args=[home, row.pk]))
    does.choose("Как вручено", re.compile("заказн", re.IGNORECASE))
    does.fill("Отправлено или вручено", (today - timedelta(days=40)).isoformat())
    does.press("Вручить и сохранить подтверждение")
    does.refused()
    does.fill("Номер заказного письма", "18875012345678")
    does.bring(payload("чек.txt", "чек почты"))
    does.press("Вручить и сохранить подтверждение")
    does.arrive(reverse("register:exclusion", args=[home, row.pk]))

    does.follow("Внести решение")
    does.arrive(reverse("register:exclusion_decide", args=[home, row.pk]))
    does.fill("Дата протокола", today.isoformat())
    does.fill("Номер протокола", "4")
    does.press("Исключить по этому решению")
    does.arrive(reverse("register:exclusion", args=[home, row.pk]))
    assert Membership.objects.get(organisation_id=home).ground == "excluded"

    does.follow("Вручить уведомление")
    does.choose("Как вручено", re.compile("заказн", re.IGNORECASE))
    does.fill("Отправлено или вручено", today.isoformat())
    does.fill("Номер заказного письма", "18875012345679")
    does.press("Вручить и сохранить подтверждение")
    does.arrive(reverse("register:exclusion", args=[home, row.pk]))
    row.refresh_from_db()
    assert row.state == Exclusion.State.EXCLUDED
