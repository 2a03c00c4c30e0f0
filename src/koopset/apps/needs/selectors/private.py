"""Who sees what is private: medicines and alcohol are seen by whoever brought the receipt, and by nobody else of the household.

Law (152-ФЗ art. 10): what one takes tells of one's health, also to those one lives with. To others such lines are not there, a receipt of
nothing else is not there, and totals are those of the rest. Whoever brought the same receipt again holds its paper, and sees it.
"""

from __future__ import annotations

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from koopset.apps.needs.models import ReceiptEvidence, ReceiptLine


def seen_lines(login_id: int) -> Q:
    """A filter of lines: those a login may see, of receipts it may see at all."""
    again = ReceiptEvidence.objects.filter(receipt_id=OuterRef("receipt_id"), login_id=login_id)
    return Q(is_private=False) | Q(receipt__added_by_id=login_id) | Q(Exists(again))


def brought_by(login_id: int) -> Q:
    """A filter of receipts: those a login has brought, first or again."""
    again = ReceiptEvidence.objects.filter(receipt_id=OuterRef("pk"), login_id=login_id)
    return Q(added_by_id=login_id) | Q(Exists(again))


def is_mine(login_id: int) -> Case:
    """The same as a value beside each receipt."""
    return Case(
        When(brought_by(login_id), then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def seen_receipts(login_id: int) -> Q:
    """A filter of receipts: without those of others in which all is private."""
    lines = ReceiptLine.objects.filter(receipt_id=OuterRef("pk"))
    return (
        brought_by(login_id)
        | ~Q(Exists(lines.filter(is_private=True)))
        | Q(Exists(lines.filter(is_private=False)))
    )


def private_of(login_id: int) -> QuerySet[ReceiptLine]:
    """Lines that only this login sees, in whichever household: private ones of receipts that nobody else has brought."""
    others = ReceiptEvidence.objects.filter(receipt_id=OuterRef("receipt_id")).exclude(login_id=login_id)
    return ReceiptLine.objects.filter(~Exists(others), is_private=True, receipt__added_by_id=login_id)
