"""How a body runs its rounds, for programs."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.apps.purchases import selectors, services
from koopset.apps.purchases.api.frame import room
from koopset.apps.purchases.api.shapes import (
    BoxfillIn,
    GoodIn,
    OffersIn,
    OrderLineOut,
    ReasonIn,
    ReplayOut,
    RoundLineOut,
    RoundOut,
    SettingsIn,
    StateOut,
    StopIn,
    UntilIn,
    WantRowOut,
)
from koopset.apps.purchases.models import Round, RoundGood
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.foundation.access.operations import ApiRequest
from koopset.foundation.access.paging import Paging, Piece, piece
from koopset.foundation.access.schemas import Made


@room.reads(
    "/o/{int:organisation_id}/rounds",
    asks=PurchaseRight.ROUND_VIEW,
    summary=_("Joint purchases that the organisation runs"),
    response=Piece[RoundLineOut],
)
def rounds_list(
    request: ApiRequest, organisation_id: int, paging: Query[Paging], state: str = "", q: str = ""
) -> Any:
    return piece(
        paging, selectors.rounds_of_body(request.actor, organisation_id, state=state[:20], text=q[:100])
    )


@room.writes(
    "/o/{int:organisation_id}/rounds",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Begin a joint purchase: a draft"),
    response=Made,
    status=201,
)
def round_draft(request: ApiRequest, organisation_id: int, body: SettingsIn) -> Any:
    row = services.round_draft(
        actor=request.actor, organisation_id=organisation_id, settings=body.settings(), now=timezone.now()
    )
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/rounds/of-proposal/{int:proposal_id}",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Begin a joint purchase for a proposal, with the wants of those who joined"),
    response=Made,
)
def round_of_proposal(request: ApiRequest, organisation_id: int, proposal_id: int) -> Any:
    if selectors.proposal_to_open(organisation_id, proposal_id) is None:
        raise Http404
    row = services.round_from_proposal(
        actor=request.actor, organisation_id=organisation_id, proposal_id=proposal_id, now=timezone.now()
    )
    return {"id": row.pk}


@room.reads(
    "/o/{int:organisation_id}/rounds/{int:round_id}",
    asks=PurchaseRight.ROUND_VIEW,
    summary=_("A joint purchase of the organisation"),
    response=RoundOut,
)
def round_get(request: ApiRequest, organisation_id: int, round_id: int) -> Any:
    get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    return selectors.round_of_body(request.actor, organisation_id, round_id)


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/settings",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Change how a draft is run"),
    response=StateOut,
)
def round_settings_save(request: ApiRequest, organisation_id: int, round_id: int, body: SettingsIn) -> Any:
    return _deed(request, organisation_id, round_id, services.round_settings_save, settings=body.settings())


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/goods",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Add a good to a draft"),
    response=Made,
    status=201,
)
def good_add(request: ApiRequest, organisation_id: int, round_id: int, body: GoodIn) -> Any:
    row = _deed(request, organisation_id, round_id, services.good_add, good=body.typed())
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/goods/of-offers",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Copy offers into a draft; those in it already are left out"),
    response=list[Made],
)
def goods_add_offers(request: ApiRequest, organisation_id: int, round_id: int, body: OffersIn) -> Any:
    rows = _deed(request, organisation_id, round_id, services.goods_add_offers, offer_ids=body.offer_ids)
    return [{"id": row.pk} for row in rows]


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/goods/{int:good_id}",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Change a good of a draft"),
    response=Made,
)
def good_change(request: ApiRequest, organisation_id: int, round_id: int, good_id: int, body: GoodIn) -> Any:
    get_object_or_404(RoundGood, organisation_id=organisation_id, round_id=round_id, pk=good_id)
    row = _deed(request, organisation_id, round_id, services.good_change, good_id=good_id, good=body.typed())
    return {"id": row.pk}


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/goods/{int:good_id}/remove",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Take a good out of a draft"),
    response=StateOut,
)
def good_remove(request: ApiRequest, organisation_id: int, round_id: int, good_id: int) -> Any:
    get_object_or_404(RoundGood, organisation_id=organisation_id, round_id=round_id, pk=good_id)
    _deed(request, organisation_id, round_id, services.good_remove, good_id=good_id)
    return get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)


def _deed(request: ApiRequest, organisation_id: int, round_id: int, service: Any, **more: Any) -> Any:
    get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    return service(
        actor=request.actor, organisation_id=organisation_id, round_id=round_id, now=timezone.now(), **more
    )


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/open",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Open a joint purchase: its terms are frozen"),
    response=StateOut,
)
def round_open(request: ApiRequest, organisation_id: int, round_id: int) -> Any:
    return _deed(request, organisation_id, round_id, services.round_open)


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/extend",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Move the term of the present stage later"),
    response=StateOut,
)
def round_extend(request: ApiRequest, organisation_id: int, round_id: int, body: UntilIn) -> Any:
    return _deed(request, organisation_id, round_id, services.round_extend, until=_aware(body.until))


def _aware(moment: datetime | None) -> datetime | None:
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/boxfill",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Begin to fill packs: only what helps may change"),
    response=StateOut,
)
def round_boxfill(request: ApiRequest, organisation_id: int, round_id: int, body: BoxfillIn) -> Any:
    return _deed(request, organisation_id, round_id, services.round_boxfill, until=_aware(body.until))


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/stop",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Stop: share out, freeze prices"),
    response=StateOut,
)
def round_stop(request: ApiRequest, organisation_id: int, round_id: int, body: StopIn) -> Any:
    return _deed(request, organisation_id, round_id, services.round_stop, below_minimum=body.below_minimum)


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/send",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Make the order and freeze its paper"),
    response=StateOut,
)
def round_send(request: ApiRequest, organisation_id: int, round_id: int) -> Any:
    return _deed(request, organisation_id, round_id, services.round_send)


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/cancel",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("Call a joint purchase off before it is sent"),
    response=StateOut,
)
def round_cancel(request: ApiRequest, organisation_id: int, round_id: int, body: ReasonIn) -> Any:
    return _deed(request, organisation_id, round_id, services.round_cancel, reason=body.reason)


@room.writes(
    "/o/{int:organisation_id}/rounds/{int:round_id}/repeat",
    asks=PurchaseRight.ROUND_RUN,
    summary=_("A new draft like this one"),
    response=Made,
    status=201,
)
def round_repeat(request: ApiRequest, organisation_id: int, round_id: int) -> Any:
    return {"id": _deed(request, organisation_id, round_id, services.round_repeat).pk}


@room.reads(
    "/o/{int:organisation_id}/rounds/{int:round_id}/wants",
    asks=PurchaseRight.ROUND_VIEW,
    summary=_("Who wants what and gets how many"),
    response=Piece[WantRowOut],
)
def wants_list(request: ApiRequest, organisation_id: int, round_id: int, paging: Query[Paging]) -> Any:
    get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    return piece(paging, list(selectors.want_rows(request.actor, organisation_id, round_id)))


@room.reads(
    "/o/{int:organisation_id}/rounds/{int:round_id}/order",
    asks=PurchaseRight.ROUND_VIEW,
    summary=_("What is ordered of a stopped purchase"),
    response=Piece[OrderLineOut],
)
def order(request: ApiRequest, organisation_id: int, round_id: int, paging: Query[Paging]) -> Any:
    get_object_or_404(Round, organisation_id=organisation_id, pk=round_id, stopped_at__isnull=False)
    return piece(paging, selectors.order_lines(organisation_id, round_id))


@room.reads(
    "/o/{int:organisation_id}/rounds/{int:round_id}/replay",
    asks=PurchaseRight.ROUND_VIEW,
    summary=_("Allocations computed once more from what was stored, and compared"),
    response=Piece[ReplayOut],
)
def replay(request: ApiRequest, organisation_id: int, round_id: int, paging: Query[Paging]) -> Any:
    get_object_or_404(Round, organisation_id=organisation_id, pk=round_id)
    return piece(paging, selectors.replay_round(organisation_id, round_id))
