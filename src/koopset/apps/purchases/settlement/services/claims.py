"""Claims: asked at the check or within the term, answered once. Goods came back, we owe, money was sent: three facts, three rows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.rules.prices import sum_of
from koopset.apps.purchases.selectors import household_id_of, participant_of
from koopset.apps.purchases.settlement import events
from koopset.apps.purchases.settlement.models import Claim, HandoutRow, ReturnRow
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.rules.claims import claim_until
from koopset.apps.purchases.settlement.selectors.dues import money_of
from koopset.apps.purchases.settlement.services.credits import check_claimed, credit_of_claim
from koopset.apps.purchases.settlement.services.notices import tell_claim_asked
from koopset.apps.purchases.settlement.services.photos import OF_CLAIM, Photo, photo_keep
from koopset.apps.purchases.settlement.services.terms import get_round
from koopset.foundation.events import publish
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

ASKED_IN = frozenset({Round.State.RECEIVED, Round.State.SETTLED})


@service(None)
def claim_ask(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    line_id: int,
    reason: str,
    quantity: int,
    amount_kop: int | None = None,
    text: str = "",
    photo: Photo | None = None,
    now: datetime,
) -> Claim:
    """Say what is wrong with a line of one's own; without a sum all of the quantity is asked back. One waits at a time.

    Right: the household whose line it is, or whoever hands out (at the check). Raises Forbidden, settlement.round_unknown,
    settlement.not_received, settlement.line_unknown, settlement.claim_late, settlement.claim_waits, settlement.claim_quantity,
    settlement.credit_too_large, settlement.amount_not_positive, settlement.choice_unknown, settlement.not_a_photo, files.*.
    """
    row = get_round(organisation_id, round_id)
    line = (
        Line.objects.select_related("good")
        .filter(organisation_id=organisation_id, round_id=row.pk, pk=line_id)
        .first()
    )
    own = participant_of(organisation_id, household_id_of(actor))
    if line is None or own is None or own.pk != line.participant_id:
        actor.require(SettlementRight.HANDOUT_GIVE, organisation_id)
    if line is None:
        raise RuleViolation("settlement.line_unknown")
    if row.state not in ASKED_IN:
        raise RuleViolation("settlement.not_received")
    if reason not in Claim.Reason.values:
        raise RuleViolation("settlement.choice_unknown", field="reason")
    until = claim_term(row, line)
    if until is not None and now > until:
        raise RuleViolation("settlement.claim_late")
    if Claim.objects.filter(
        organisation_id=organisation_id, line_id=line.pk, state=Claim.State.ASKED
    ).exists():
        raise RuleViolation("settlement.claim_waits")
    if not 0 < quantity <= (line.received or 0):
        raise RuleViolation("settlement.claim_quantity", field="quantity")
    if amount_kop is None:
        amount_kop = sum_of(quantity, line.price_kop or 0, line.good.per)
    check_claimed(line, amount_kop)
    claim = Claim.objects.create(
        organisation_id=organisation_id,
        round=row,
        line=line,
        participant_id=line.participant_id,
        reason=reason,
        quantity=quantity,
        amount_kop=amount_kop,
        text=text.strip()[:1000],
        photo=photo_keep(actor, organisation_id, photo, OF_CLAIM, now=now),
        asked_at=now,
        asked_by=actor.login_id,
    )
    if line.state == Line.State.CHARGED:
        line.state = Line.State.DISPUTED
        line.save(update_fields=["state"])
    tell_claim_asked(claim, now=now)
    return claim


def claim_term(row: Round, line: Line) -> datetime | None:
    """Till when a claim about the line may be made; None while it was not handed out."""
    handed = (
        HandoutRow.objects.filter(
            organisation_id=row.organisation_id, line_id=line.pk, outcome=HandoutRow.Outcome.GIVEN
        )
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    return claim_until(handed, money_of(row).claim_days) if handed else None


@service(SettlementRight.CLAIM_ANSWER)
def claim_answer(
    *,
    actor: Actor,
    organisation_id: int,
    claim_id: int,
    accepted_kop: int,
    answer: str,
    bearer: str = Claim.Bearer.SUPPLIER,
    now: datetime,
) -> Claim:
    """Accept a claim whole or in part, or refuse it (0) with a reason. What is accepted goes to the participant's account at once if the
    round is settled, else with its settlement (`credits.credits_with_settlement`).

    Raises settlement.claim_unknown, settlement.claim_answered, settlement.answer_required, settlement.claim_amount,
    settlement.choice_unknown, settlement.credit_too_large.
    """
    claim = _locked(organisation_id, claim_id)
    row = get_round(organisation_id, claim.round_id)
    if claim.state != Claim.State.ASKED:
        raise RuleViolation("settlement.claim_answered")
    if not 0 <= accepted_kop <= claim.amount_kop:
        raise RuleViolation("settlement.claim_amount", field="accepted", most_kop=claim.amount_kop)
    if accepted_kop < claim.amount_kop and not answer.strip():
        raise RuleViolation("settlement.answer_required", field="answer")
    if bearer not in Claim.Bearer.values:
        raise RuleViolation("settlement.choice_unknown", field="bearer")
    claim.accepted_kop, claim.answer = accepted_kop, answer.strip()[:1000]
    claim.answered_at, claim.answered_by = now, actor.login_id
    line = Line.objects.select_related("good").get(organisation_id=organisation_id, pk=claim.line_id)
    if not accepted_kop:
        claim.state = Claim.State.REFUSED
        if line.state == Line.State.DISPUTED:
            line.state = Line.State.CHARGED
            line.save(update_fields=["state"])
    else:
        claim.state = Claim.State.ACCEPTED if accepted_kop == claim.amount_kop else Claim.State.PART
        claim.bearer = bearer
        if row.state == Round.State.SETTLED:
            credit_of_claim(actor, row, line, claim, now=now)
        else:
            check_claimed(line, accepted_kop)
    claim.save()
    publish(events.ClaimAnswered(organisation_id, claim.pk))
    return claim


@service(SettlementRight.HANDOUT_GIVE)
def goods_came_back(
    *, actor: Actor, organisation_id: int, claim_id: int, quantity: int, key: str, now: datetime
) -> ReturnRow:
    """Goods of a claim were brought back: no money moves by that. The same `key` gives the same row.

    Raises settlement.claim_unknown, settlement.claim_quantity.
    """
    claim = _locked(organisation_id, claim_id)
    known = f"{claim.pk} {key}"[:80]
    standing = ReturnRow.objects.filter(organisation_id=organisation_id, key=known).first()
    if standing is not None:
        return standing
    came = ReturnRow.objects.filter(organisation_id=organisation_id, claim_id=claim.pk).aggregate(
        units=Sum("quantity")
    )
    if not 0 < quantity <= claim.quantity - (came["units"] or 0):
        raise RuleViolation("settlement.claim_quantity", field="quantity")
    return ReturnRow.objects.create(
        organisation_id=organisation_id, claim=claim, quantity=quantity, key=known, at=now, by=actor.login_id
    )


def _locked(organisation_id: int, claim_id: int) -> Claim:
    """The claim, its round locked first: answers of one round wait for each other."""
    round_id = (
        Claim.objects.filter(organisation_id=organisation_id, pk=claim_id)
        .values_list("round_id", flat=True)
        .first()
    )
    if round_id is None:
        raise RuleViolation("settlement.claim_unknown")
    get_round(organisation_id, round_id)
    return Claim.objects.get(organisation_id=organisation_id, pk=claim_id)


def require_household(actor: Actor, organisation_id: int) -> int:
    """The participant that the actor's household is in the body's rounds. Raises Forbidden."""
    own = participant_of(organisation_id, household_id_of(actor))
    if own is None:
        raise Forbidden("settlement: not of this round")
    return own.pk
