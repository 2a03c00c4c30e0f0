"""Every page of the house, from the URL configuration itself: accessible, without a sideways scroll, each stop of the Tab key seen, at a
desk and on a telephone.

Each page is opened by the first of READERS who may; what is not a page (a file, a redirect, a call) is passed by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests import world as worlds
from tests.browser.hands import KEYS
from tests.browser.persons import sign_in
from tests.pages.test_matrix import PAGES, UNVISITED, may_open, pages_that_fall_to
from tests.pages.visits import content

from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.addresses import addresses

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Enough to open every page; what a chair sees of a treasurer's page is no other page.
READERS: tuple[Role | None, ...] = (
    None,
    Role.RESIDENT,
    Role.TREASURER,
    Role.CHAIR,
    Role.OPERATOR,
    Role.MEMBER,
)
SIZES = ((1280, 800), (390, 844))
#: Addresses of libraries and of the house for nobody in particular.
OPEN = ("account_", "mfa_", "ui:")
NOWHERE = "/there-is-no-such-page/"


def opened_by(world: World, reader: Role | None) -> Iterator[str]:
    """Addresses that fall to this reader; those open to anybody are also read by nobody in particular."""
    if reader in (None, Role.RESIDENT):
        yield NOWHERE
        for address in addresses():
            if address.name.startswith(OPEN) and not address.keywords:
                yield reverse(address.name)
    if reader is not None:
        yield from pages_that_fall_to(world, reader, READERS)


def test_every_page_of_the_house_falls_to_somebody():
    nobody = [
        page.name
        for page in PAGES
        if page.name not in UNVISITED
        and not any(may_open(page, reader) for reader in READERS if reader is not None)
    ]
    assert nobody == []


@pytest.mark.timeout(900)  # a hundred pages on a machine that is at something else too
@pytest.mark.console(r"status of 404")
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader or "nobody"))
def test_a_page_is_accessible_and_fits(
    desktop_page: Page, axe: Callable[..., list[str]], reader: Role | None
) -> None:
    world = worlds.build()
    login = world.login(reader)
    if login is not None:
        sign_in(desktop_page, login)
    faults: list[str] = []
    seen = 0
    for address in opened_by(world, reader):
        answer = world.client(login).get(address)
        if not answer["Content-Type"].startswith("text/html") or (
            answer.status_code != 200 and address != NOWHERE
        ):
            continue
        if not content(answer).lstrip().lower().startswith(b"<!doctype"):
            continue  # a part of a page: looked at where it stands
        desktop_page.goto(address)
        seen += 1
        for place, (width, height) in enumerate(SIZES):
            desktop_page.set_viewport_size({"width": width, "height": height})
            if seen % 2 == place:  # by far the longest: one page as at a desk, the next as on a telephone
                faults += [f"{address} at {width}: {fault}" for fault in axe(desktop_page)]
            desktop_page.evaluate(KEYS)
            faults += [f"{address} at {width}: {fault}" for fault in desktop_page.evaluate("ksKeys.walk()")]
            needed = desktop_page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                faults.append(f"{address} at {width}: {needed} pixels wide")
    assert seen
    assert not faults, "\n".join(faults)
