"""Balances of N personal accounts and the first page of debtors after 36 charged months, against a bare sum over the running totals."""

from __future__ import annotations

from datetime import date

from bench import town
from bench.measure import Result, interleaved
from django.db import connection

from koopset.apps.billing import selectors
from koopset.foundation.rights.actors import SYSTEM

MONTHS = 36
TODAY = date(2026, 11, 24)


def prepare(n: int) -> None:
    """One fee, so that three years take a minute to write; every reading below touches a line of each month or none."""
    organisation_id = town.build(n, months=MONTHS, four_fees=False)
    for back in range(MONTHS):
        town.charge(organisation_id, town.LAST.plus(1 - MONTHS + back))


def measure(n: int) -> list[Result]:
    organisation_id = town.organisation_id_of_town()

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT a.subject_id, SUM(a.debit_kop - a.credit_kop) FROM ledger_account a "
                "JOIN ledger_chartaccount c ON c.id = a.chart_id "
                "WHERE a.organisation_id = %s AND c.subject = 'personal-account' GROUP BY a.subject_id",
                [organisation_id],
            )
            assert len(cursor.fetchall()) == n

    found = []
    for name, ours in (
        ("balances", lambda: selectors.balances(organisation_id)),
        ("debtors", lambda: selectors.debtors(SYSTEM, organisation_id, today=TODAY)),
    ):
        ours()
        seconds, floor, peak = interleaved(ours, bare, 7)
        result = Result(name, n, seconds, floor, peak)
        result.at_most("times the bare query", result.ratio, 3)
        found.append(result.at_most("time", seconds, 0.2, "s"))
    return found
