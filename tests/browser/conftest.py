"""Hands for the journeys: each takes a page and does what it is told by the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from conftest import OpenPage
from tests.browser.hands import Hand, Keyboard, Mouse

if TYPE_CHECKING:
    from playwright.sync_api import Page

TakeHand = Callable[["Page"], Hand]


def _taking(kind: type[Hand]) -> Iterator[TakeHand]:
    taken: list[Hand] = []

    def take(page: Page) -> Hand:
        taken.append(kind(page))
        return taken[-1]

    yield take
    for one in taken:
        one.done()


@pytest.fixture(params=[Mouse, Keyboard], ids=["mouse", "keyboard"])
def hand(request: pytest.FixtureRequest, open_page: OpenPage) -> Iterator[TakeHand]:
    """The journey is done twice: by a mouse and by keys alone."""
    yield from _taking(request.param)


@pytest.fixture
def keyboard(open_page: OpenPage) -> Iterator[TakeHand]:
    """The journey is done by keys alone."""
    yield from _taking(Keyboard)
