"""What accepted claims give back: a new row tied to the line, once a claim; at the answer, or with the settlement if it comes later."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.rules.prices import sum_of
from koopset.apps.purchases.settlement.models import ChargeRow, Claim
from koopset.apps.purchases.settlement.rules.claims import check_credit, credit_that_fits
from koopset.apps.purchases.settlement.selectors.claims import claims_to_credit
from koopset.apps.purchases.settlement.services import books
from koopset.foundation.rights.actors import Actor


def check_claimed(line: Line, amount_kop: int) -> None:
    """May so much more be given back for the line? Before it is charged, of what came at its price; what was accepted and waits for the
    settlement counts as given back already. Raises settlement.amount_not_positive, settlement.credit_too_large.
    """
    charged, credited = _charged(line)
    if line.charged_kop is None:
        charged = sum_of(line.received or 0, line.price_kop or 0, line.good.per)
    waiting = sum(one.accepted_kop for one in claims_to_credit(line.organisation_id, line.round_id, line.pk))
    check_credit(charged, credited + waiting, amount_kop)


def credit_of_claim(actor: Actor, row: Round, line: Line, claim: Claim, *, now: datetime) -> None:
    """«We owe»: a new row tied to the line; the old one is never edited. Who bears it is the supplier's debt or the body's loss.

    Writes the line's state, not the claim's row. Raises settlement.credit_too_large.
    """
    charged, credited = _charged(line)
    check_credit(charged, credited, claim.accepted_kop)
    books.lock_participants(row.organisation_id, [claim.participant_id])
    operation_id = None
    if books.in_books(row):
        other = (books.SUPPLIERS, 0) if claim.bearer == Claim.Bearer.SUPPLIER else (books.RESULT, row.pk)
        operation_id = books.post_moves(
            actor=actor,
            organisation_id=row.organisation_id,
            kind=books.CREDIT,
            key=f"claim {claim.pk}",
            title=books.title_in_russian(_("Credit by a claim in a joint purchase")),
            moves=[
                ((books.ROUNDS, row.pk), (books.FREE, claim.participant_id), claim.accepted_kop),
                (other, (books.ROUNDS, row.pk), claim.accepted_kop),
            ],
            source_id=row.pk,
            now=now,
        )
    claim.credit = ChargeRow.objects.create(
        organisation_id=row.organisation_id,
        round=row,
        participant_id=claim.participant_id,
        what=ChargeRow.What.CREDIT,
        line=line,
        amount_kop=-claim.accepted_kop,
        key=f"claim {claim.pk}",
        operation_id=operation_id,
        at=now,
    )
    line.state = Line.State.CREDITED
    line.save(update_fields=["state"])


def credits_with_settlement(actor: Actor, row: Round, *, now: datetime) -> None:
    """Claims accepted before the round was settled: now that their lines are charged they are given back, never more than was charged
    (scales may have shown less). After the charges, under the lock of the round.
    """
    for claim in claims_to_credit(row.organisation_id, row.pk):
        line = Line.objects.get(organisation_id=row.organisation_id, pk=claim.line_id)
        charged, credited = _charged(line)
        claim.accepted_kop = credit_that_fits(charged, credited, claim.accepted_kop)
        if claim.accepted_kop:
            credit_of_claim(actor, row, line, claim, now=now)
        claim.save()


def _charged(line: Line) -> tuple[int, int]:
    """(charged for the line's goods, given back already)."""
    rows = ChargeRow.objects.filter(organisation_id=line.organisation_id, line_id=line.pk)
    sums = dict(rows.values_list("what").annotate(kop=Sum("amount_kop")).order_by("what"))
    return sums.get(ChargeRow.What.GOODS, 0), -sums.get(ChargeRow.What.CREDIT, 0)
