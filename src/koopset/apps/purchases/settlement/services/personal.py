"""What is forgotten of a household when its only person goes. No right is asked: the room of privacy decides."""

from __future__ import annotations

from koopset.apps.purchases.settlement.models import Claim, LineSaving, Rating


def claims_forget_for_room(*, organisation_id: int, participant_id: int) -> None:
    """The words of claims and ratings; their numbers stay with the books."""
    claims = Claim.objects.filter(organisation_id=organisation_id, participant_id=participant_id)
    ids = list(claims.values_list("pk", flat=True))
    claims.update(text="", answer="")
    Claim.history.filter(organisation_id=organisation_id, id__in=ids).update(text="", answer="")
    ratings = Rating.objects.filter(organisation_id=organisation_id, participant_id=participant_id)
    marks = list(ratings.values_list("pk", flat=True))
    ratings.update(text="")
    Rating.history.filter(organisation_id=organisation_id, id__in=marks).update(text="")


def savings_forget_for_room(*, household_id: int) -> None:
    """Savings tell earlier prices of the household: they go with it."""
    LineSaving.objects.filter(household_id=household_id).delete()
