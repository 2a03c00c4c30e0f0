from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from koopset.config import health
from koopset.foundation.history import facts
from koopset.foundation.jobs.models import Worker


def heard(ago: timedelta = timedelta(0)) -> None:
    moment = timezone.now() - ago
    Worker.objects.create(name="w", started_at=moment, seen_at=moment)


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_fit_when_all_is_well(client: Client, monkeypatch) -> None:
    monkeypatch.setitem(health.CHECKS, "migrations", lambda: None)
    heard()
    answer = client.get("/healthz/ready")
    assert answer.json() == {"status": "ok", "checks": dict.fromkeys(health.CHECKS, "ok")}
    assert answer.status_code == 200


@pytest.mark.django_db
def test_a_silent_worker_is_told(client: Client) -> None:
    heard(timedelta(hours=1))
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["checks"]["worker"]) == (503, "no worker is heard of")


@pytest.mark.django_db
def test_a_lost_guard_of_facts_is_told(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(facts, "missing", lambda _connection: ["ledger_entry"])
    assert client.get("/healthz/ready").json()["checks"]["facts"] == "1 tables not guarded"


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_without_its_text(client: Client, monkeypatch) -> None:
    def away() -> None:
        raise OperationalError("host=secret")

    monkeypatch.setitem(health.CHECKS, "database", away)
    answer = client.get("/healthz/ready")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "unavailable")
    assert b"secret" not in answer.content


@pytest.mark.django_db
def test_a_full_disk_is_told(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**62)
    assert client.get("/healthz/ready").json()["checks"]["disk"] == "almost full"
