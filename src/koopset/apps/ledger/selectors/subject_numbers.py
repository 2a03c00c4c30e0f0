"""From the numbers that people know things by to subjects of accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from koopset.apps.ledger.formats.opening_table import OpeningRow
from koopset.apps.ledger.models import ChartAccount
from koopset.apps.ledger.ports import find_subjects
from koopset.kernel.violations import RuleViolation


class FoundBalance(NamedTuple):
    """An opening balance whose subject is known; kopecks."""

    code: str
    subject_id: int
    debit_kop: int
    credit_kop: int


def subject_of(organisation_id: int, code: str, number: str, *, field: str = "subject") -> int:
    """The subject that `number` names on a chart account, 0 for an empty number. Raises ledger.unknown_code, ledger.subject_unknown."""
    number = number.strip()
    if not number:
        return 0
    chart = ChartAccount.objects.filter(organisation_id=organisation_id, code=code).first()
    if chart is None:
        raise RuleViolation("ledger.unknown_code", field=field, account=code)
    if not chart.subject:
        raise RuleViolation("ledger.subject_not_allowed", field=field, account=code)
    found = find_subjects(chart.subject, organisation_id, [number])
    if number not in found:
        raise RuleViolation("ledger.subject_unknown", field=field, number=number, account=code)
    return found[number]


def opening_subjects(
    organisation_id: int, rows: Sequence[OpeningRow]
) -> tuple[list[FoundBalance], list[RuleViolation]]:
    """Opening balances with their subjects, and a refusal for each line whose account or number is not known. One question a subject."""
    charts = {chart.code: chart for chart in ChartAccount.objects.filter(organisation_id=organisation_id)}
    numbers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        chart = charts.get(row.code)
        if chart is not None and chart.subject and row.number:
            numbers[chart.subject].add(row.number)
    known = {subject: find_subjects(subject, organisation_id, wanted) for subject, wanted in numbers.items()}
    found: list[FoundBalance] = []
    wrong: list[RuleViolation] = []
    for row in rows:
        try:
            found.append(_balance(row, charts.get(row.code), known))
        except RuleViolation as violation:
            wrong.append(RuleViolation(violation.code, field="file", line=row.line, **violation.params))
    return found, wrong


def _balance(row: OpeningRow, chart: ChartAccount | None, known: dict[str, dict[str, int]]) -> FoundBalance:
    if chart is None:
        raise RuleViolation("ledger.unknown_code", account=row.code)
    if not chart.is_postable:
        raise RuleViolation("ledger.heading", account=row.code)
    subject_id = 0
    if row.number and not chart.subject:
        raise RuleViolation("ledger.subject_not_allowed", account=row.code)
    if row.number:
        if row.number not in known[chart.subject]:
            raise RuleViolation("ledger.subject_unknown", number=row.number, account=row.code)
        subject_id = known[chart.subject][row.number]
    elif chart.subject in (ChartAccount.Subject.PERSONAL_ACCOUNT, ChartAccount.Subject.BANK_ACCOUNT):
        raise RuleViolation("ledger.subject_required", account=row.code)
    return FoundBalance(row.code, subject_id, row.debit_kop, row.credit_kop)
