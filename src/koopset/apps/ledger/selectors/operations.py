"""The journal of operations and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from koopset.apps.ledger.models import Entry, Operation
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.ports import operation_url, subject_labels
from koopset.foundation.rights.actors import Actor
from koopset.kernel.period import Month


@dataclass(frozen=True, slots=True)
class OperationRow:
    """`url` is the page in the room behind the operation, "" where there is none."""

    id: int
    kind: str
    on_date: date
    title: str
    entries_count: int
    total_kop: int
    reason: str
    reverses_id: int | None
    reversed_by_id: int | None
    posted_at: datetime
    posted_by: int | None
    source_id: int | None
    url: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with what its accounts are called; labels hold no personal data."""

    id: int
    debit_code: str
    debit_title: str
    debit_subject_id: int
    debit_label: str
    credit_code: str
    credit_title: str
    credit_subject_id: int
    credit_label: str
    amount_kop: int
    source_id: int | None


@dataclass(frozen=True, slots=True)
class OperationCard:
    """An operation and one page of its entries."""

    operation: OperationRow
    entries: list[EntryRow]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Journal:
    """One page of the journal; `count` operations in all."""

    rows: list[OperationRow]
    count: int
    page: int
    pages: int
    kinds: list[str]


def journal(
    actor: Actor,
    organisation_id: int,
    *,
    month_from: Month | None = None,
    month_to: Month | None = None,
    kind: str = "",
    text: str = "",
    page: int = 1,
    page_size: int = 50,
) -> Journal:
    """Operations, the latest first, by pages. `kinds`: those that the books have, for the filter. Raises Forbidden."""
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    rows = Operation.objects.filter(organisation_id=organisation_id)
    kinds = list(rows.order_by("kind").values_list("kind", flat=True).distinct())
    if month_from is not None:
        rows = rows.filter(month__gte=month_from.number)
    if month_to is not None:
        rows = rows.filter(month__lte=month_to.number)
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(reason__icontains=text))
    count = rows.count()
    pages = max(1, -(-count // page_size))
    page = min(max(page, 1), pages)
    start = (page - 1) * page_size
    found = list(rows.order_by("-on_date", "-pk")[start : start + page_size])
    reversed_by = dict(
        Operation.objects.filter(
            organisation_id=organisation_id, reverses_id__in=[row.pk for row in found]
        ).values_list("reverses_id", "pk")
    )
    return Journal(
        rows=[_row(row, reversed_by.get(row.pk)) for row in found],
        count=count,
        page=page,
        pages=pages,
        kinds=kinds,
    )


def operation_card(
    actor: Actor, organisation_id: int, operation_id: int, *, page: int = 1, page_size: int = 100
) -> OperationCard | None:
    """An operation with a page of its entries; None when this organisation has no such. Raises Forbidden."""
    actor.require(LedgerRight.BOOK_VIEW, organisation_id)
    operation = Operation.objects.filter(organisation_id=organisation_id, pk=operation_id).first()
    if operation is None:
        return None
    reversed_by = (
        Operation.objects.filter(organisation_id=organisation_id, reverses_id=operation.pk)
        .values_list("pk", flat=True)
        .first()
    )
    pages = max(1, -(-operation.entries_count // page_size))
    page = min(max(page, 1), pages)
    start = (page - 1) * page_size
    entries = list(
        Entry.objects.filter(organisation_id=organisation_id, operation_id=operation.pk)
        .select_related("debit__chart", "credit__chart")
        .order_by("pk")[start : start + page_size]
    )
    about: dict[str, set[int]] = {}
    for entry in entries:
        for account in (entry.debit, entry.credit):
            about.setdefault(account.chart.subject, set()).add(account.subject_id)
    labels = {
        (subject, subject_id): label
        for subject, ids in about.items()
        for subject_id, label in subject_labels(subject, organisation_id, ids).items()
    }
    return OperationCard(
        operation=_row(operation, reversed_by),
        entries=[
            EntryRow(
                id=entry.pk,
                debit_code=entry.debit.chart.code,
                debit_title=entry.debit.chart.title,
                debit_subject_id=entry.debit.subject_id,
                debit_label=labels.get((entry.debit.chart.subject, entry.debit.subject_id), ""),
                credit_code=entry.credit.chart.code,
                credit_title=entry.credit.chart.title,
                credit_subject_id=entry.credit.subject_id,
                credit_label=labels.get((entry.credit.chart.subject, entry.credit.subject_id), ""),
                amount_kop=entry.amount_kop,
                source_id=entry.source_id,
            )
            for entry in entries
        ],
        page=page,
        pages=pages,
    )


def _row(row: Operation, reversed_by_id: int | None) -> OperationRow:
    return OperationRow(
        id=row.pk,
        kind=row.kind,
        on_date=row.on_date,
        title=row.title,
        entries_count=row.entries_count,
        total_kop=row.total_kop,
        reason=row.reason,
        reverses_id=row.reverses_id,
        reversed_by_id=reversed_by_id,
        posted_at=row.posted_at,
        posted_by=row.posted_by,
        source_id=row.source_id,
        url=operation_url(row.kind, row.organisation_id, row.source_id),
    )


def operations_about(organisation_id: int, kind: str, source_id: int) -> list[OperationRow]:
    """The operations that a room posted about one of its rows, oldest first. Asks no right: the calling service has."""
    rows = Operation.objects.filter(
        organisation_id=organisation_id, kind=kind, source_id=source_id
    ).select_related("reversed_by")
    return [_row(row, getattr(getattr(row, "reversed_by", None), "pk", None)) for row in rows.order_by("pk")]
