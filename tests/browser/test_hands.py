"""The keyboard hand must see what it is there to see: pages with one fault each, and one without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.browser.hands import KEYS, Keyboard

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

STYLE = """<style>
.ks-skip { position: absolute; left: -99rem } .ks-skip:focus { left: 0 }
:focus-visible { outline: 3px solid blue } .quiet { outline: none !important }
.bar { position: fixed; inset: 0 0 auto 0; height: 300px; background: white }
</style>"""
SKIP = '<a class="ks-skip" href="#main">Мимо меню</a>'
MENU = "<nav>" + "".join(f'<a href="#{n}">{n}</a>' for n in range(6)) + "</nav>"
CONTENT = '<button onclick="this.textContent=1">Да</button> <label>Имя <input></label>'
GOOD = f'{STYLE}{SKIP}{MENU}<main id="main" tabindex="-1">{CONTENT}</main>'


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 800, "height": 600})
    context.set_default_timeout(3000)
    yield context.new_page()
    context.close()


def hand(page: Page, content: str) -> Keyboard:
    page.set_content(content)
    return Keyboard(page)


def walk(page: Page, content: str) -> list[str]:
    page.set_content(content)
    page.evaluate(KEYS)
    found: list[str] = page.evaluate("ksKeys.walk()")
    return found


def test_a_page_without_a_fault(page):
    does = hand(page, GOOD)
    does.fill("Имя", "Вера")
    does.press("Да")
    does.done()
    assert page.locator("button").inner_text() == "1"
    assert walk(page, GOOD) == []


def test_no_way_past_the_menu(page):
    without = GOOD.replace(SKIP, "")
    with pytest.raises(AssertionError, match="the way past the menu"):
        hand(page, without).press("Да")
    assert any("the way past the menu" in fault for fault in walk(page, without))


def test_a_way_past_the_menu_that_leads_nowhere(page):
    with pytest.raises(AssertionError, match="leads nowhere"):
        hand(page, GOOD.replace('href="#main"', 'href="#elsewhere"')).press("Да")


def test_a_focus_that_is_not_shown(page):
    hidden = GOOD.replace("<button", '<button class="quiet"')
    with pytest.raises(AssertionError, match="does not show that it has the focus"):
        hand(page, hidden).press("Да")
    assert walk(page, hidden) == ["button.quiet «Да» does not show that it has the focus"]


def test_a_focus_behind_a_bar(page):
    behind = GOOD + '<div class="bar">Полоса</div>'
    with pytest.raises(AssertionError, match=r"behind div\.bar"):
        hand(page, behind).press("Да")
    assert any("behind div.bar" in fault for fault in walk(page, behind))


def test_a_focus_that_is_lost(page):
    does = hand(page, GOOD.replace("this.textContent=1", "this.remove()"))
    does.press("Да")
    with pytest.raises(AssertionError, match="the focus was lost"):
        does.fill("Имя", "Вера")


def test_a_trap(page):
    trap = GOOD.replace(
        "<main",
        """<main onkeydown="if (event.key == 'Tab' && event.target.tagName == 'BUTTON') event.preventDefault()" """,
    )
    does = hand(page, trap)
    with pytest.raises(AssertionError, match="sticks"):
        does.fill("Имя", "Вера")


def test_what_no_key_comes_to(page):
    with pytest.raises(AssertionError, match="no key comes to"):
        hand(page, GOOD.replace("<button", '<button tabindex="-1"')).press("Да")


def test_a_stop_that_jumps_the_queue(page):
    assert any(
        "jumps the queue" in fault for fault in walk(page, GOOD.replace("<button", '<button tabindex="3"'))
    )
