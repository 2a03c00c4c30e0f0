"""What households think of a supplier after a settled round. Shown as a median from three answers on."""

from __future__ import annotations

from datetime import datetime

from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.settlement.models import Rating
from koopset.apps.purchases.settlement.permissions import SettlementRight
from koopset.apps.purchases.settlement.services.claims import require_household
from koopset.apps.purchases.settlement.services.terms import get_round
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


@service(None)
def rating_set(
    *,
    actor: Actor,
    organisation_id: int,
    round_id: int,
    quality: int,
    terms: int,
    price: int,
    text: str = "",
    now: datetime,
) -> Rating:
    """Rate the supplier of a settled round, or change one's mind: one row a household. Right: a household that got something in it.

    Raises Forbidden, settlement.round_unknown, settlement.not_settled, settlement.mark.
    """
    participant_id = require_household(actor, organisation_id)
    row = get_round(organisation_id, round_id)
    if not Line.objects.filter(
        organisation_id=organisation_id, round_id=row.pk, participant_id=participant_id, allocated__gt=0
    ).exists():
        raise Forbidden("settlement: got nothing in this round")
    if row.state != Round.State.SETTLED:
        raise RuleViolation("settlement.not_settled")
    for name, mark in (("quality", quality), ("terms", terms), ("price", price)):
        if not 1 <= mark <= 5:
            raise RuleViolation("settlement.mark", field=name)
    rating = Rating.objects.filter(
        organisation_id=organisation_id, round_id=row.pk, participant_id=participant_id
    ).first() or Rating(organisation_id=organisation_id, round=row, participant_id=participant_id)
    if rating.text != text.strip()[:500]:
        rating.is_hidden = False
    rating.quality, rating.terms, rating.price = quality, terms, price
    rating.text, rating.at = text.strip()[:500], now
    rating.save()
    return rating


@service(SettlementRight.CLAIM_ANSWER)
def rating_hide(*, actor: Actor, organisation_id: int, rating_id: int, hidden: bool, now: datetime) -> Rating:
    """Hide the text of a rating that names people or insults, or show it again; its marks count. Raises settlement.rating_unknown."""
    rating = Rating.objects.filter(organisation_id=organisation_id, pk=rating_id).first()
    if rating is None:
        raise RuleViolation("settlement.rating_unknown")
    rating.is_hidden = hidden
    rating.save()
    return rating
