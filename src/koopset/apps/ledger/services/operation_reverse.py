"""Reversal (сторно): a mistake is never altered, another operation takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from koopset.apps.ledger.models import Entry, Operation
from koopset.apps.ledger.permissions import LedgerRight
from koopset.apps.ledger.services import book_lock
from koopset.apps.ledger.services.entry_rows import CHUNK
from koopset.apps.ledger.services.operation_post import OPENING, EntryLine, check_date, write_operation
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

REVERSAL = "ledger.reversal"
#: Operations whose document is the books' own; others are reversed by the room that made them, which has rows to mend.
OWN = "ledger."


@service(LedgerRight.OPERATION_REVERSE)
def operation_reverse(
    *, actor: Actor, organisation_id: int, operation_id: int, on_date: date, reason: str, now: datetime
) -> Operation:
    """Reverse an operation that was entered in the books by hand (or a reversal of one, which restores it).

    Raises what `operation_reverse_for_room` does, and ledger.reverse_in_its_room for an operation that another room stands behind.
    """
    operation = _get(organisation_id, operation_id)
    if not _root(operation).kind.startswith(OWN):
        raise RuleViolation("ledger.reverse_in_its_room")
    return operation_reverse_for_room(
        actor=actor,
        organisation_id=organisation_id,
        operation_id=operation_id,
        on_date=on_date,
        reason=reason,
        now=now,
    )


@transaction.atomic
def operation_reverse_for_room(
    *, actor: Actor, organisation_id: int, operation_id: int, on_date: date, reason: str, now: datetime
) -> Operation:
    """Post the mirror of an operation: debit and credit change places. Once only; the right was asked by the calling service.

    Raises ledger.no_book, ledger.unknown_operation, ledger.reversed_already, ledger.reversal_before_operation, ledger.reason_required,
    and for the day and the accounts as posting does.
    """
    book = book_lock.lock_book(organisation_id)
    operation = _get(organisation_id, operation_id)
    reason = reason.strip()
    if not reason:
        raise RuleViolation("ledger.reason_required", field="reason")
    if Operation.objects.filter(organisation_id=organisation_id, reverses_id=operation.pk).exists():
        raise RuleViolation("ledger.reversed_already")
    if on_date < operation.on_date:
        raise RuleViolation(
            "ledger.reversal_before_operation", field="on_date", date=operation.on_date.strftime("%d.%m.%Y")
        )
    check_date(book, on_date, now=now, opening=_root(operation).kind == OPENING)
    return write_operation(
        actor=actor,
        organisation_id=organisation_id,
        kind=REVERSAL,
        key=str(operation.pk),
        on_date=on_date,
        title=operation.title,
        lines=_mirrored(operation),
        source_id=operation.source_id,
        now=now,
        reverses=operation,
        reason=reason[:300],
    )


def _get(organisation_id: int, operation_id: int) -> Operation:
    operation = Operation.objects.filter(organisation_id=organisation_id, pk=operation_id).first()
    if operation is None:
        raise RuleViolation("ledger.unknown_operation")
    return operation


def _root(operation: Operation) -> Operation:
    """The operation that a chain of reversals began with."""
    while operation.reverses_id is not None:
        operation = _get(operation.organisation_id, operation.reverses_id)
    return operation


def _mirrored(operation: Operation) -> Iterator[EntryLine]:
    last = 0
    while True:  # By pages, not by one cursor: the same table is written meanwhile.
        rows = list(
            Entry.objects.filter(
                organisation_id=operation.organisation_id, operation_id=operation.pk, pk__gt=last
            )
            .order_by("pk")
            .values_list("pk", "credit_id", "debit_id", "amount_kop", "source_id")[:CHUNK]
        )
        for _pk, debit_id, credit_id, amount_kop, source_id in rows:
            yield EntryLine(debit_id, credit_id, amount_kop, source_id)
        if len(rows) < CHUNK:
            return
        last = rows[-1][0]
