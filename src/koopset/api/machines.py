"""Doors for machines, seen by machines: the organisation's keys, its subscriptions and what came of their deliveries.

Whatever gives a secret is done by a person at a page: an answer of the API is kept for repeats, and a secret must be kept nowhere.
"""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query

from koopset.foundation.access.keys import keys_of
from koopset.foundation.access.operations import ApiRequest, Room
from koopset.foundation.access.paging import Paging, Piece, piece, whole_piece
from koopset.foundation.access.permissions import KeyRight
from koopset.foundation.access.schemas import Out
from koopset.foundation.rights.pages import Gate
from koopset.foundation.webhooks import services
from koopset.foundation.webhooks.catalogue import outside_events
from koopset.foundation.webhooks.models import Subscription
from koopset.foundation.webhooks.permissions import WebhookRight
from koopset.foundation.webhooks.selectors import deliveries_of, subscriptions_of, with_attempts

room = Room(
    "machines",
    _("Programs"),
    {
        KeyRight.VIEW: _("See the keys of the organisation (not their secrets)"),
        WebhookRight.VIEW: _("See webhooks and what was sent"),
        WebhookRight.MANAGE: _("Switch and test webhooks"),
        WebhookRight.REPLAY: _("Send a message of a webhook again"),
    },
)


class EventOut(Out):
    """An event that may be subscribed to. `data_schema` is the JSON Schema of `data` in its message."""

    name: str
    words: str
    data_schema: dict[str, Any]


class KeyOut(Out):
    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class WebhookOut(Out):
    """`state`: active, paused, failing."""

    id: int
    name: str
    url: str
    events: list[str]
    state: str
    created_at: datetime
    failing_since: datetime | None


class AttemptOut(Out):
    """One request to the address. Without a `status` there is a `fault`: address, name, tls, time, network, protocol."""

    at: datetime
    status: int | None
    fault: str
    milliseconds: int
    answer: str


class DeliveryOut(Out):
    """A message on its way. `state`: waiting, done, given-up, held."""

    id: int
    message_id: str
    event: str
    state: str
    created_at: datetime
    next_at: datetime | None
    attempts: list[AttemptOut]


class Asked(Out):
    """The number of the delivery that is on its way."""

    id: int


@room.reads(
    "/webhook-events",
    asks=Gate.SIGNED_IN,
    summary=_("Events that a webhook may be told of, with the shape of their data"),
    response=Piece[EventOut],
)
def webhook_events(request: ApiRequest, paging: Query[Paging]) -> Any:
    return piece(
        paging,
        outside_events(),
        lambda one: {
            "name": one.name,
            "words": str(one.words),
            "data_schema": one.data.model_json_schema(),
        },
    )


@room.reads(
    "/o/{int:organisation_id}/keys",
    asks=KeyRight.VIEW,
    summary=_("Keys of the organisation, those in force first"),
    response=Piece[KeyOut],
)
def keys_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, keys_of(organisation_id))


@room.reads(
    "/o/{int:organisation_id}/webhooks",
    asks=WebhookRight.VIEW,
    summary=_("Webhooks of the organisation"),
    response=Piece[WebhookOut],
)
def webhooks_list(request: ApiRequest, organisation_id: int, paging: Query[Paging]) -> Any:
    return piece(paging, subscriptions_of(organisation_id))


@room.reads(
    "/o/{int:organisation_id}/webhooks/{int:webhook_id}/deliveries",
    asks=WebhookRight.VIEW,
    summary=_("What was sent to a webhook within a month, the newest first"),
    response=Piece[DeliveryOut],
)
def webhook_deliveries(
    request: ApiRequest, organisation_id: int, webhook_id: int, paging: Query[Paging]
) -> Any:
    get_object_or_404(Subscription, organisation_id=organisation_id, pk=webhook_id)
    rows = deliveries_of(organisation_id, webhook_id)
    shown = with_attempts(organisation_id, rows[paging.start : paging.start + paging.limit])
    items = [
        {
            "id": one.id,
            "message_id": one.uid,
            "event": one.event,
            "state": one.state,
            "created_at": one.created_at,
            "next_at": one.next_at,
            "attempts": one.attempts,
        }
        for one in shown
    ]
    return whole_piece(paging, items, rows.count(), paging.start)


@room.writes(
    "/o/{int:organisation_id}/webhooks/{int:webhook_id}/test",
    asks=WebhookRight.MANAGE,
    summary=_("Send a test message"),
    response=Asked,
)
def webhook_test(request: ApiRequest, organisation_id: int, webhook_id: int) -> Any:
    made = services.webhook_test(
        actor=request.actor, organisation_id=organisation_id, subscription_id=webhook_id, now=timezone.now()
    )
    return {"id": made.pk}


@room.writes(
    "/o/{int:organisation_id}/webhooks/{int:webhook_id}/pause",
    asks=WebhookRight.MANAGE,
    summary=_("Switch a webhook off"),
    response=WebhookOut,
)
def webhook_pause(request: ApiRequest, organisation_id: int, webhook_id: int) -> Any:
    return services.webhook_pause(
        actor=request.actor, organisation_id=organisation_id, subscription_id=webhook_id, now=timezone.now()
    )


@room.writes(
    "/o/{int:organisation_id}/webhooks/{int:webhook_id}/resume",
    asks=WebhookRight.MANAGE,
    summary=_("Switch a webhook on; what was kept for it goes out"),
    response=WebhookOut,
)
def webhook_resume(request: ApiRequest, organisation_id: int, webhook_id: int) -> Any:
    return services.webhook_resume(
        actor=request.actor, organisation_id=organisation_id, subscription_id=webhook_id, now=timezone.now()
    )


@room.writes(
    "/o/{int:organisation_id}/webhook-deliveries/{int:delivery_id}/replay",
    asks=WebhookRight.REPLAY,
    summary=_("Send a message again, under the same id"),
    response=Asked,
)
def webhook_replay(request: ApiRequest, organisation_id: int, delivery_id: int) -> Any:
    made = services.delivery_replay(
        actor=request.actor, organisation_id=organisation_id, delivery_id=delivery_id, now=timezone.now()
    )
    return {"id": made.pk}
