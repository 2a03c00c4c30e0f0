"""The settlement of a round: each is charged for what came with their part of transport and fee, the rest of what was held is free,
and what was accepted of claims till then goes back.

Once: the state of the round under its lock, the unique keys of charges behind it. A settled round is never settled or received again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.services import round_move_for_room
from koopset.apps.purchases.settlement import events
from koopset.apps.purchases.settlement.models import ChargeRow, Claim, Hold, Settled
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.selectors.preview import Preview, preview
from koopset.apps.purchases.settlement.services import books
from koopset.apps.purchases.settlement.services.credits import credits_with_settlement
from koopset.apps.purchases.settlement.services.savings import savings_count
from koopset.apps.purchases.settlement.services.terms import get_round, stands_for_round
from koopset.foundation.events import publish
from koopset.foundation.history.bulk import write_rows
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(SettlementRight.ROUND_SETTLE)
def round_settle(
    *, actor: Actor, organisation_id: int, round_id: int, fingerprint: str = "", now: datetime
) -> Settled:
    """Charge, release, give back what was accepted of claims, and close the round.

    `fingerprint`: of the preview that was looked at ("" takes what stands). Again it gives what was done the first time. Raises
    settlement.round_unknown, settlement.not_received, settlement.preview_changed, settlement.no_invoice (the
    supplier's invoice is not entered), and `books.require_takes_money`'s.
    """
    row = get_round(organisation_id, round_id)
    standing = Settled.objects.filter(organisation_id=organisation_id, round_id=row.pk).first()
    if standing is not None:
        return standing
    if row.state != Round.State.RECEIVED:
        raise RuleViolation("settlement.not_received")
    stands_for_round(row, now=now)
    if books.in_books(row):
        books.require_takes_money(row, now=now)
    seen = preview(row)
    if fingerprint and fingerprint != seen.fingerprint:
        raise RuleViolation("settlement.preview_changed")
    if seen.goods_kop and not seen.invoice_kop and books.in_books(row):
        raise RuleViolation("settlement.no_invoice")
    books.lock_participants(organisation_id, [one.participant_id for one in seen.members])
    operation_id = _post(actor, row, seen, now=now) if books.in_books(row) else None
    _write_charges(row, seen, operation_id, now=now)
    _write_holds(actor, row, seen, operation_id, now=now)
    _write_lines(row)
    credits_with_settlement(actor, row, now=now)
    settled = Settled.objects.create(
        organisation_id=organisation_id,
        round=row,
        goods_kop=seen.goods_kop,
        costs_kop=seen.costs_kop,
        fee_kop=seen.fee_kop,
        invoice_kop=seen.invoice_kop if books.in_books(row) else seen.goods_kop,
        result_kop=seen.result_kop if books.in_books(row) else 0,
        participants=sum(bool(one.due.lines) for one in seen.members),
        operation_id=operation_id,
        at=now,
        by=actor.login_id,
    )
    done = round_move_for_room(organisation_id=organisation_id, round_id=row.pk, to=Round.State.SETTLED)
    savings_count(done, seen, now=now)
    publish(events.RoundSettled(organisation_id, row.pk))
    return settled


def moves_of(round_id: int, seen: Preview) -> Iterator[books.Move]:
    """The entries of a settlement. After them the round stands at zero: what it owes others is what participants were charged."""
    own = (books.ROUNDS, round_id)
    for one in seen.members:
        held, free = (books.HELD, one.participant_id), (books.FREE, one.participant_id)
        yield held, own, one.end.from_hold_kop
        yield free, own, one.end.from_account_kop
        yield held, free, one.end.released_kop
    yield own, (books.RESULT, round_id), seen.fee_kop
    yield own, (books.RESULT, round_id), seen.result_kop


def _post(actor: Actor, row: Round, seen: Preview, *, now: datetime) -> int | None:
    moves = list(moves_of(row.pk, seen))
    if not any(kop for _debit, _credit, kop in moves):
        return None  # nothing came and nothing was held
    return books.post_moves(
        actor=actor,
        organisation_id=row.organisation_id,
        kind=books.SETTLE,
        key=str(row.pk),
        title=books.title_in_russian(_("Settlement of a joint purchase")),
        moves=moves,
        source_id=row.pk,
        now=now,
    )


#: Columns as `write_rows` takes them.
_CHARGE = (
    "organisation_id",
    "round_id",
    "participant_id",
    "what",
    "line_id",
    "cost_id",
    "fee_id",
    "quantity",
    "price_kop",
    "amount_kop",
    "key",
    "operation_id",
    "at",
)
_HOLD = (
    "organisation_id",
    "round_id",
    "participant_id",
    "move",
    "amount_kop",
    "key",
    "operation_id",
    "at",
    "by",
)


def _write_charges(row: Round, seen: Preview, operation_id: int | None, *, now: datetime) -> None:
    """A round has some thousands of households with as many lines, costs and fees each: rows as the database takes them, no objects."""
    own, at = (row.organisation_id, row.pk), connection.ops.adapt_datetimefield_value(now)
    goods, costs, fees = ChargeRow.What.GOODS.value, ChargeRow.What.COST.value, ChargeRow.What.FEE.value

    def rows() -> Iterator[tuple[Any, ...]]:
        for one in seen.members:
            pk = one.participant_id
            for line in one.due.lines:
                if line.goods_kop:
                    yield (
                        *own, pk, goods, line.line_id, None, None, line.units, line.price_kop, line.goods_kop,
                        f"line {line.line_id}", operation_id, at,
                    )  # fmt: skip
            for cost_id, kop in one.due.costs.items():
                yield (
                    *own,
                    pk,
                    costs,
                    None,
                    cost_id,
                    None,
                    None,
                    None,
                    kop,
                    f"cost {cost_id} {pk}",
                    operation_id,
                    at,
                )
            for fee_id, kop in one.due.fees.items():
                yield (
                    *own,
                    pk,
                    fees,
                    None,
                    None,
                    fee_id,
                    None,
                    None,
                    kop,
                    f"fee {fee_id} {pk}",
                    operation_id,
                    at,
                )

    write_rows(ChargeRow._meta.db_table, _CHARGE, rows())


def _write_holds(actor: Actor, row: Round, seen: Preview, operation_id: int | None, *, now: datetime) -> None:
    if operation_id is None:
        return
    at = connection.ops.adapt_datetimefield_value(now)
    charged, released = Hold.Move.CHARGE.value, Hold.Move.RELEASE.value
    write_rows(
        Hold._meta.db_table,
        _HOLD,
        (
            (
                row.organisation_id, row.pk, one.participant_id, move, kop, f"{row.pk} settled {move} {one.participant_id}",
                operation_id, at, actor.login_id,
            )
            for one in seen.members
            for move, kop in ((charged, one.end.from_hold_kop), (released, one.end.released_kop))
            if kop
        ),
    )  # fmt: skip


def _write_lines(row: Round) -> None:
    """What was charged, from the rows of charges just written; a line that somebody complains of is disputed from the start."""
    of_line = ChargeRow.objects.filter(
        organisation_id=row.organisation_id, line_id=OuterRef("pk"), what=ChargeRow.What.GOODS
    )
    rows = Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    rows.update(charged_kop=Coalesce(Subquery(of_line.values("amount_kop")[:1]), 0), state=Line.State.CHARGED)
    asked = Claim.objects.filter(
        organisation_id=row.organisation_id, round_id=row.pk, state=Claim.State.ASKED
    ).values("line_id")
    rows.filter(pk__in=asked).update(state=Line.State.DISPUTED)
