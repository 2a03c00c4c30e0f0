"""Proof of the books: the running totals against the entries, and the entries against the rules.

Every statement is one pass of the database over the entries; nothing is held in memory but what disagrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection

from koopset.foundation.history import facts
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.money import format_rub
from koopset.kernel.period import Month


class Check(StrEnum):
    """What may disagree. The value names it in machine-readable output."""

    MONTH_TOTAL = "month-total"  # turnovers of an account in a month against its entries
    ACCOUNT_TOTAL = "account-total"  # totals of an account against its entries
    MONTHS_OF_ACCOUNT = "months-of-account"  # totals of an account against its months
    FOREIGN_ACCOUNT = "foreign-account"  # an entry that names an account, or an operation, of other books
    OPERATION = "operation"  # count, sum, date of an operation against its entries
    REVERSAL = "reversal"  # a reversal against what it takes back
    TRIGGERS = "triggers"  # the database does not guard the facts


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Kopecks where `check` is about money; `stored` is the running total, `proved` what the entries give."""

    check: Check
    organisation_id: int | None = None
    code: str = ""
    subject_id: int = 0
    month: int | None = None
    operation_id: int | None = None
    stored_debit_kop: int = 0
    stored_credit_kop: int = 0
    proved_debit_kop: int = 0
    proved_credit_kop: int = 0
    note: str = ""

    def __str__(self) -> str:
        """One line in plain words for the command line (English, as all of its output)."""
        where = f"organisation {self.organisation_id}"
        if self.code:
            where += f", account {self.code}" + (f" of {self.subject_id}" if self.subject_id else "")
        if self.month:
            where += f", month {Month.from_number(self.month)}"
        if self.operation_id:
            where += f", operation {self.operation_id}"
        if self.check is Check.TRIGGERS:
            return f"the database does not refuse changes of {self.note}: run migrate"
        if self.check in (Check.FOREIGN_ACCOUNT, Check.REVERSAL):
            return f"{where}: {self.note}"
        if self.check is Check.OPERATION:
            return f"{where}: {self.note}, stored {format_rub(self.stored_debit_kop)}, entries give {format_rub(self.proved_debit_kop)}"
        what = {
            Check.MONTH_TOTAL: "turnover of the month",
            Check.ACCOUNT_TOTAL: "total",
            Check.MONTHS_OF_ACCOUNT: "total against the sum of months",
        }[self.check]
        return (
            f"{where}: {what}: debit {format_rub(self.stored_debit_kop)} stored, {format_rub(self.proved_debit_kop)} proved; "
            f"credit {format_rub(self.stored_credit_kop)} stored, {format_rub(self.proved_credit_kop)} proved"
        )


_SIDES = """
    SELECT organisation_id AS org, debit_id AS acc, month, SUM(amount_kop) AS d, 0 AS c FROM ledger_entry {where}
    GROUP BY organisation_id, debit_id, month
    UNION ALL
    SELECT organisation_id, credit_id, month, 0, SUM(amount_kop) FROM ledger_entry {where}
    GROUP BY organisation_id, credit_id, month
"""
_NAMED = "LEFT JOIN ledger_account a ON a.id = q.acc LEFT JOIN ledger_chartaccount h ON h.id = a.chart_id"

_MONTHS = f"""
    SELECT q.org, h.code, a.subject_id, q.month, q.sd, q.sc, q.d, q.c FROM (
        SELECT org, acc, month, SUM(sd) AS sd, SUM(sc) AS sc, SUM(d) AS d, SUM(c) AS c FROM (
            SELECT org, acc, month, 0 AS sd, 0 AS sc, d, c FROM ({_SIDES}) AS s
            UNION ALL
            SELECT organisation_id, account_id, month, debit_kop, credit_kop, 0, 0 FROM ledger_monthtotal {{where}}
        ) AS u GROUP BY org, acc, month HAVING SUM(sd) <> SUM(d) OR SUM(sc) <> SUM(c)
    ) AS q {_NAMED} ORDER BY q.org, h.code, a.subject_id, q.month
"""
_TOTALS = f"""
    SELECT q.org, h.code, a.subject_id, NULL, q.sd, q.sc, q.d, q.c FROM (
        SELECT org, acc, SUM(sd) AS sd, SUM(sc) AS sc, SUM(d) AS d, SUM(c) AS c FROM (
            SELECT org, acc, 0 AS sd, 0 AS sc, d, c FROM ({_SIDES}) AS s
            UNION ALL
            SELECT organisation_id, id, debit_kop, credit_kop, 0, 0 FROM ledger_account {{where}}
        ) AS u GROUP BY org, acc HAVING SUM(sd) <> SUM(d) OR SUM(sc) <> SUM(c)
    ) AS q {_NAMED} ORDER BY q.org, h.code, a.subject_id
"""
_BY_MONTHS = f"""
    SELECT q.org, h.code, a.subject_id, NULL, q.sd, q.sc, q.d, q.c FROM (
        SELECT org, acc, SUM(sd) AS sd, SUM(sc) AS sc, SUM(d) AS d, SUM(c) AS c FROM (
            SELECT organisation_id AS org, account_id AS acc, 0 AS sd, 0 AS sc, debit_kop AS d, credit_kop AS c
            FROM ledger_monthtotal {{where}}
            UNION ALL
            SELECT organisation_id, id, debit_kop, credit_kop, 0, 0 FROM ledger_account {{where}}
        ) AS u GROUP BY org, acc HAVING SUM(sd) <> SUM(d) OR SUM(sc) <> SUM(c)
    ) AS q {_NAMED} ORDER BY q.org, h.code, a.subject_id
"""
_FOREIGN = """
    SELECT e.organisation_id, e.operation_id, e.id FROM ledger_entry e
    LEFT JOIN ledger_account d ON d.id = e.debit_id AND d.organisation_id = e.organisation_id
    LEFT JOIN ledger_account c ON c.id = e.credit_id AND c.organisation_id = e.organisation_id
    LEFT JOIN ledger_operation o ON o.id = e.operation_id AND o.organisation_id = e.organisation_id
    WHERE (d.id IS NULL OR c.id IS NULL OR o.id IS NULL) {and_e} ORDER BY e.id
"""
_OPERATIONS = """
    SELECT o.organisation_id, o.id, o.entries_count, o.total_kop, COALESCE(q.n, 0), COALESCE(q.s, 0), COALESCE(q.days, 0)
    FROM ledger_operation o
    LEFT JOIN (
        SELECT e.operation_id AS op, COUNT(*) AS n, SUM(e.amount_kop) AS s,
               SUM(CASE WHEN e.on_date <> p.on_date OR e.month <> p.month THEN 1 ELSE 0 END) AS days
        FROM ledger_entry e JOIN ledger_operation p ON p.id = e.operation_id WHERE 1 = 1 {and_e} GROUP BY e.operation_id
    ) AS q ON q.op = o.id
    WHERE (o.entries_count <> COALESCE(q.n, 0) OR o.total_kop <> COALESCE(q.s, 0) OR COALESCE(q.days, 0) <> 0) {and_o} ORDER BY o.id
"""
_REVERSALS = """
    SELECT r.organisation_id, r.id FROM ledger_operation r JOIN ledger_operation o ON o.id = r.reverses_id
    WHERE (r.organisation_id <> o.organisation_id OR r.total_kop <> o.total_kop OR r.entries_count <> o.entries_count) {and_r}
    ORDER BY r.id
"""


def verify(organisation_id: int | None = None) -> list[Discrepancy]:
    """Everything in the books of an organisation (None: of all) that does not agree; an empty list is the proof.

    No right is asked: it is for the command line, the health page and tests. An account's or a month's row that is missing
    counts as zero.
    """
    with across_tenants("proof of all books by the operator of the platform; shows sums, no persons"):
        return list(_discrepancies(organisation_id))


def _discrepancies(organisation_id: int | None) -> Iterator[Discrepancy]:
    for table in facts.missing(connection):
        if table.startswith("ledger_"):
            yield Discrepancy(Check.TRIGGERS, note=table)
    for check, sql, times in (
        (Check.MONTH_TOTAL, _MONTHS, 3),
        (Check.ACCOUNT_TOTAL, _TOTALS, 3),
        (Check.MONTHS_OF_ACCOUNT, _BY_MONTHS, 2),
    ):
        for org, code, subject_id, month, *sums in _ask(sql, organisation_id, times):
            stored_debit, stored_credit, debit, credit = map(int, sums)
            yield Discrepancy(
                check=check,
                organisation_id=org,
                code=code or "?",
                subject_id=subject_id or 0,
                month=month,
                stored_debit_kop=stored_debit,
                stored_credit_kop=stored_credit,
                proved_debit_kop=debit,
                proved_credit_kop=credit,
            )
    for org, operation_id, entry_id in _ask(_FOREIGN, organisation_id, 1):
        yield Discrepancy(
            Check.FOREIGN_ACCOUNT,
            organisation_id=org,
            operation_id=operation_id,
            note=f"entry {entry_id} names an account or an operation that is not of these books",
        )
    for org, operation_id, count, total, entries, total_of_entries, days in _ask(
        _OPERATIONS, organisation_id, 2
    ):
        note = f"{count} entries counted, {entries} stand"
        if days:
            note += f", {days} of another date"
        yield Discrepancy(
            Check.OPERATION,
            organisation_id=org,
            operation_id=operation_id,
            stored_debit_kop=int(total),
            stored_credit_kop=int(total),
            proved_debit_kop=int(total_of_entries),
            proved_credit_kop=int(total_of_entries),
            note=note,
        )
    for org, operation_id in _ask(_REVERSALS, organisation_id, 1):
        yield Discrepancy(
            Check.REVERSAL,
            organisation_id=org,
            operation_id=operation_id,
            note="the reversal is not the mirror of what it takes back",
        )


def _ask(sql: str, organisation_id: int | None, times: int) -> list[Any]:
    """Run a statement for one organisation, named `times` times in it, or for all."""
    one = organisation_id is not None
    text = sql.format(
        where="WHERE organisation_id = %s" if one else "",
        and_e="AND e.organisation_id = %s" if one else "",
        and_o="AND o.organisation_id = %s" if one else "",
        and_r="AND r.organisation_id = %s" if one else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [organisation_id] * times if one else [])
        return list(cursor.fetchall())
