"""A household's own joint purchases, for programs."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases import selectors, services
from koopset.apps.purchases.api.frame import room
from koopset.apps.purchases.api.shapes import CodeIn, RecordOut, RoundOut, RoundsOut, StateOut, WantsIn
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.scopes import HOUSEHOLD_SCOPE
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.pages import Gate


def _own(request: ApiRequest) -> None:
    """A key that may not act for its owner's household sees nothing here."""
    if request.actor.scopes is not None and HOUSEHOLD_SCOPE not in request.actor.scopes:
        raise Http404


def _seen(request: ApiRequest, round_id: int) -> selectors.RoundCard:
    _own(request)
    card = selectors.round_for_buyer(request.actor, round_id)
    if card is None:
        raise Http404
    return card


@room.reads("/rounds", asks=Gate.PERSON, summary=_("Joint purchases of one’s household"), response=RoundsOut)
def my_rounds(request: ApiRequest) -> Any:
    _own(request)
    return selectors.rounds_for_buyer(request.actor)


@room.reads(
    "/rounds/{int:round_id}",
    asks=Gate.PERSON,
    summary=_("A joint purchase with one’s wants"),
    response=RoundOut,
)
def my_round(request: ApiRequest, round_id: int) -> Any:
    return _seen(request, round_id)


@room.writes(
    "/rounds/{int:round_id}/wants",
    asks=Gate.PERSON,
    summary=_("Say what the household wants"),
    response=list[RecordOut],
)
def wants_set(request: ApiRequest, round_id: int, body: WantsIn) -> Any:
    card = _seen(request, round_id)
    return services.wants_set(
        actor=request.actor,
        organisation_id=card.organisation_id,
        round_id=round_id,
        wanted={one.good_id: (one.quantity, one.tolerance) for one in body.wants},
        now=timezone.now(),
    )


@room.writes(
    "/rounds/{int:round_id}/again",
    asks=Gate.PERSON,
    summary=_("Want what was wanted in the purchase that this one repeats"),
    response=list[RecordOut],
)
def wants_again(request: ApiRequest, round_id: int) -> Any:
    card = _seen(request, round_id)
    return services.wants_repeat(
        actor=request.actor, organisation_id=card.organisation_id, round_id=round_id, now=timezone.now()
    )


@room.writes(
    "/rounds/{int:round_id}/join",
    asks=Gate.PERSON,
    summary=_("Come to a joint purchase by its link"),
    response=StateOut,
)
def join(request: ApiRequest, round_id: int, body: CodeIn) -> Any:
    _own(request)
    found = selectors.invited_to(round_id, body.code)
    if found is None:
        raise Http404
    try:
        return services.round_join(
            actor=request.actor,
            organisation_id=found.organisation_id,
            round_id=round_id,
            code=body.code,
            now=timezone.now(),
        )
    except Forbidden as refusal:
        raise Http404 from refusal
