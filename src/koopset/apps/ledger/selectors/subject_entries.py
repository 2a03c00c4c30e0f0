"""Everything that happened to one subject: what a resident's statement is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import F, Q, QuerySet

from koopset.apps.ledger.models import Account, Entry


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """One side of an entry. `operation_kind` of a reversal is ledger.reversal; `reverses_id` names what it takes back."""

    on_date: date
    operation_kind: str
    operation_id: int
    title: str
    source_id: int | None
    debit_kop: int
    credit_kop: int
    code: str
    reverses_id: int | None
    entry_id: int


def subject_entries(
    organisation_id: int,
    subject: str = "personal-account",
    subject_id: int = 0,
    date_from: date | None = None,
    date_to: date | None = None,
) -> list[SubjectEntry]:
    """Entries of all accounts about the subject between two days (included), in the order of time.

    An entry between two accounts of one subject (an advance set off against a fee) comes twice, once for each side.
    Bounded by the life of one subject: some hundreds of lines a year. No right is asked: callers show what their rights allow.
    """
    accounts = dict(
        Account.objects.filter(
            organisation_id=organisation_id, subject_id=subject_id, chart__subject=subject
        ).values_list("pk", "chart__code")
    )
    if not accounts:
        return []
    days = Q()
    if date_from is not None:
        days &= Q(on_date__gte=date_from, month__gte=date_from.year * 100 + date_from.month)
    if date_to is not None:
        days &= Q(on_date__lte=date_to, month__lte=date_to.year * 100 + date_to.month)
    entries = Entry.objects.filter(days, organisation_id=organisation_id)
    found = [
        SubjectEntry(
            on_date=row["on_date"],
            operation_kind=row["operation__kind"],
            operation_id=row["operation_id"],
            title=row["operation__title"],
            source_id=row["source_id"],
            debit_kop=row["amount_kop"] if is_debit else 0,
            credit_kop=0 if is_debit else row["amount_kop"],
            code=accounts[row["account"]],
            reverses_id=row["operation__reverses_id"],
            entry_id=row["pk"],
        )
        for is_debit, row in chain(
            ((True, row) for row in _side(entries, "debit_id", accounts)),
            ((False, row) for row in _side(entries, "credit_id", accounts)),
        )
    ]
    found.sort(key=lambda entry: (entry.on_date, entry.entry_id, entry.credit_kop))
    return found


def _side(entries: QuerySet[Entry], side: str, accounts: dict[int, str]) -> list[dict[str, Any]]:
    rows: Any = (
        entries.filter(**{f"{side}__in": list(accounts)})
        .annotate(account=F(side))
        .values(
            "pk",
            "on_date",
            "operation_id",
            "operation__kind",
            "operation__title",
            "operation__reverses_id",
            "source_id",
            "amount_kop",
            "account",
        )
    )
    return list(rows)
