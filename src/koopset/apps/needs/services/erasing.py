"""What becomes of a household's rows when somebody is erased or comes to live with others."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db.models import OuterRef, Subquery, Sum

from koopset.apps.needs.events import PurchasesChanged
from koopset.apps.needs.models import (
    HouseholdHome,
    QuestionLeft,
    Receipt,
    ReceiptEvidence,
    ReceiptImport,
    SharingChoice,
)
from koopset.apps.needs.selectors.private import private_of
from koopset.apps.people.events import HouseholdJoined
from koopset.apps.people.services import household_lock_for_room
from koopset.foundation.events import publish

CHUNK = 500


def _merge(*, keeps: Receipt, goes: Receipt) -> None:
    """One receipt of two that are the same: who brought the other is kept beside it."""
    brought = [(goes.added_by_id, goes.source, goes.added_at)]
    brought += ReceiptEvidence.objects.filter(receipt_id=goes.pk).values_list("login_id", "source", "at")
    goes.delete()
    for login_id, source, at in brought:
        if login_id is not None:
            ReceiptEvidence.objects.get_or_create(
                receipt_id=keeps.pk, login_id=login_id, source=source, defaults={"at": at}
            )


def household_rows_erase_for_room(*, household_id: int | None, login_id: int) -> dict[str, int]:
    """Erase what is of a login: with `household_id` (nobody else is in it) all of the household, else what is private to it and the name on
    its rows.

    Under the right that the room of privacy has asked. How many rows of each kind.
    """
    counts = {"receipts": 0, "private": 0, "named": 0, "files": 0}
    if household_id is not None:
        household_lock_for_room(household_id=household_id)
        while part := list(
            Receipt.objects.filter(household_id=household_id).values_list("pk", flat=True)[:CHUNK]
        ):
            Receipt.objects.filter(pk__in=part).delete()
            counts["receipts"] += len(part)
        QuestionLeft.objects.filter(household_id=household_id).delete()
        SharingChoice.objects.filter(household_id=household_id).delete()
        HouseholdHome.objects.filter(household_id=household_id).delete()
        HouseholdHome.history.filter(household_id=household_id).delete()
        publish(PurchasesChanged(None, household_id))
    counts["private"] = _private_erase(login_id)
    counts["named"] = Receipt.objects.filter(added_by_id=login_id).update(added_by_id=None)
    counts["named"] += ReceiptEvidence.objects.filter(login_id=login_id).delete()[0]
    shared = SharingChoice.objects.filter(chosen_by_id=login_id)
    ended = set(shared.filter(until__isnull=True).values_list("household_id", flat=True))
    shared.delete()
    for one in sorted(ended):
        publish(PurchasesChanged(None, one))
    files = ReceiptImport.objects.filter(login_id=login_id)
    counts["files"] = files.count()
    for path in files.exclude(path="").values_list("path", flat=True):
        default_storage.delete(path)
    files.delete()
    return counts


def _private_erase(login_id: int) -> int:
    """What nobody would see any more goes: the total becomes that of the rest, a receipt of nothing else goes whole."""
    count = 0
    receipt_ids = sorted(set(private_of(login_id).values_list("receipt_id", flat=True)))
    for receipt_id in receipt_ids:
        row = Receipt.objects.select_for_update().get(pk=receipt_id)
        mine = private_of(login_id).filter(receipt_id=receipt_id)
        kop = mine.aggregate(total=Sum("sum_kop", default=0))["total"]
        count += mine.delete()[0]
        if row.lines.exists():
            row.total_kop = max(0, row.total_kop - kop)
            row.save(update_fields=["total_kop"])
        else:
            row.delete()
    return count


def household_rows_move_for_room(event: HouseholdJoined) -> None:
    """A person who lived alone brings their receipts along. What the new household has already counts once: that it was brought by both is
    kept, and lines are not lost where only one of the two had them.
    """
    if not event.bring or event.from_id is None or event.from_id == event.to_id:
        return
    for household_id in sorted((event.from_id, event.to_id)):
        household_lock_for_room(household_id=household_id)
    there = Receipt.objects.filter(
        household_id=event.to_id, fn=OuterRef("fn"), fd=OuterRef("fd"), fp=OuterRef("fp")
    )
    mine = Receipt.objects.filter(household_id=event.from_id)
    twins = mine.exclude(fn="").annotate(twin_id=Subquery(there.values("pk")[:1])).exclude(twin_id=None)
    for row in list(twins):
        twin = Receipt.objects.get(pk=row.twin_id)
        filled = Receipt.State.FILLED
        if row.state == filled and twin.state != filled:
            _merge(keeps=row, goes=twin)
        else:
            _merge(keeps=twin, goes=row)
    mine.update(household_id=event.to_id)
    known = QuestionLeft.objects.filter(household_id=event.to_id).values("name")
    QuestionLeft.objects.filter(household_id=event.from_id).exclude(name__in=known).update(
        household_id=event.to_id
    )
    publish(PurchasesChanged(None, event.from_id))
    publish(PurchasesChanged(None, event.to_id))
