"""The site is killed (SIGKILL) at random moments while a program enters payments; asked again under the same key, each is there once."""

from __future__ import annotations

import http.client
import json
import random
import socket
import subprocess
import threading
from typing import Any

import pytest
from tests.running.conftest import Make
from tests.running.installation import Installation
from tests.running.test_killed_at_random import KILLS, SEED

#: Starting the site takes seconds, so it is killed less often than workers are.
TIMES = max(3, KILLS // 4)
LONGEST_SECONDS = 0.6
LEAST_PAYMENTS = 10


class Site:
    """A process of the site that is started anew whenever it is dead."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = self.place.start(
            "koopset.config.cli", "serve", "--no-worker", "--port", str(self.port), quiet=True
        )
        for _time in range(600):
            try:
                if self.ask("GET", "/healthz", {})[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                assert self.process.poll() is None
                threading.Event().wait(0.1)
        raise AssertionError("the site does not start")

    def ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(
                method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"} | headers
            )  # fmt: skip
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()

    def gone(self) -> None:
        assert self.process is not None
        self.process.communicate(timeout=30)


@pytest.mark.slow
@pytest.mark.timeout(120 + 30 * TIMES)
def test_a_payment_is_entered_once_however_often_it_is_sent(filled: Installation, make: Make) -> None:
    place, moments = make("site", like=filled), random.Random(SEED)
    told = place.ask("tests.running.small_world", "key")
    site, kills, sent, paid = Site(place), 0, 0, 0
    answers: dict[int, int] = {}
    alive, timer = False, threading.Timer(0, site.kill)
    try:
        while kills < TIMES or sent < LEAST_PAYMENTS:
            if not alive:
                site.start()
                alive = True
                if kills < TIMES:
                    timer = threading.Timer(moments.uniform(0, LONGEST_SECONDS), site.kill)
                    timer.start()
            number = sent + 1
            body = {"account_id": told["account"], "amount_kop": 100 + number, "received_on": "2026-11-21",
                    "bank_account_id": told["bank"], "key": f"cash-{number}"}  # fmt: skip
            try:
                status, answer = site.ask(
                    "POST",
                    f"/api/v1/o/{told['organisation']}/payments",
                    {"Authorization": f"Bearer {told['secret']}", "Idempotency-Key": f"cash-{number}"},
                    body,
                )
            except (OSError, http.client.HTTPException):
                timer.join()
                site.gone()
                kills, alive = kills + 1, False
                continue  # the program does not know whether it was done, and asks again
            assert status == 201, answer
            answers[number] = json.loads(answer)["id"]
            sent, paid = number, paid + 100 + number
    finally:
        timer.cancel()
        if alive:
            site.kill()
            site.gone()
    assert len(set(answers.values())) == sent
    assert place.ask("tests.running.small_world", "by_hand") == [sent, paid, sent]
    assert place.koopset("ledger", "verify").returncode == 0
    print(f"{kills} kills of the site, {sent} payments")  # noqa: T201 - for `pytest -s`
