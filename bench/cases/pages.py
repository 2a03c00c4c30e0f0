"""Requests a second to three pages, against a bare page of five queries under the same server and middleware."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import town
from bench.measure import Result, Stopwatch
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koopset.apps.billing.models import PersonalAccount
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login, Person
from koopset.foundation.rights.roles import Role

REQUESTS = 40
TURNS = 5
#: Start pages and the list of accounts; other lists.
MOST_QUERIES, LIST_QUERIES = 12, 25
#: The page of a row of the table: who opens it, its name, the cabinet where it has one.
PAGES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("page_resident", "resident@example.org", "portal:start", {"cabinet": "resident"}),
    ("page_chair", "chair@example.org", "portal:start", {"cabinet": "chair"}),
    ("page_accounts", "chair@example.org", "billing:accounts", {}),
)


def prepare(n: int) -> None:
    organisation_id = town.build(n, months=1)
    town.charge(organisation_id, town.LAST)
    make_role(organisation_id, Role.CHAIR, login=make_login("chair@example.org", password=None))
    payer = PersonalAccount.objects.filter(organisation_id=organisation_id).values_list(
        "payer_id", flat=True
    )[0]
    Person.objects.filter(pk=payer).update(login=make_login("resident@example.org", password=None))


def measure(n: int) -> list[Result]:
    organisation_id = town.organisation_id_of_town()
    found = []
    for name, email, view, more in PAGES:
        address = reverse(view, kwargs={"organisation_id": organisation_id, **more})
        found.append(page_measured(name, email, address, f"at {n} plots"))
    return found


def page_measured(name: str, email: str, address: str, about: str, *, limit: float = 2) -> Result:
    """Requests to a page under the server against the bare page; at most `limit` times it, and no more queries than any page may ask."""
    client = Client()
    client.force_login(Login.objects.get(email=email))
    queries = _queries(client, address)
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    }
    connection.close()
    ours, bare = Stopwatch(), Stopwatch()
    with _server() as (port, pid):
        for turn in range(TURNS + 1):
            for watch, path in ((ours, address), (bare, "/bench/bare/")):
                if turn == 0:
                    _get(port, path, headers, 3)  # the templates are read, the connection made
                    continue
                with watch():
                    _get(port, path, headers, REQUESTS)
        peak = _peak_mib(pid)
    result = Result(name, REQUESTS, ours.best, bare.best, peak)
    result.at_most(
        f"times a bare page ({REQUESTS / ours.best:.0f} requests a second {about})", result.ratio, limit
    )
    return result.at_most("queries", queries, MOST_QUERIES if limit == 2 else LIST_QUERIES)


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    return len(captured)


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "koopset.config.asgi:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--lifespan", "off", "--log-level", "error"], env=os.environ.copy())
    try:
        _wait(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def _get(port: int, path: str, headers: dict[str, str], times: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _again in range(times):
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    line.close()


def _peak_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
