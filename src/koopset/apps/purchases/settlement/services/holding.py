"""Holds: a participant's money is put aside at «stop» or when it comes later, and set free when the round is called off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from koopset.apps.ledger import selectors as ledger
from koopset.apps.purchases import events
from koopset.apps.purchases.models import Round
from koopset.apps.purchases.selectors import household_id_of, participant_of
from koopset.apps.purchases.services import lock_round
from koopset.apps.purchases.settlement.models import Hold, RoundMoney
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.holds import check_hold
from koopset.apps.purchases.settlement.selectors.dues import dues, held_by, money_of
from koopset.apps.purchases.settlement.services import books
from koopset.apps.purchases.settlement.services.notices import tell_to_pay
from koopset.foundation.rights.actors import SYSTEM, Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

#: States in which money may be put aside for a round.
HELD_IN = frozenset({Round.State.STOP, Round.State.SENT, Round.State.PARTLY, Round.State.RECEIVED})


@service(None)
def hold_place(
    *, actor: Actor, organisation_id: int, round_id: int, participant_id: int, now: datetime
) -> int:
    """Put aside what a participant still has to pay for a round; what is held already stays. Kopecks put aside now.

    Right: the household itself, or whoever takes money. Raises Forbidden, settlement.not_held_now, settlement.not_enough (nothing is put
    aside then), and what `books.require_takes_money` does. Two tabs wait for each other: the same money is never spent twice.
    """
    own = participant_of(organisation_id, household_id_of(actor))
    if own is None or own.pk != participant_id:
        actor.require(SettlementRight.MONEY_TAKE, organisation_id)
    row = lock_round(organisation_id, round_id)
    if row.state not in HELD_IN or money_of(row).policy != RoundMoney.Policy.BEFORE:
        raise RuleViolation("settlement.not_held_now")
    books.require_takes_money(row, now=now)
    needed = _missing(row, [participant_id]).get(participant_id, 0)
    if not needed:
        return 0
    books.lock_participants(organisation_id, [participant_id])
    check_hold(books.free_kop(organisation_id, [participant_id])[participant_id], needed)
    _hold(actor, row, {participant_id: needed}, now=now)
    return needed


def hold_what_there_is(
    actor: Actor, row: Round, participant_ids: Sequence[int], *, now: datetime
) -> dict[int, int]:
    """Put aside as much of what is due as stands free, under the lock of the round. By participant, zero left out."""
    missing = _missing(row, participant_ids)
    books.lock_participants(row.organisation_id, missing)
    free = books.free_kop(row.organisation_id, sorted(missing))
    taken = {pk: min(kop, free[pk]) for pk, kop in sorted(missing.items()) if free[pk] > 0}
    _hold(actor, row, taken, now=now)
    return taken


def on_round_stopped(event: events.RoundStopped) -> None:
    """At «stop» what is due is put aside in the same transaction; whoever has too little is asked to pay."""
    row = lock_round(event.organisation_id, event.round_id)
    if not books.in_books(row) or money_of(row).policy != RoundMoney.Policy.BEFORE:
        return
    now = row.stopped_at or row.created_at
    taken: dict[int, int] = {}
    owed = _missing(row, sorted(dues(row)))
    if ledger.book_of(row.organisation_id) is not None:  # without books nobody can have paid yet
        books.ready_books(row.organisation_id)
        taken = hold_what_there_is(SYSTEM, row, sorted(owed), now=now)
    tell_to_pay(
        row, {pk: kop - taken.get(pk, 0) for pk, kop in owed.items() if kop > taken.get(pk, 0)}, now=now
    )


def on_round_cancelled(event: events.RoundCancelled) -> None:
    """A round that is called off sets everything free."""
    row = lock_round(event.organisation_id, event.round_id)
    held = held_by(row.organisation_id, row.pk)
    release(SYSTEM, row, held, key="cancelled", now=row.cancelled_at or row.created_at)


def release(actor: Actor, row: Round, amounts: Mapping[int, int], *, key: str, now: datetime) -> None:
    """Set money of participants free, under the lock of the round. `key` says why, once."""
    amounts = {pk: kop for pk, kop in sorted(amounts.items()) if kop}
    if not amounts:
        return
    books.lock_participants(row.organisation_id, amounts)
    operation_id = books.post_moves(
        actor=actor,
        organisation_id=row.organisation_id,
        kind=books.HOLD,
        key=f"{row.pk} {key}",
        title=books.title_in_russian(_("Money of a joint purchase is set free")),
        moves=[((books.HELD, pk), (books.FREE, pk), kop) for pk, kop in amounts.items()],
        source_id=row.pk,
        now=now,
    )
    _write(actor, row, Hold.Move.RELEASE, amounts, operation_id, key=key, now=now)


def _missing(row: Round, participant_ids: Sequence[int]) -> dict[int, int]:
    due, held = dues(row), held_by(row.organisation_id, row.pk)
    found = {pk: due[pk].total_kop - held.get(pk, 0) for pk in participant_ids if pk in due}
    return {pk: kop for pk, kop in found.items() if kop > 0}


def _hold(actor: Actor, row: Round, amounts: Mapping[int, int], *, now: datetime) -> None:
    if not amounts:
        return
    times = Hold.objects.filter(organisation_id=row.organisation_id, round_id=row.pk).count() + 1
    operation_id = books.post_moves(
        actor=actor,
        organisation_id=row.organisation_id,
        kind=books.HOLD,
        key=f"{row.pk} hold {times}",
        title=books.title_in_russian(_("Money is put aside for a joint purchase")),
        moves=[((books.FREE, pk), (books.HELD, pk), kop) for pk, kop in amounts.items()],
        source_id=row.pk,
        now=now,
    )
    _write(actor, row, Hold.Move.HOLD, amounts, operation_id, key=f"hold {times}", now=now)


def _write(
    actor: Actor,
    row: Round,
    move: str,
    amounts: Mapping[int, int],
    operation_id: int,
    *,
    key: str,
    now: datetime,
) -> None:
    Hold.objects.bulk_create(
        [
            Hold(
                organisation_id=row.organisation_id,
                round=row,
                participant_id=pk,
                move=move,
                amount_kop=kop,
                key=f"{row.pk} {key} {pk}",
                operation_id=operation_id,
                at=now,
                by=actor.login_id,
            )
            for pk, kop in amounts.items()
        ],
        batch_size=500,
    )


def forbid_keys(actor: Actor) -> int:
    """The login of a person; a key of an organisation is in no household. Raises Forbidden."""
    if actor.login_id is None or actor.login_id < 0:
        raise Forbidden("settlement: a household acts by its login")
    return actor.login_id
