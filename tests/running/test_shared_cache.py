"""A real Redis that all processes share: idle connections, its end and its return, and what pages do meanwhile."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from koopset.config import shared_cache
from koopset.config.cache import choose
from koopset.foundation.access.rates import take

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="redis-server is not installed: scripts/ensure_system.py"
)


class Redis:
    """A server of its own on loopback, ended by its id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> Any:
        return redis.Redis.from_url(
            self.url, retry=Retry(ConstantBackoff(0.05), 200), retry_on_error=[redis.ConnectionError]
        )

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL)
        assert self.client.ping()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    running = Redis(tmp_path_factory.mktemp("redis"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def shared(server: Redis, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The site with that Redis as its cache; every test begins with Redis up and nothing in it."""
    if server.process is None:
        server.start()
    server.client.flushall()
    monkeypatch.setattr(shared_cache, "_silent_until", {})
    settings.CACHES = {"default": choose(server.url)}
    caches["default"].clear()
    return caches["default"]


def _another_process(server: Redis) -> Any:
    return shared_cache.SharedCache(server.url, {})


def test_processes_count_together(server: Redis, shared: Any) -> None:
    shared.set("count", 1, 60)
    assert _another_process(server).incr("count", 2) == 3
    assert shared.get("count") == 3


def test_a_connection_that_was_closed_while_it_was_idle_is_opened_anew(server: Redis, shared: Any) -> None:
    """What a firewall, or Redis by its `timeout`, does to a connection that nobody used for a while."""
    shared.set("kept", "yes", 60)
    assert server.client.execute_command("CLIENT", "KILL", "SKIPME", "yes") > 0
    assert shared.get("kept") == "yes"
    assert not shared_cache.is_silent(server.url)


def test_without_redis_each_goes_on_with_a_memory_of_its_own(
    server: Redis, shared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.set("kept", "in redis", 60)
    server.stop()
    asked: list[str] = []
    far = type(shared._far)
    monkeypatch.setattr(far, "get", _counted(far.get, asked))
    assert shared.get("kept") is None
    assert shared.add("own", 1, 60) is True
    assert (shared.incr("own"), shared.get_many(["own", "none"])) == (2, {"own": 2})
    shared.set_many({"a": 1, "b": 2}, 60)
    shared.delete("own")
    shared.delete_many(["a"])
    assert (shared.has_key("own"), shared.touch("b", 60), shared.get("b")) == (False, True, 2)
    with pytest.raises(ValueError, match="own"):
        shared.incr("own")
    assert len(asked) == 1, "a silent Redis is not asked again at each question"
    server.start()
    now = shared_cache._now()
    monkeypatch.setattr(shared_cache, "_now", lambda: now + shared_cache.PAUSE_SECONDS)
    shared.set("again", "in redis", 60)
    assert _another_process(server).get("again") == "in redis"


def _counted(real: Any, asked: list[str]) -> Any:
    def get(self: Any, key: str, *args: Any, **more: Any) -> Any:
        asked.append(key)
        return real(self, key, *args, **more)

    return get


@pytest.mark.django_db
def test_the_measures_of_programs_hold_without_redis(server: Redis, shared: Any) -> None:
    from django.utils import timezone

    server.stop()
    now = timezone.now()
    assert [take("a-program", 2, 1, now).passes for _time in range(3)] == [True, True, False]


@pytest.mark.django_db
def test_pages_live_on_and_wrong_passwords_are_still_counted(
    server: Redis, shared: Any, client: Client
) -> None:
    from koopset.apps.people.factories import make_login

    login = make_login("anna@example.org", password="long enough 1")
    server.stop()
    client.force_login(login)
    assert client.get("/my/").status_code == 200
    stranger = Client()
    address = reverse("account_login")
    answers = [
        stranger.post(address, {"login": "anna@example.org", "password": "wrong"}).status_code
        for _time in range(12)
    ]
    assert set(answers) <= {200, 429}
    refused = stranger.post(address, {"login": "anna@example.org", "password": "long enough 1"})
    assert refused.status_code in (200, 429)
    assert "_auth_user_id" not in stranger.session, (
        "the right password after ten wrong ones is not let in at once"
    )


@pytest.mark.django_db
def test_whoever_watches_is_told_and_no_process_is_unfit(server: Redis, shared: Any, client: Client) -> None:
    assert "notes" not in client.get("/healthz/ready").json()
    server.stop()
    told = client.get("/healthz/ready").json()
    assert told["notes"] == {"cache": "silent, each process counts apart"}
    assert set(told["checks"]) == {"database", "migrations", "facts", "worker", "disk"}
    assert client.get("/healthz").status_code == 200
