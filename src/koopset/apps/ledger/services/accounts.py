"""Analytic accounts: made when first needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, transaction

from koopset.apps.ledger.models import Account, ChartAccount
from koopset.kernel.violations import RuleViolation

#: Below this many subjects of a chart account they are looked up one list; above it all its accounts are read.
_FEW = 500
#: Subjects whose rows live in another room: an account of nobody would be a debt that nobody is asked for.
_SUBJECT_REQUIRED = frozenset(
    {
        ChartAccount.Subject.PERSONAL_ACCOUNT,
        ChartAccount.Subject.BANK_ACCOUNT,
        ChartAccount.Subject.BUYER,
        ChartAccount.Subject.PURCHASE,
    }
)


@transaction.atomic
def accounts_for(organisation_id: int, pairs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Account ids of (chart code, subject id) pairs, those missing made in bulk. Subject 0 means none.

    No right is asked: callers are services that asked theirs. Raises ledger.unknown_code, ledger.heading, ledger.account_closed,
    ledger.subject_required, ledger.subject_not_allowed.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for code, subject_id in pairs:
        wanted[code].add(subject_id)
    charts = {
        chart.code: chart
        for chart in ChartAccount.objects.filter(organisation_id=organisation_id, code__in=wanted)
    }
    found: dict[tuple[str, int], int] = {}
    for code, subjects in wanted.items():
        chart = charts.get(code)
        if chart is None:
            raise RuleViolation("ledger.unknown_code", field="code", account=code)
        _check(chart, subjects)
        known = _known(organisation_id, chart.pk, subjects)
        if missing := sorted(subjects - known.keys()):
            _create(organisation_id, chart.pk, missing)
            known = _known(organisation_id, chart.pk, subjects)
        for subject_id in subjects:
            found[code, subject_id] = known[subject_id]
    return found


def _check(chart: ChartAccount, subjects: set[int]) -> None:
    if not chart.is_postable:
        raise RuleViolation("ledger.heading", field="code", account=chart.code)
    if chart.is_closed:
        raise RuleViolation("ledger.account_closed", field="code", account=chart.code)
    if any(subject_id < 0 for subject_id in subjects) or (not chart.subject and subjects != {0}):
        raise RuleViolation("ledger.subject_not_allowed", field="subject", account=chart.code)
    if chart.subject in _SUBJECT_REQUIRED and 0 in subjects:
        raise RuleViolation("ledger.subject_required", field="subject", account=chart.code)


def _known(organisation_id: int, chart_id: int, subjects: set[int]) -> dict[int, int]:
    rows = Account.objects.filter(organisation_id=organisation_id, chart_id=chart_id)
    if len(subjects) <= _FEW:
        rows = rows.filter(subject_id__in=subjects)
    return dict(rows.values_list("subject_id", "pk"))


def _create(organisation_id: int, chart_id: int, subjects: list[int]) -> None:
    # A rival may make the same accounts at this moment; the unique constraint decides, both then read the same rows.
    tail = " ON CONFLICT (organisation_id, chart_id, subject_id) DO NOTHING"
    head = "INSERT INTO ledger_account (organisation_id, chart_id, subject_id, debit_kop, credit_kop) "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"{head} SELECT %s, %s, s, 0, 0 FROM unnest(%s::bigint[]) AS t(s){tail}",
                [organisation_id, chart_id, subjects],
            )
        else:
            cursor.executemany(
                f"{head} VALUES (%s, %s, %s, 0, 0){tail}",
                [(organisation_id, chart_id, subject_id) for subject_id in subjects],
            )
