"""Fixtures for all tests: which database, no internet, the browser. What belongs to one room stands in that room.

Browser tests take `phone_page` (390 × 844), `desktop_page` (1280 × 800), `page` (once on each), or `open_page` for more people
at once. They are Playwright pages in Russian with the live server as their base URL. A console error, a script's exception, a
request to a foreign host fails the test; `@pytest.mark.console(r"pattern")` expects a message. `axe(page)` returns violations.
"""

import ipaddress
import os
import re
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import hypothesis
import pytest

from koopset.foundation.testing.network import InternetError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
    from pytest_django.live_server_helper import LiveServer

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # refused to root otherwise
    "--disable-dev-shm-usage",  # /dev/shm is small in containers
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-gpu",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--font-render-hinting=none",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    # Whatever a page asks for, nothing outside this machine has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PHONE = (390, 844)
DESKTOP = (1280, 800)
AXE = Path(__file__).parent / "tests" / "vendor" / "axe-core" / "axe.min.js"

hypothesis.settings.register_profile(
    "house",
    deadline=None,  # the machine may be busy
    derandomize=True,  # the same examples on every run; `HYPOTHESIS_PROFILE=search` looks for new ones
    print_blob=True,
)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


# --- No internet -----------------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Close the way out for the whole run, whatever library tries it; make passwords cheap."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
            raise InternetError(f"tests stay on this machine; asked for {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[assignment, method-assign]

    from django.conf import settings

    # A strong hash takes a tenth of a second for every login that a test makes.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# --- Databases -------------------------------------------------------------------------------------------------------------


def _vendor() -> str:
    from django.db import connection

    return connection.vendor


#: A test asks the database by one of these, or by the mark.
DATABASE_FIXTURES = frozenset(
    {"db", "transactional_db", "django_db_blocker", "django_db_setup", "live_server", "world"}
)


def _asks_a_database(item: pytest.Item) -> bool:
    names: frozenset[str] = frozenset(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(names & DATABASE_FIXTURES)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file with one process: what it builds for its tests is built once.

    The invented town is the dearest: all that stands on it stays together. Browser tests go wherever there is room.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/demo/"):
                return "town"
            return nodeid if nodeid.startswith("tests/browser/") else nodeid.partition("::")[0]

    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what only PostgreSQL has, elsewhere; leave out what no database or not a second one has a part in, there.

    Browser tests go last: their event loop stays in the thread.
    """
    if _vendor() == "postgresql" and len({item.path for item in items}) > 1:
        again = [
            item
            for item in items
            if not _asks_a_database(item)
            or (item.get_closest_marker("once") and not item.get_closest_marker("postgres"))
        ]
        config.hook.pytest_deselected(items=again)
        left_out = set(again)
        items[:] = [item for item in items if item not in left_out]
    if any(item.get_closest_marker("postgres") for item in items) and _vendor() != "postgresql":
        skip = pytest.mark.skip(reason="PostgreSQL only")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(skip)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def database_vendor() -> str:
    """`sqlite` or `postgresql`, as DATABASE_URL decided."""
    return _vendor()


# --- Browser ---------------------------------------------------------------------------------------------------------------


class OpenPage(Protocol):
    """Open a page in a context of its own (cookies, storage): one call is one person at one device."""

    def __call__(self, size: tuple[int, int] = ..., **context_options: Any) -> "Page": ...


class Watch:
    """What a test's pages did that they should not have."""

    def __init__(self, expected: list[str]) -> None:
        self._expected = [re.compile(pattern) for pattern in expected]
        self.complaints: list[str] = []

    def note(self, text: str) -> None:
        if not any(pattern.search(text) for pattern in self._expected):
            self.complaints.append(text)

    def on_console(self, message: "ConsoleMessage") -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            self.note(f"console error: {message.text} ({place})")

    def on_request(self, request: "Request") -> None:
        self.on_address(request.url)

    def on_address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and not _is_loopback(parts.hostname):
            self.complaints.append(f"request to a foreign host: {url}")  # never expected

    def attach(self, context: "BrowserContext") -> None:
        context.on("console", self.on_console)
        context.on("request", self.on_request)
        context.on("weberror", lambda error: self.note(f"exception in a script: {error.error}"))
        context.on("page", lambda page: page.on("websocket", lambda channel: self.on_address(channel.url)))


class InFlight:
    """Requests that the live server is at: a page that was closed leaves some, and the database is emptied after the test."""

    def __init__(self) -> None:
        from django.core.signals import request_finished, request_started

        self._running, self._changed = 0, threading.Condition()
        request_started.connect(self._started)  # a weak reference: it goes with the test
        request_finished.connect(self._finished)

    def _started(self, **_: object) -> None:
        with self._changed:
            self._running += 1

    def _finished(self, **_: object) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def wait(self, url: str, *, seconds: float = 30) -> None:
        """Return when nothing runs: our own request comes after whatever was in the queue."""
        with urllib.request.urlopen(f"{url}/static/ui/mark.svg"):
            pass
        with self._changed:
            self._changed.wait_for(lambda: self._running <= 0, timeout=seconds)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium, started once for a run."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.fail("Chromium is not installed: sudo apt install chromium", pytrace=False)
    from playwright.sync_api import sync_playwright

    # Playwright's event loop lives in this thread, which Django would take for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(
    browser: "Browser", live_server: "LiveServer", request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Return a function that opens a page at a size; everything it opened is watched and closed."""
    watch = Watch([mark.args[0] for mark in request.node.iter_markers("console")])
    contexts: list[BrowserContext] = []

    def open_one(size: tuple[int, int] = DESKTOP, **context_options: Any) -> "Page":
        options: dict[str, Any] = {
            "base_url": live_server.url,
            "viewport": {"width": size[0], "height": size[1]},
            "has_touch": size[0] < 600,
            "is_mobile": size[0] < 600,
            "locale": "ru-RU",
            "timezone_id": "Europe/Moscow",
            "reduced_motion": "reduce",
            # Tests of what works without a line allow it: elsewhere it would only ask for files behind a test's back.
            "service_workers": "block",
        }
        context = browser.new_context(**(options | context_options))
        context.set_default_timeout(15_000)
        watch.attach(context)
        contexts.append(context)
        return context.new_page()

    from koopset.foundation.testing.database import readers_pass_writers

    in_flight = InFlight()
    with readers_pass_writers():
        yield open_one
        for context in contexts:
            context.close()
        in_flight.wait(live_server.url)
    if watch.complaints:
        pytest.fail("\n".join(dict.fromkeys(watch.complaints)), pytrace=False)


@pytest.fixture
def phone_page(open_page: OpenPage) -> "Page":
    """A telephone, 390 × 844, with touch."""
    return open_page(PHONE)


@pytest.fixture
def desktop_page(open_page: OpenPage) -> "Page":
    """A desk, 1280 × 800."""
    return open_page(DESKTOP)


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(open_page: OpenPage, request: pytest.FixtureRequest) -> "Page":
    """The same test on a telephone and at a desk."""
    return open_page(request.param)


@pytest.fixture(scope="session")
def axe() -> "Callable[..., list[str]]":
    """Return a function: page → violations of WCAG 2.2 A and AA, one line each; empty when the page is accessible."""
    source = AXE.read_text("utf-8")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

    def violations(page: "Page", *, without: tuple[str, ...] = ()) -> list[str]:
        # By evaluation, not by a script element: the site's Content-Security-Policy stays in force.
        page.evaluate(source)
        options = {
            "runOnly": {"type": "tag", "values": tags},
            "rules": {rule: {"enabled": False} for rule in without},
        }
        result = page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return violations
