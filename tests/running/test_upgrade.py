"""From each recorded state, with data in it, to the newest migrations; on the engine that the suite runs on.

A state is a version that somebody may run. To record one before a version is given out:
`KOOPSET_WRITE_STATE=state-2 pytest tests/running -k recorded`, and commit its folder. Later migrations need nothing here.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.running.conftest import Make
from tests.running.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # a busy machine builds its installation for long
HERE = Path(__file__).parents[1] / "upgrade"
STATES = sorted(path.parent for path in HERE.glob("state-*/migrations.json"))
SCRIPT = "tests.running.upgrade_state"


@pytest.mark.parametrize("state", STATES, ids=lambda path: path.name)
def test_an_older_database_comes_to_the_newest_version_with_all_its_rows(make: Make, state: Path) -> None:
    place = make("old")
    assert place.ask(SCRIPT, "make", str(state)) > 0
    ran = place.koopset("migrate")
    assert ran.returncode == 0, ran.stderr
    assert place.ask(SCRIPT, "look", str(state)) == {"unguarded": [], "gone": {}, "soft": []}
    books = place.koopset("ledger", "verify")
    assert (books.returncode, "Книги сходятся" in books.stdout) == (0, True)
    told = place.koopset("check").stdout
    assert "обновления базы: в порядке" in told
    assert "защита записей: в порядке" in told
    # It is alive: the next statement is posted over the old rows, and again nothing is amiss.
    assert place.ask("tests.running.small_world", "write", "3") == 3
    assert place.koopset("ledger", "verify").returncode == 0
    # Migrating once more changes nothing.
    assert place.koopset("migrate").returncode == 0


def test_a_state_is_recorded(filled: Installation, tmp_path: Path) -> None:
    """The way to record works, so that it does on the day it is needed; KOOPSET_WRITE_STATE keeps what it wrote."""
    name = os.environ.get("KOOPSET_WRITE_STATE")
    folder = HERE / name if name else tmp_path / "state"
    written = filled.ask(SCRIPT, "record", str(folder))
    assert written["ledger.Entry"] > 0
    assert written["payments.Payment"] > 0
    migrations = json.loads((folder / "migrations.json").read_text("utf-8"))
    assert ["ledger", migrations[[app for app, _name in migrations].index("ledger")][1]] in migrations


def test_there_is_a_state_to_come_from() -> None:
    assert [path.name for path in STATES][:1] == ["state-1"]
