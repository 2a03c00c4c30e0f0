from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as live
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from koopset.config import metrics
from koopset.foundation.jobs import enqueue, job
from koopset.foundation.jobs.models import Job, JobState, Worker
from koopset.foundation.notifications.models import MailState, Notification
from koopset.foundation.rights.actors import SYSTEM

pytestmark = pytest.mark.django_db
TOKEN = "a-long-enough-token"


@pytest.fixture(scope="module", autouse=True)
def a_kind() -> None:
    job("test.metrics")(lambda _run: None)


def figures(client: Client, **extra: Any) -> dict[tuple[str, ...], float]:
    """(name, value of each label …) → figure."""
    answer = client.get("/metrics", **extra)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_what_waits_is_counted(client: Client) -> None:
    now = timezone.now()
    Worker.objects.create(name="w", started_at=now, seen_at=now)
    Worker.objects.create(name="silent", started_at=now, seen_at=now - timedelta(days=1))
    enqueue("test.metrics", actor=SYSTEM, now=now - timedelta(minutes=5))
    failed = enqueue("test.metrics", actor=SYSTEM, now=now)
    Job.objects.filter(organisation_id=None, pk=failed.pk).update(state=JobState.FAILED)
    for mail in (MailState.WAITING, MailState.WAITING, MailState.SENT):
        Notification.objects.create(login_id=1, topic="t", title="x", created_at=now, mail=mail)
    found = figures(client)
    assert found["koopset_jobs", "waiting"] == 1
    assert found["koopset_jobs", "failed"] == 1
    assert found["koopset_jobs", "running"] == 0
    assert 300 <= found["koopset_jobs_oldest_wait_seconds",] < 600
    assert found["koopset_workers",] == 1
    assert found["koopset_letters_waiting",] == 2
    assert found["koopset_database_bytes",] > 100_000
    assert found["koopset_disk_free_bytes",] > 0
    assert found["koopset_database_up",] == 1


def test_a_job_whose_time_has_not_come_does_not_wait_long(client: Client) -> None:
    enqueue("test.metrics", actor=SYSTEM, run_at=timezone.now() + timedelta(days=1))
    assert figures(client)["koopset_jobs_oldest_wait_seconds",] == 0


def test_answers_are_counted_by_page_and_class(client: Client) -> None:
    def told(found: dict[tuple[str, ...], float], page: str, status: str) -> float:
        return found.get(("koopset_answers_total", page, status), 0)

    before = figures(client)
    client.get("/healthz")
    client.get("/o/987654321/register/secret-name")
    client.get("/no-such-page/ivanov@example.org")
    after = figures(client)
    assert told(after, "health:live", "2xx") == told(before, "health:live", "2xx") + 1
    assert told(after, "nowhere", "4xx") == told(before, "nowhere", "4xx") + 2
    assert after["koopset_answer_seconds_count", "health:live"] >= 1


def test_no_label_tells_of_anybody(client: Client) -> None:
    client.get("/o/987654321/")
    client.get("/no-such-page/ivanov@example.org")
    text = client.get("/metrics").content.decode()
    assert "987654321" not in text
    assert "ivanov" not in text


def test_closed_to_others(client: Client, settings) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    absent = client.get("/no-such-page").status_code
    strangers: tuple[dict[str, Any], ...] = (
        {"REMOTE_ADDR": "192.168.1.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},  # a proxy on this machine speaks for somebody
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=1.2.3.4"},
    )
    for extra in strangers:
        assert client.get("/metrics", **extra).status_code == absent == 404
    assert client.post("/metrics").status_code == 405


def test_open_by_the_key_only_where_there_is_one(client: Client, settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    far: dict[str, Any] = {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "10.0.0.9"}
    assert client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}", **far).status_code == 200
    assert client.get("/metrics").status_code == 404
    for word in ("", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ключ"):
        header = word.encode("utf-8").decode("latin-1")
        assert client.get("/metrics", HTTP_AUTHORIZATION=header, **far).status_code == 404


def test_a_database_that_is_away_leaves_the_rest(client: Client, monkeypatch) -> None:
    def away() -> None:
        raise DatabaseError("host=secret")

    monkeypatch.setattr(metrics, "_database_size", away)
    found = figures(client)
    assert found["koopset_database_up",] == 0
    assert ("koopset_jobs", "waiting") not in found
    assert found["koopset_disk_free_bytes",] > 0


def test_the_key_is_empty_by_default() -> None:
    assert live.METRICS_TOKEN == ""
