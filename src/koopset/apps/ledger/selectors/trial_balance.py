"""Trial balance (оборотно-сальдовая ведомость): opening, turnover, closing, by chart account and down to subjects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from koopset.apps.ledger import rules
from koopset.apps.ledger.models import ChartAccount
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.ports import subject_labels
from koopset.apps.ledger.selectors.subjects import marks
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class Columns:
    """Kopecks. Balances are shown apart (развёрнутое сальдо): debts of some do not hide advances of others."""

    opening_debit_kop: int = 0
    opening_credit_kop: int = 0
    debit_kop: int = 0
    credit_kop: int = 0
    closing_debit_kop: int = 0
    closing_credit_kop: int = 0

    def plus(self, other: Columns) -> Columns:
        return Columns(*(a + b for a, b in zip(self.values(), other.values(), strict=True)))

    def values(self) -> tuple[int, int, int, int, int, int]:
        return (
            self.opening_debit_kop,
            self.opening_credit_kop,
            self.debit_kop,
            self.credit_kop,
            self.closing_debit_kop,
            self.closing_credit_kop,
        )


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A line of the statement. `level` counts headings above; a heading sums up what lies below it."""

    code: str
    title: str
    level: int
    is_heading: bool
    subject: str
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True, slots=True)
class TrialSubject:
    """The line of one subject; `label` is "" where no room knows it."""

    subject_id: int
    label: str
    columns: Columns


# An account's opening balance is its balance now, less all that was turned over since; so old months are never read.
_ACCOUNTS = """
    SELECT a.chart_id, a.subject_id,
           a.debit_kop - a.credit_kop - COALESCE(SUM(t.debit_kop - t.credit_kop), 0) AS opening,
           COALESCE(SUM(CASE WHEN t.month <= %s THEN t.debit_kop ELSE 0 END), 0) AS debit,
           COALESCE(SUM(CASE WHEN t.month <= %s THEN t.credit_kop ELSE 0 END), 0) AS credit
    FROM ledger_account a
    LEFT JOIN ledger_monthtotal t ON t.organisation_id = a.organisation_id AND t.account_id = a.id AND t.month >= %s
    WHERE a.organisation_id = %s {where}
    GROUP BY a.id, a.chart_id, a.subject_id, a.debit_kop, a.credit_kop
"""
_COLUMNS = """
    CASE WHEN opening > 0 THEN opening ELSE 0 END AS od, CASE WHEN opening < 0 THEN -opening ELSE 0 END AS oc,
    debit AS td, credit AS tc,
    CASE WHEN opening + debit - credit > 0 THEN opening + debit - credit ELSE 0 END AS cd,
    CASE WHEN opening + debit - credit < 0 THEN credit - debit - opening ELSE 0 END AS cc
"""


def trial_balance(actor: Actor, organisation_id: int, month_from: Month, month_to: Month) -> list[TrialRow]:
    """All chart accounts that had a balance or a turnover in the months (both included), in the order of codes. Two queries.

    Summed by the database, so that its size is the chart's and not that of the accounts. Raises Forbidden.
    """
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    sql = (
        "SELECT chart_id, SUM(od), SUM(oc), SUM(td), SUM(tc), SUM(cd), SUM(cc) "
        f"FROM (SELECT chart_id, {_COLUMNS} FROM ({_ACCOUNTS.format(where='')}) AS x) AS y GROUP BY chart_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [month_to.number, month_to.number, month_from.number, organisation_id])
        own = {row[0]: Columns(*map(int, row[1:])) for row in cursor.fetchall()}
    charts = {chart.code: chart for chart in ChartAccount.objects.filter(organisation_id=organisation_id)}
    sums: dict[str, Columns] = {}
    for code, chart in charts.items():
        columns = own.get(chart.pk)
        if columns is None or not any(columns.values()):
            continue
        above = code
        while above:
            sums[above] = sums.get(above, Columns()).plus(columns)
            above = rules.heading_of(above)
    return [
        TrialRow(
            code=code,
            title=charts[code].title,
            level=code.count("."),
            is_heading=not charts[code].is_postable,
            subject=charts[code].subject,
            columns=sums[code],
        )
        for code in sorted(sums)
    ]


def total_of(rows: list[TrialRow]) -> Columns:
    """The bottom line; debit equals credit in each pair, or the books are broken."""
    total = Columns()
    for row in rows:
        if row.level == 0:
            total = total.plus(row.columns)
    return total


def trial_subjects(
    actor: Actor,
    organisation_id: int,
    code: str,
    month_from: Month,
    month_to: Month,
    *,
    offset: int = 0,
    limit: int = 100,
    with_labels: bool = True,
) -> tuple[list[TrialSubject], int]:
    """The lines of one chart account by subject, by pages, and how many there are. Only those with a balance or a turnover."""
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    charts = {
        chart.pk: chart for chart in ChartAccount.objects.filter(organisation_id=organisation_id, code=code)
    }
    if not charts:
        return [], 0
    inner = (
        f"SELECT subject_id, {_COLUMNS} FROM ({_ACCOUNTS.format(where=f'AND a.chart_id IN ({marks(charts)})')}) AS x "
        "WHERE opening <> 0 OR debit <> 0 OR credit <> 0"
    )
    params: list[Any] = [month_to.number, month_to.number, month_from.number, organisation_id, *charts]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({inner}) AS y", params)
        count = int(cursor.fetchone()[0])
        cursor.execute(f"{inner} ORDER BY subject_id LIMIT %s OFFSET %s", [*params, limit, max(offset, 0)])
        rows = cursor.fetchall()
    chart = next(iter(charts.values()))
    labels = subject_labels(chart.subject, organisation_id, [row[0] for row in rows]) if with_labels else {}
    return [
        TrialSubject(subject_id=row[0], label=labels.get(row[0], ""), columns=Columns(*map(int, row[1:])))
        for row in rows
    ], count
