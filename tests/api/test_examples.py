"""The examples of docs/examples/api do what they say, as they stand, against a live site of this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer
from tests.api.test_story import statement

from koopset.api import general
from koopset.apps.billing import factories as billing
from koopset.apps.organisations.factories import make_role
from koopset.apps.organisations.models import BankAccount
from koopset.apps.register.models import Unit
from koopset.foundation.access.keys import key_make, offered_scopes
from koopset.foundation.rights.actors import SYSTEM, actor_for_login
from koopset.foundation.rights.once import answers_kept
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.webhooks import sending, services
from koopset.foundation.webhooks.models import Attempt, Delivery
from koopset.kernel.period import Month

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "api"
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def home() -> int:
    """Books, a bank account and a fee; nobody lives here yet."""
    pk = int(billing.make_billing_organisation().pk)
    billing.make_fee(pk)
    return pk


@pytest.fixture
def environment(home: int, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A key of the organisation, made by a chair who is the treasurer too."""
    person = make_role(home, Role.CHAIR).person
    make_role(home, Role.TREASURER, person=person)
    assert person.login is not None
    now = timezone.now()
    actor = actor_for_login(person.login.pk, on=timezone.localdate(now))
    _key, secret = key_make(
        actor=actor,
        organisation_id=home,
        name="example",
        scopes=offered_scopes(actor, home),
        expires_at=now + timedelta(days=1),
        now=now,
    )

    def work(actor: Any, job: Any) -> bool:
        # There is no worker here: work is done while the program asks how far it is. One thread at a time uses the database.
        with answers_kept(False):
            run_pending_jobs()
        return True

    monkeypatch.setattr(general, "may_see", work)
    # Nothing of a proxy: the examples talk to this machine.
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return kept | {"KOOPSET_SITE": live_server.url, "KOOPSET_KEY": secret, "PYTHONDONTWRITEBYTECODE": "1"}


def test_the_whole_scenario(home: int, environment: dict[str, str], tmp_path: Path) -> None:
    number = BankAccount.objects.get(organisation_id=home).number
    month = Month.of(timezone.localdate()).previous()
    file = tmp_path / "kl_to_1c.txt"
    file.write_bytes(statement(number, month.last, [(50_000, "НЕКТО", "за дачу")]))
    command = [sys.executable, str(EXAMPLES / "scenario.py"), str(home), str(month), str(file)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert told.returncode == 0, told.stderr
    assert "to charge, kopecks: 90000" in told.stdout
    assert "waits: 50000 НЕКТО | за дачу" in told.stdout
    assert "balance of the new account: 90000" in told.stdout
    assert told.stdout.count("bill ") == 1
    # Run again after a fall it does nothing twice; what has grown old meanwhile is refused in words.
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert Unit.objects.filter(organisation_id=home).count() == 1
    assert again.returncode == 0 or "Refused" in again.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed: sudo apt install curl")
def test_with_curl(home: int, environment: dict[str, str], tmp_path: Path, settings: Any) -> None:
    settings.API_PER_MINUTE_KEY = 1000
    file = tmp_path / "x.txt"
    file.write_bytes(b"nothing that is known")
    for _time in range(2):
        told = subprocess.run(
            ["sh", str(EXAMPLES / "scenario.sh"), str(home), str(file)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert told.returncode == 0, told.stdout + told.stderr
        assert "ratelimit-remaining" in told.stdout.lower()
        answers = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        assert (answers[0]["created"], answers[0]["refused"]) == (1, 1)
        assert answers[1]["items"][0]["number"] == "901"
        assert answers[2]["known"] is False
    assert Unit.objects.filter(organisation_id=home).count() == 1


@pytest.fixture
def receiver() -> Iterator[Any]:
    started: list[subprocess.Popen[str]] = []

    def start(secret: str) -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, str(EXAMPLES / "receive_webhook.py"), "0"],
            env={**os.environ, "KOOPSET_WEBHOOK_SECRET": secret},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline().rpartition(" ")[2])

    yield start
    for process in started:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def test_a_webhook_is_received_and_checked(home: int, settings: Any, receiver: Any) -> None:
    settings.WEBHOOKS_LOOPBACK = True
    now = timezone.now()
    # The secret is known only after the subscription is made, and its address only after the receiver has started.
    row, secret = services.webhook_add(
        actor=SYSTEM,
        organisation_id=home,
        name="example",
        url="http://127.0.0.1:9/",
        events=["account.opened"],
        now=now,
    )
    process, port = receiver(secret)
    services.webhook_change(
        actor=SYSTEM,
        organisation_id=home,
        subscription_id=row.pk,
        name="example",
        url=f"http://127.0.0.1:{port}/",
        events=["account.opened"],
        now=now,
    )
    account = billing.make_account(home)
    run_pending_jobs()
    assert process.stdout.readline() == f'account.opened {{"account_id": {account.pk}}}\n'
    attempt = Attempt.objects.get(organisation_id=home)
    assert (attempt.status, attempt.answer) == (200, "taken")
    delivery = Delivery.objects.get(organisation_id=home)
    services.delivery_replay(actor=SYSTEM, organisation_id=home, delivery_id=delivery.pk, now=timezone.now())
    run_pending_jobs()
    assert Attempt.objects.filter(organisation_id=home).latest("at").answer == "known already"
    # A forgery, and an old message with a good signature.
    forged = sending.send(f"http://127.0.0.1:{port}/", b"{}", {"webhook-signature": "v1,x"})
    assert forged.status == 401
    from koopset.foundation.webhooks import signing
    from koopset.foundation.webhooks.deliveries import secrets_in_force

    old = int(time.time()) - 3600
    headers = signing.headers("evt_old", old, b"{}", secrets_in_force(row, timezone.now()))
    assert sending.send(f"http://127.0.0.1:{port}/", b"{}", headers).status == 401
