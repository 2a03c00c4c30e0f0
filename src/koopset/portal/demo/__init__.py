"""The invented town: a garden partnership and a house with two years of books, for a visitor to try everything on.

Nothing of Django is imported before it is needed: the command line asks for these names.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum

Report = Callable[[str], None]


class Size(StrEnum):
    """How much is invented: a partnership and a house, or 17 districts with 34,000 plots around them."""

    TOWN = "town"
    DISTRICT = "district"


class NotEmpty(Exception):
    """The town goes into an empty database only; the text says so in plain words.

    `hinders`: the database cannot be used at all yet, so that even «only where it is empty» is a refusal.
    """

    def __init__(self, text: str, *, hinders: bool = False) -> None:
        super().__init__(text)
        self.hinders = hinders


def fill_database(*, report: Report = print, today: date | None = None, size: Size = Size.TOWN) -> None:
    """Build the town as of `today`, all of it or nothing. Raises NotEmpty."""
    from koopset.portal.demo.town import fill

    fill(report=report, today=today, size=size)


def sign_in_lines() -> list[str]:
    """Who to sign in as, for the terminal; empty where the database is not a demo."""
    from koopset.portal.demo.town import sign_in_lines as lines

    return lines()
