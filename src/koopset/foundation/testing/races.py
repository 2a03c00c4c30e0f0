"""Two at once in a test: a database that threads can share, and acts that run at the same time on connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from koopset.foundation.history import facts

SECONDS = 20


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads can share: on SQLite a file, as in life; the test's own one lives in memory."""
    if connection.vendor != "sqlite":
        yield
        facts.lower_guard(connection)  # the flush that follows raises it again
        return
    path, memory, name = tmp_path / "races.sqlite3", connection.connection, connection.settings_dict["NAME"]
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
