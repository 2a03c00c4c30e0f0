"""Who sits at a page: a session given to the browser, as if the person had signed in before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import OperationalError
from django.test import Client
from playwright.sync_api import Error

from koopset.apps.people.models import Login

if TYPE_CHECKING:
    from playwright.sync_api import Page


#: Reloads of a small picture that pass before a lock of the database counts as a fault.
TRIES = 40


def sign_in(page: Page, login: Login | None) -> None:
    """Give the page a session of the login."""
    assert login is not None
    client = Client()
    try:
        page.goto("/static/ui/mark.svg")
    except Error:  # the page that was open renewed itself at this very moment
        page.goto("/static/ui/mark.svg")
    for _each in range(TRIES):
        try:
            client.force_login(login)
            break
        except OperationalError:  # SQLite in memory: what the page asked for last is still being answered
            page.reload()
    else:
        client.force_login(login)
    host = page.url.partition("/static/")[0]
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": host}])
