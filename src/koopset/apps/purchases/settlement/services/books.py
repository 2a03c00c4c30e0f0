"""The books of the body that runs rounds: where a participant's money stands, and the one way in which it moves there.

76.50 what stands free on a participant's account (credit) or is owed (debit); 76.51 what is put aside for rounds; 76.52 a round: goods and
costs against charges, zero once it is settled; 76.53 what stays with the body: fee and result. Money by bank goes over 57 «in transit»:
whichever comes first, the entry here or the line of the statement, nothing stands twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import override

from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.services import (
    EntryLine,
    accounts_for,
    chart_accounts_ensure_for_room,
    operation_post_for_room,
)
from koopset.apps.organisations import selectors as organisations
from koopset.apps.purchases.models import Participant, Round
from koopset.foundation.rights.actors import Actor
from koopset.kernel.violations import RuleViolation

FREE, HELD, ROUNDS, RESULT = "76.50", "76.51", "76.52", "76.53"
DESK, TRANSIT, SUPPLIERS = "50", "57", "60"
OWN = frozenset({FREE, HELD, ROUNDS, RESULT})
HOLD, SETTLE, CASH, COST, CREDIT, LATER = (
    "settlement.hold",
    "settlement.settle",
    "settlement.cash",
    "settlement.cost",
    "settlement.credit",
    "settlement.later",
)

Side = tuple[str, int]
Move = tuple[Side, Side, int]


def in_books(row: Round) -> bool:
    """Whether the money of the round passes through the body: where each pays the supplier it does not."""
    return row.holder != Round.Holder.SELLER


def require_takes_money(row: Round, *, now: datetime) -> None:
    """May the body take money for this round today? Raises settlement.seller_holds, organisations.not_verified,
    organisations.verification_lapsed, organisations.no_legal_person (of one that buys in its own name), ledger.no_book.
    """
    if not in_books(row):
        raise RuleViolation("settlement.seller_holds", supplier=row.supplier_name)
    if row.holder == Round.Holder.BODY:
        organisations.require_collecting(row.organisation_id, now=now)
    else:
        organisations.require_verified(row.organisation_id, now=now)
    ready_books(row.organisation_id)


def ready_books(organisation_id: int) -> None:
    """The accounts of purchases, added to books that stood before there were any. Raises ledger.no_book, ledger.code_taken_by_hand."""
    chart_accounts_ensure_for_room(organisation_id, OWN)


def lock_participants(organisation_id: int, ids: Iterable[int]) -> dict[int, Participant]:
    """Participants by key, held until the end of the transaction: two tabs, two rounds of one household wait for each other here.

    Taken after the lock of the round, before that of the books. Raises settlement.participant_unknown.
    """
    wanted = sorted(set(ids))
    found = {
        row.pk: row
        for row in Participant.objects.select_for_update(of=("self",), no_key=True)
        .filter(organisation_id=organisation_id, pk__in=wanted)
        .order_by("pk")
    }
    if len(found) != len(wanted):
        raise RuleViolation("settlement.participant_unknown", field="participant")
    return found


def free_kop(organisation_id: int, ids: Sequence[int]) -> dict[int, int]:
    """What stands free on the accounts of participants; below zero is a debt."""
    found = ledger.balances(organisation_id, codes=[FREE], subject_ids=ids)
    return {pk: -found.get(pk, 0) for pk in ids}


def book_day(organisation_id: int, on: date) -> date:
    """The day, or the first of the first open month when its own is closed. Raises ledger.no_book."""
    first = ledger.first_open_month(organisation_id)
    if first is None:
        raise RuleViolation("ledger.no_book")
    return max(on, first.first)


def post_moves(
    *,
    actor: Actor,
    organisation_id: int,
    kind: str,
    key: str,
    title: str,
    moves: Iterable[Move],
    source_id: int,
    on: date | None = None,
    now: datetime,
) -> int:
    """Post (debit, credit, kopecks) by code and subject as one operation, which the same key never does twice; its number.

    A negative sum goes the other way round, nothing is posted for zero.
    """
    straight = [
        (debit, credit, kop) if kop > 0 else (credit, debit, -kop) for debit, credit, kop in moves if kop
    ]
    ids = accounts_for(
        organisation_id, {side for debit, credit, _kop in straight for side in (debit, credit)}
    )
    operation = operation_post_for_room(
        actor=actor,
        organisation_id=organisation_id,
        kind=kind,
        key=key,
        on_date=book_day(organisation_id, on or timezone.localdate(now)),
        title=title,
        lines=[EntryLine(ids[debit], ids[credit], kop, source_id) for debit, credit, kop in straight],
        source_id=source_id,
        now=now,
    )
    return operation.pk


def title_in_russian(text: object) -> str:
    """Books are kept in Russian, whatever the language of whoever presses: `text` is lazy."""
    with override("ru"):
        return str(text)
