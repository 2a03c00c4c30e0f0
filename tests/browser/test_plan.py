"""The plan as a treasurer draws it on a photograph of the wall, and as a resident finds the own plot on a telephone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.browser.hands import Hand, payload
from tests.browser.persons import sign_in

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.register.factories import make_unit
from koopset.apps.register.plan.factories import make_picture_plan, picture
from koopset.apps.register.plan.models import Shape
from koopset.foundation.rights.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_wall_plan_becomes_plots(
    desktop_page: Page, axe: Callable[..., list[str]], hand: Callable[[Page], Hand]
) -> None:
    page, does = desktop_page, hand(desktop_page)
    pk, treasurer = make_organisation().pk, make_login()
    make_role(pk, Role.TREASURER, person=make_person(pk, login=treasurer))
    for number in ("1", "2", "3"):
        make_unit(pk, number)
    sign_in(page, treasurer)
    does.open(reverse("plan:plan", args=[pk]))
    does.follow("Нарисовать по снимку")
    does.arrive(reverse("plan:picture", args=[pk]))
    does.bring(payload("wall.png", picture(800, 600), "image/png"))
    does.press("Взять этот снимок")
    does.arrive(reverse("plan:draw", args=[pk]))
    assert axe(page) == []

    # Without corners nothing is saved, and it is said at once.
    does.press("Сохранить контур")
    does.refused()
    page.get_by_text("Отметьте углы участка на снимке").first.wait_for()
    # Plot 1 by three corners, one of them taken back; plots 2 and 3 as a row.
    picture_of_it = page.locator("[data-draw]")
    does.corners(picture_of_it, (0.1, 0.1), (0.2, 0.1), (0.9, 0.9))
    does.press("Убрать последний угол")
    does.corners(picture_of_it, (0.15, 0.3))
    assert page.get_by_text("Углов отмечено: 3").is_visible()
    does.press("Сохранить контур")
    page.get_by_text("Нарисовано.", exact=True).wait_for()
    does.fill("Сколько участков в ряду", "2")
    does.corners(picture_of_it, (0.4, 0.1), (0.8, 0.1), (0.8, 0.4), (0.4, 0.4))
    does.press("Сохранить контур")
    page.get_by_text("Все участки нарисованы").wait_for()
    shapes = dict(Shape.objects.filter(organisation_id=pk).values_list("unit__number", "points"))
    assert sorted(shapes) == ["1", "2", "3"]
    assert shapes["1"][0] == [pytest.approx(80, abs=3), pytest.approx(60, abs=3)]
    assert shapes["2"][1] == shapes["3"][0] == [pytest.approx(480, abs=3), pytest.approx(60, abs=3)]

    does.follow("Посмотреть план")
    page.get_by_label("Участок 2").first.wait_for()
    assert axe(page) == []
    # A plot on the plan is a link; a shape is taken off in the list beside the picture.
    does.use(page.locator("svg a").first)
    page.wait_for_url("**/register/units/*/")
    does.open(reverse("plan:draw", args=[pk]))
    does.use(page.locator("button[name=remove]").last)
    page.wait_for_load_state("networkidle")
    assert not Shape.objects.filter(organisation_id=pk, unit__number="3").exists()


def test_a_resident_finds_the_own_plot(
    phone_page: Page, axe: Callable[..., list[str]], hand: Callable[[Page], Hand]
) -> None:
    page, does = phone_page, hand(phone_page)
    pk, login = make_organisation().pk, make_login()
    own = make_unit(pk, "7", owners=[make_person(pk, login=login)])
    other = make_unit(pk, "8")
    row = make_picture_plan(pk)
    for at, unit in enumerate((own, other)):
        corners = [[at * 100, 0], [at * 100 + 90, 0], [at * 100 + 90, 90], [at * 100, 90]]
        Shape.objects.create(organisation_id=row.organisation_id, unit=unit, points=corners)
    sign_in(page, login)
    page.goto(reverse("plan:plan", args=[pk]))
    assert page.get_by_label("Участок 7: мой").is_visible()
    assert page.get_by_role("link", name="Участок 7").first.is_visible()
    assert page.get_by_role("link", name="Участок 8").count() == 0
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    does.follow("×4")
    page.wait_for_url("**zoom=4*")
    does.use(page.locator("svg a[aria-label='Участок 7: мой']"))
    page.wait_for_load_state("networkidle")
    assert "Участок 7" in page.locator("main").inner_text()
