"""Workers are killed (SIGKILL) at random moments of an import, a charge and a posting; in the end everything is there exactly once.

KOOPSET_KILLS says how many times (10), KOOPSET_KILLS_SEED where the moments come from. A killed job is taken back, and a job that
lost its worker five times in a row would be given up by the reaper, so each piece of work is killed four times at most.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading

import pytest
from tests.running.conftest import Make
from tests.running.installation import Installation

from koopset.foundation.jobs.worker import MAX_LOSSES

KILLS = int(os.environ.get("KOOPSET_KILLS", "10"))
SEED = int(os.environ.get("KOOPSET_KILLS_SEED", "20261124"))
PLOTS = 600
TOWN = "tests.running.killed_town"
#: No work of this town takes longer on a quiet machine.
LONGEST_SECONDS = 0.8


class Killer:
    """Counts: kills, and how many of them met work under way."""

    place: Installation

    def __init__(self) -> None:
        self.moments = random.Random(SEED)
        self.kills = self.met = 0

    def work(self, *, kill: bool) -> bool:
        """One worker's life; whether it found the work of a dead one, which it took back."""
        worker = self.place.start(TOWN, "work", quiet=True)
        assert worker.stdout is not None
        try:
            taken = int(json.loads(worker.stdout.readline())["taken_back"])
            assert taken <= 1
            if kill:
                threading.Event().wait(self.moments.uniform(0, LONGEST_SECONDS))
                os.kill(worker.pid, signal.SIGKILL)
                self.kills += 1
        finally:
            worker.communicate(timeout=120)
        if not kill:
            assert worker.returncode == 0
        self.met += taken
        return taken == 1

    def do(self, kills: int) -> None:
        """Have what waits done, killing the worker `kills` times on the way."""
        for _time in range(kills):
            self.work(kill=True)
        self.work(kill=False)


@pytest.mark.slow
@pytest.mark.timeout(60 + 20 * KILLS)
def test_everything_is_done_once_whenever_the_worker_dies(migrated: Installation, make: Make) -> None:
    killer = Killer()
    while killer.kills < KILLS:  # a town dies twelve times, then the next one begins
        killer.place = place = make(f"killed-{killer.kills}", like=migrated)
        organisation = str(place.ask(TOWN, "register", str(PLOTS)))
        killer.do(min(MAX_LOSSES - 1, KILLS - killer.kills))
        charged = place.ask(TOWN, "charge", organisation)["total_kop"]
        killer.do(min(MAX_LOSSES - 1, KILLS - killer.kills))
        paid = place.ask(TOWN, "statement", organisation)["total_kop"]
        killer.do(min(MAX_LOSSES - 1, KILLS - killer.kills))

        found = place.ask(TOWN, "state", organisation)
        assert found["not_done"] == []
        assert found["jobs"] == {
            "register.load": "done", "billing.charge_post": "done", "payments.statement_post": "done",
        }  # fmt: skip
        for what in ("units", "owners", "persons", "accounts", "lines"):
            assert found[what] == [PLOTS, PLOTS], what
        assert found["import"] == ["done", {"new": PLOTS, "people": PLOTS}]
        assert found["runs"] == [["posted", PLOTS * 2, charged]]
        assert found["charges"] == [PLOTS * 2, PLOTS * 2, charged]
        assert found["statements"] == ["posted"]
        assert found["payments"] == [PLOTS, PLOTS, paid]
        assert found["operations"]["billing.charge"] == 1
        assert found["discrepancies"] == []
        assert place.koopset("ledger", "verify").returncode == 0
    print(f"{killer.kills} kills, {killer.met} of them in the middle of work")  # noqa: T201 - for `pytest -s`
