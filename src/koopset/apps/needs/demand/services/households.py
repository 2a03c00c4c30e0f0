"""Whose household acts, and what becomes of its rows when households come together."""

from __future__ import annotations

from datetime import datetime

from koopset.apps.needs.demand.models import KindMute, ProposalAnswer, ProposalShare, Wish
from koopset.apps.needs.permissions import own_login
from koopset.apps.people.events import HouseholdJoined
from koopset.apps.people.selectors.households import HouseholdInfo
from koopset.apps.people.services.households import household_ensure
from koopset.foundation.rights.actors import Actor


def own_household(actor: Actor, *, now: datetime) -> HouseholdInfo:
    """The household of the actor, made where there is none yet. Raises Forbidden for whoever is no person, and for keys not given
    purchases.
    """
    own_login(actor)
    return household_ensure(actor=actor, now=now)


def on_household_joined(event: HouseholdJoined) -> None:
    """Wishes, mutes and answers come along; where the new household has spoken, its word stands. Shares are counted anew by themselves."""
    if not event.bring or event.from_id is None:
        return
    Wish.objects.filter(household_id=event.from_id).update(household_id=event.to_id)
    for model, key in ((KindMute, "kind"), (ProposalAnswer, "proposal_id")):
        known = model.objects.filter(household_id=event.to_id).values(key)
        rows = model.objects.filter(household_id=event.from_id)
        rows.filter(**{f"{key}__in": known}).delete()
        model.objects.filter(household_id=event.from_id).update(household_id=event.to_id)
    ProposalShare.objects.filter(household_id=event.from_id).delete()
