"""Charging a month of N plots × 4 lines and posting it, against a bare executemany of the same rows into the same tables."""

from __future__ import annotations

from typing import Any

from bench import town
from bench.measure import Result, Stopwatch, peak_mib
from django.db import connection, transaction

from koopset.apps.billing import services
from koopset.apps.billing.models import ChargeRun
from koopset.foundation.history.facts import lifted
from koopset.foundation.rights.actors import SYSTEM

TURNS = 2


def prepare(n: int) -> None:
    town.build(n, months=TURNS)


def measure(n: int) -> list[Result]:
    """A month by us, the same month bare, then the next month: the clock stops at the commit."""
    organisation_id = town.organisation_id_of_town()
    ours, bare = Stopwatch(), Stopwatch()
    peak = 0.0
    for turn in range(TURNS):
        run = town.run_started(organisation_id, town.LAST.plus(turn + 1 - TURNS))
        with ours():
            services.charge_run_post(
                actor=SYSTEM, organisation_id=organisation_id, run_id=run.pk, now=town.NOW
            )
        peak = peak or peak_mib()
        _same_rows_bare(run.pk, bare)
    result = Result("charge_month", n, ours.best, bare.best, peak)
    result.at_most("times the bare rows", result.ratio, 2)
    return [result.at_most("memory", peak, 300 * max(1.0, n / 34_000), "MiB")]


def _same_rows_bare(run_id: int, watch: Stopwatch) -> None:
    """Read what a run wrote, take it out, write it back by executemany; triggers, keys and indexes as they stand."""
    run = ChargeRun.objects.get(pk=run_id)
    month, operation = run.month, run.operation_id
    tables = {
        "billing_charge": f"run_id = {run.pk}",
        "ledger_entry": f"operation_id = {operation}",
        "ledger_monthtotal": f"month = {month}",
    }
    kept: dict[str, tuple[str, list[tuple[Any, ...]]]] = {}
    with connection.cursor() as cursor:
        for table, where in tables.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {where}")
            kept[table] = (", ".join(column[0] for column in cursor.description or ()), cursor.fetchall())
        cursor.execute(
            f"SELECT debit_kop, credit_kop, account_id, organisation_id FROM ledger_monthtotal WHERE month = {month}"
        )
        turnovers = cursor.fetchall()
        with lifted(), transaction.atomic():
            for table, where in tables.items():
                cursor.execute(f"DELETE FROM {table} WHERE {where}")
    with watch(), transaction.atomic(), connection.cursor() as cursor:
        for table, (names, rows) in kept.items():
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        cursor.executemany(_TOTALS.format(sign="+"), turnovers)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_TOTALS.format(sign="-"), turnovers)


_TOTALS = (
    "UPDATE ledger_account SET debit_kop = debit_kop {sign} %s, credit_kop = credit_kop {sign} %s "
    "WHERE id = %s AND organisation_id = %s"
)
