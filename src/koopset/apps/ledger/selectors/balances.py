"""Balances of analytic accounts, now and at the end of any day. Positive is debit: what the subject owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection

from koopset.apps.ledger.selectors.subjects import chart_ids, marks
from koopset.kernel.period import Month

#: Beyond this many subjects all are read: a list of conditions would cost more.
_LISTED = 5_000


def balances(
    organisation_id: int,
    *,
    codes: Iterable[str] | None = None,
    subject: str | None = "personal-account",
    subject_ids: Collection[int] | None = None,
    at: date | None = None,
) -> dict[int, int]:
    """Kopecks by subject over the chart accounts named by `codes` (a heading counts with all below it), or else all about `subject`.

    `at`: at the end of that day; None: with everything posted. A subject that never had an account is not in the answer.
    No right is asked: callers show what their own rights allow.
    """
    found: dict[int, int] = defaultdict(int)
    charts: dict[int, str] | str
    if codes is None and subject is not None:
        charts = subject  # the database finds the accounts about it itself: one question instead of two
    else:
        charts = chart_ids(organisation_id, codes=codes, subject=subject)
    for subject_id, _chart, kop in _rows(organisation_id, charts, subject_ids, at):
        found[subject_id] += kop
    return dict(found)


def balances_by_code(
    organisation_id: int,
    *,
    codes: Iterable[str] | None = None,
    subject: str | None = "personal-account",
    subject_ids: Collection[int] | None = None,
    at: date | None = None,
) -> dict[int, dict[str, int]]:
    """The same, apart by chart code: {subject: {code: kopecks}}."""
    charts = chart_ids(organisation_id, codes=codes, subject=subject)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for subject_id, chart_id, kop in _rows(organisation_id, charts, subject_ids, at):
        found[subject_id][charts[chart_id]] = kop
    return dict(found)


def balance(organisation_id: int, code: str, *, at: date | None = None) -> int:
    """Kopecks on a chart account with all its subjects and sub-accounts."""
    return sum(balances(organisation_id, codes=[code], at=at).values())


def _rows(
    organisation_id: int, charts: dict[int, str] | str, subject_ids: Collection[int] | None, at: date | None
) -> Iterator[tuple[int, int, int]]:
    """(subject, chart, kopecks) over chart accounts, or over all about a named subject.

    At a date: totals, minus turnovers of later months, minus later entries of that month.
    """
    if not charts or (subject_ids is not None and not subject_ids):
        return
    listed = list(subject_ids) if subject_ids is not None and len(subject_ids) <= _LISTED else None
    params: list[Any]
    if isinstance(charts, str):
        chosen = "SELECT c.id FROM ledger_chartaccount c WHERE c.organisation_id = %s AND c.subject = %s"
        params = [organisation_id, organisation_id, charts]
    else:
        chosen = marks(charts)
        params = [organisation_id, *charts]
    where = f"a.organisation_id = %s AND a.chart_id IN ({chosen})"
    if listed is not None:
        where += f" AND a.subject_id IN ({marks(listed)})"
        params += listed
    if at is None:
        sql = (
            f"SELECT a.subject_id, a.chart_id, a.debit_kop - a.credit_kop FROM ledger_account a WHERE {where}"
        )
    else:
        month = Month.of(at).number
        day = connection.ops.adapt_datefield_value(at)
        sql = f"""
            SELECT a.subject_id, a.chart_id, a.debit_kop - a.credit_kop
              - COALESCE((SELECT SUM(t.debit_kop - t.credit_kop) FROM ledger_monthtotal t
                          WHERE t.organisation_id = %s AND t.account_id = a.id AND t.month > %s), 0)
              - COALESCE((SELECT SUM(e.amount_kop) FROM ledger_entry e
                          WHERE e.organisation_id = %s AND e.debit_id = a.id AND e.month = %s AND e.on_date > %s), 0)
              + COALESCE((SELECT SUM(e.amount_kop) FROM ledger_entry e
                          WHERE e.organisation_id = %s AND e.credit_id = a.id AND e.month = %s AND e.on_date > %s), 0)
            FROM ledger_account a WHERE {where}
        """
        params = [organisation_id, month, *([organisation_id, month, day] * 2), *params]
    wanted = None if listed is not None or subject_ids is None else frozenset(subject_ids)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(2000):
            for subject_id, chart_id, kop in rows:
                if wanted is None or subject_id in wanted:
                    yield subject_id, chart_id, int(kop)
