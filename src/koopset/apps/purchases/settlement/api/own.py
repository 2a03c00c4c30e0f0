"""A household's own money, code, claims and savings."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.settlement import selectors, services
from koopset.apps.purchases.settlement.api.frame import room
from koopset.apps.purchases.settlement.api.shapes import (
    ClaimIn,
    CodeOut,
    HeldOut,
    OwnMoneyOut,
    RatingIn,
    SavingsOut,
    SlotIn,
    StatementOut,
)
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.schemas import Made
from koopset.foundation.access.scopes import HOUSEHOLD_SCOPE
from koopset.foundation.rights.pages import Gate


def _own(request: ApiRequest, round_id: int) -> selectors.OwnRound:
    if request.actor.scopes is not None and HOUSEHOLD_SCOPE not in request.actor.scopes:
        raise Http404
    found = selectors.own_round(request.actor, round_id)
    if found is None:
        raise Http404
    return found


@room.reads(
    "/rounds/{int:round_id}/money",
    asks=Gate.PERSON,
    summary=_("One’s money in a joint purchase"),
    response=OwnMoneyOut,
)
def my_money(request: ApiRequest, round_id: int) -> Any:
    own = _own(request, round_id)
    return selectors.own_money(own.row, own.participant)


@room.writes(
    "/rounds/{int:round_id}/hold",
    asks=Gate.PERSON,
    summary=_("Put one’s free money aside for a joint purchase"),
    response=HeldOut,
)
def my_hold(request: ApiRequest, round_id: int) -> Any:
    own = _own(request, round_id)
    kop = services.hold_place(
        actor=request.actor, organisation_id=own.row.organisation_id, round_id=round_id, participant_id=own.participant.pk,
        now=timezone.now(),
    )  # fmt: skip
    return {"held_kop": kop}


@room.reads(
    "/rounds/{int:round_id}/statement",
    asks=Gate.PERSON,
    summary=_("Where each rouble went"),
    response=StatementOut,
)
def my_statement(request: ApiRequest, round_id: int) -> Any:
    own = _own(request, round_id)
    return selectors.statement_of(own.row, own.participant)


@room.reads(
    "/rounds/{int:round_id}/code",
    asks=Gate.PERSON,
    summary=_("One’s code to fetch goods by, and times"),
    response=CodeOut,
)
def my_code(request: ApiRequest, round_id: int) -> Any:
    own = _own(request, round_id)
    pickup = selectors.own_pickup(own.row, own.participant)
    return {"code": pickup.code, "slot_id": pickup.slot_id, "slots": selectors.slots_of(own.row)}


@room.writes(
    "/rounds/{int:round_id}/slot", asks=Gate.PERSON, summary=_("Choose when to come"), response=CodeOut
)
def my_slot(request: ApiRequest, round_id: int, body: SlotIn) -> Any:
    own = _own(request, round_id)
    services.slot_choose(
        actor=request.actor,
        organisation_id=own.row.organisation_id,
        round_id=round_id,
        slot_id=body.slot_id,
        now=timezone.now(),
    )
    return my_code(request, round_id)


@room.writes(
    "/rounds/{int:round_id}/claims",
    asks=Gate.PERSON,
    summary=_("Say that something is wrong with a good"),
    response=Made,
    status=201,
)
def my_claim(request: ApiRequest, round_id: int, body: ClaimIn) -> Any:
    own = _own(request, round_id)
    made = services.claim_ask(
        actor=request.actor,
        organisation_id=own.row.organisation_id,
        round_id=round_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": made.pk}


@room.writes("/rounds/{int:round_id}/rating", asks=Gate.PERSON, summary=_("Rate the supplier"), response=Made)
def my_rating(request: ApiRequest, round_id: int, body: RatingIn) -> Any:
    own = _own(request, round_id)
    made = services.rating_set(
        actor=request.actor,
        organisation_id=own.row.organisation_id,
        round_id=round_id,
        now=timezone.now(),
        **body.model_dump(),
    )
    return {"id": made.pk}


@room.reads(
    "/savings",
    asks=Gate.PERSON,
    summary=_("What joint purchases saved the household"),
    response=SavingsOut,
)
def my_savings(request: ApiRequest) -> Any:
    if request.actor.scopes is not None and HOUSEHOLD_SCOPE not in request.actor.scopes:
        raise Http404
    return selectors.own_savings_of(request.actor)
