"""Erasure of what this room holds of a login."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from koopset.apps.needs.demand.models import KindMute, ProposalAnswer, ProposalShare, Wish
from koopset.apps.people.selectors.households import household_of
from koopset.foundation.analytics.jobs import JOB
from koopset.foundation.jobs.services import enqueue
from koopset.foundation.rights.actors import SYSTEM, Actor
from koopset.foundation.rights.service import service

MODELS: tuple[Any, ...] = (Wish, ProposalAnswer, KindMute)


def household_alone(login_id: int) -> int | None:
    """The household in which nobody but the login is: what it holds is of that person only."""
    own = household_of(login_id)
    return own.id if own is not None and own.size == 1 else None


@service(None)
def login_forget(*, actor: Actor, login_id: int, now: datetime) -> tuple[int, int]:
    """Erase rows of the login: (erased, left to the household without a name).

    Where others are in the household its wishes and answers stay theirs; only who wrote them is forgotten. Their history goes in any case.
    The copy of purchases is brought up in the background. Under the right that the room of privacy has asked.
    """
    household_id = household_alone(login_id)
    erased = left = 0
    for model in MODELS:
        rows = model.objects.filter(login_id=login_id)
        if household_id is not None:
            rows = rows | model.objects.filter(household_id=household_id)
        ids = list(rows.values_list("pk", flat=True))
        if hasattr(model, "history"):
            model.history.filter(id__in=ids).delete()
        mine = model.objects.filter(pk__in=ids)
        if household_id is not None:
            erased += mine.filter(household_id=household_id).delete()[0]
        left += model.objects.filter(pk__in=ids, login_id=login_id).update(login_id=0)
    if household_id is not None:
        erased += ProposalShare.objects.filter(household_id=household_id).delete()[0]
        for model in (Wish, ProposalAnswer):
            model.history.filter(household_id=household_id).delete()
    enqueue(JOB, actor=SYSTEM, now=now)
    return erased, left
