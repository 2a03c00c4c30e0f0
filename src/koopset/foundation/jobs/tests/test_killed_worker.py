"""kill -9 in the middle of a part: what the worker had committed stays, the part under way is done once."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

LOST = settings.JOB_LOST_AFTER_SECONDS


@pytest.fixture
def environment(transactional_db: None, tmp_path: Path) -> dict[str, str]:
    """Of processes of their own on a database like the test's: a copy on disk of SQLite's in memory, PostgreSQL's itself."""
    connection.ensure_connection()
    found = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    if connection.vendor == "sqlite":
        path = tmp_path / "copy.sqlite3"
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()
        return found | {"DATABASE_URL": f"sqlite:///{path}"}
    url = urlsplit(found["DATABASE_URL"])
    return found | {"DATABASE_URL": urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))}


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "koopset.foundation.jobs.tests.killed_worker", *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def ask(environment: dict[str, str], *arguments: str) -> object:
    process = start(environment, *arguments)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return json.loads(output.splitlines()[-1])


@pytest.mark.slow
def test_a_killed_worker_leaves_its_work_to_be_done_once(environment: dict[str, str]) -> None:
    ask(environment, "enqueue")
    first = start(environment, "hang")
    try:
        assert first.stdout is not None
        assert any(line == "hanging\n" for line in first.stdout)  # lines of the log may come first
    finally:
        os.kill(first.pid, signal.SIGKILL)
        first.communicate(timeout=30)
    assert ask(environment, "state") == ["running", 1, 2, ["part-0", "part-1"]]

    assert ask(environment, "reap", "0") == 0
    assert ask(environment, "work") == 0  # nobody may take what may still be alive
    assert ask(environment, "reap", str(LOST + 1)) == 1
    assert ask(environment, "work") == 1
    assert ask(environment, "state") == ["done", 2, 5, [f"part-{number}" for number in range(5)]]
    assert ask(environment, "reap", str(LOST + 1)) == 0
