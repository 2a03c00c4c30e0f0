"""Charging a month of N plots × 4 lines and posting it, against a bare executemany of the same rows into the same tables."""

from __future__ import annotations

from bench import bare, town
from bench.measure import Result, Stopwatch, peak_mib

from koopset.apps.billing import services
from koopset.apps.billing.models import ChargeRun
from koopset.foundation.rights.actors import SYSTEM

TURNS = 2


def prepare(n: int) -> None:
    town.build(n, months=TURNS)


def measure(n: int) -> list[Result]:
    """A month by us, the same month bare, then the next month: the clock stops at the commit."""
    organisation_id = town.organisation_id_of_town()
    ours, floor = Stopwatch(), Stopwatch()
    peak = 0.0
    for turn in range(TURNS):
        run = town.run_started(organisation_id, town.LAST.plus(turn + 1 - TURNS))
        with ours():
            services.charge_run_post(
                actor=SYSTEM, organisation_id=organisation_id, run_id=run.pk, now=town.NOW
            )
        peak = peak or peak_mib()
        _same_rows_bare(run.pk, floor)
    result = Result("charge_month", n, ours.best, floor.best, peak)
    result.at_most("times the bare rows", result.ratio, 2)
    return [result.at_most("memory", peak, 300 * max(1.0, n / 34_000), "MiB")]


def _same_rows_bare(run_id: int, watch: Stopwatch) -> None:
    run = ChargeRun.objects.get(pk=run_id)
    tables = {"billing_charge": f"run_id = {run.pk}", "ledger_entry": f"operation_id = {run.operation_id}"}
    bare.same_rows(tables, run.month, watch)
