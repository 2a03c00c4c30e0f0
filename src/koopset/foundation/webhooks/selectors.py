"""What is shown of subscriptions and of what came of deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from koopset.foundation.webhooks.catalogue import TEST, event_names
from koopset.foundation.webhooks.models import Attempt, Delivery, Subscription

FAULTS: dict[str, str | Promise] = {
    "address": _("the address leads into an inner network or is not https: it was not asked"),
    "name": _("the name is not known on the internet"),
    "tls": _("the certificate of the address is not in order"),
    "time": _("no whole answer within ten seconds"),
    "network": _("no connection"),
    "protocol": _("the answer is not that of a web server"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A delivery with its attempts, the newest first."""

    id: int
    uid: str
    event: str
    words: str | Promise
    state: str
    state_words: str
    created_at: datetime
    next_at: datetime | None
    attempts: tuple[Attempt, ...]


def subscriptions_of(organisation_id: int) -> QuerySet[Subscription]:
    """By name; there are few."""
    return Subscription.objects.filter(organisation_id=organisation_id).order_by("name", "pk")


def deliveries_of(organisation_id: int, subscription_id: int) -> QuerySet[Delivery]:
    """What was told to an address, the newest first."""
    return (
        Delivery.objects.filter(organisation_id=organisation_id, subscription_id=subscription_id)
        .select_related("message")
        .order_by("-created_at", "-pk")
    )


def words_of(event: str) -> str | Promise:
    return _("a test") if event == TEST else event_names().get(event, event)


def with_attempts(organisation_id: int, rows: Iterable[Delivery]) -> list[Shown]:
    """Deliveries of one page."""
    found = list(rows)
    tries: dict[int, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(
        organisation_id=organisation_id, delivery_id__in=[row.pk for row in found]
    ).order_by("-at", "-pk"):
        tries.setdefault(attempt.delivery_id, []).append(attempt)
    return [
        Shown(
            row.pk,
            row.message.uid,
            row.message.event,
            words_of(row.message.event),
            row.state,
            str(row.get_state_display()),
            row.created_at,
            row.next_at if row.state == Delivery.State.WAITING else None,
            tuple(tries.get(row.pk, ())),
        )
        for row in found
    ]
