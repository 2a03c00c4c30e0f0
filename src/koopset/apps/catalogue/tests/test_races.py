"""Two people explain one name at once: the lock on the name lets the second see the first, so it is learnt; without it nobody sees."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from koopset.apps.catalogue import services
from koopset.apps.catalogue.models import LearntName, NameAnswer
from koopset.apps.people.factories import make_login
from koopset.foundation.history import facts
from koopset.foundation.rights.actors import Actor, ActorKind

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECONDS = 20
NAME = "Зюзюка хрумкая"


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads can share: on SQLite a file, as in life; the test's own one lives in memory."""
    if connection.vendor != "sqlite":
        yield
        facts.lower_guard(connection)  # the flush that follows raises it again
        return
    path, memory, name = tmp_path / "names.sqlite3", connection.connection, connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at once, each on its own connection; what each returned or raised."""
    results: list[Any] = [None] * len(acts)

    def one(index: int, act: Callable[[], Any]) -> None:
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    return results


def two_people() -> list[Actor]:
    return [Actor(kind=ActorKind.PERSON, login_id=make_login(password=None).pk) for _number in range(2)]


def say(actor: Actor) -> NameAnswer:
    return services.name_answer(actor=actor, name=NAME, category="сладости", now=NOW)


def test_two_who_answer_at_once_teach_the_name(database: None) -> None:
    people = two_people()
    start = threading.Barrier(2, timeout=SECONDS)

    def act(actor: Actor) -> Callable[[], Any]:
        def run() -> NameAnswer:
            start.wait()
            return say(actor)

        return run

    results = at_once(*(act(actor) for actor in people))
    assert all(isinstance(result, NameAnswer) for result in results), results
    row = LearntName.objects.get()
    assert (row.state, row.category) == (LearntName.State.CONFIRMED, "сладости")
    assert NameAnswer.objects.count() == 2


@pytest.mark.postgres
def test_without_the_lock_neither_sees_the_other(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: lock off, both count before either has committed, and a name that two people agree on stays unlearnt."""
    people = two_people()
    LearntName.objects.create(key="зюзюка хрумкая", asked_at=NOW)
    both = threading.Barrier(2, timeout=SECONDS)
    settle = services._settle

    def unlocked(key: str, now: datetime) -> LearntName:
        return LearntName.objects.get(key=key)

    def counted(row: LearntName, now: datetime) -> None:
        both.wait()
        settle(row, now)
        both.wait()

    monkeypatch.setattr(services, "_locked", unlocked)
    monkeypatch.setattr(services, "_settle", counted)
    results = at_once(*(lambda actor=actor: say(actor) for actor in people))
    assert all(isinstance(result, NameAnswer) for result in results), results
    assert NameAnswer.objects.count() == 2
    assert LearntName.objects.get().state == LearntName.State.ASKED
