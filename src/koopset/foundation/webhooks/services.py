"""Subscriptions: made, changed, switched, tried, and their secrets changed."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet

from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.foundation.webhooks.catalogue import TEST, event_names
from koopset.foundation.webhooks.deliveries import message_make, wake
from koopset.foundation.webhooks.models import Delivery, SigningSecret, Subscription
from koopset.foundation.webhooks.permissions import WebhookRight
from koopset.foundation.webhooks.signing import secret_text
from koopset.foundation.webhooks.targets import pinned_address, target_of
from koopset.kernel.violations import RuleViolation

MOST = 20
#: The old secret signs beside the new for so long.
OVERLAP = timedelta(hours=24)


def look_up(url: str) -> None:
    """Whether the name is known and leads into the open internet. Asks the network, so never inside a transaction.

    Raises RuleViolation webhooks.bad_address, webhooks.bad_port, webhooks.not_found, webhooks.inner_address.
    """
    pinned_address(target_of(url.strip()))


def _checked(name: str, url: str, events: Collection[str]) -> tuple[str, str, list[str]]:
    if not name.strip():
        raise RuleViolation("webhooks.no_name", field="name")
    target_of(url.strip())
    known = event_names()
    for event in events:
        if event not in known:
            raise RuleViolation("webhooks.unknown_event", field="events", event=event)
    if not events:
        raise RuleViolation("webhooks.no_events", field="events")
    return name.strip()[:80], url.strip(), sorted(set(events))


def _get(organisation_id: int, subscription_id: int) -> Subscription:
    return Subscription.objects.select_for_update().get(organisation_id=organisation_id, pk=subscription_id)


def webhook_add(
    *,
    actor: Actor,
    organisation_id: int,
    name: str,
    url: str,
    events: Collection[str],
    now: datetime,
    is_on: bool = True,
) -> tuple[Subscription, str]:
    """A new subscription and its secret, which is shown once. The address of one that is on is looked up; of one that is off, when it
    is switched on.

    Made by a person at a page: Forbidden for a program. Raises RuleViolation webhooks.no_name, webhooks.bad_address, webhooks.bad_port,
    webhooks.not_found, webhooks.inner_address, webhooks.no_events, webhooks.unknown_event, webhooks.too_many.
    """
    actor.require(WebhookRight.MANAGE, organisation_id)
    if is_on:
        look_up(url)
    return _webhook_add(
        actor=actor, organisation_id=organisation_id, name=name, url=url, events=events, now=now, is_on=is_on
    )


@service(WebhookRight.MANAGE)
def _webhook_add(
    *,
    actor: Actor,
    organisation_id: int,
    name: str,
    url: str,
    events: Collection[str],
    now: datetime,
    is_on: bool,
) -> tuple[Subscription, str]:
    if actor.token_id is not None:
        raise Forbidden(WebhookRight.MANAGE)
    name, url, chosen = _checked(name, url, events)
    if Subscription.objects.filter(organisation_id=organisation_id).count() >= MOST:
        raise RuleViolation("webhooks.too_many", most=MOST)
    row = Subscription.objects.create(
        organisation_id=organisation_id,
        name=name,
        url=url,
        events=chosen,
        state=Subscription.State.ACTIVE if is_on else Subscription.State.PAUSED,
        created_at=now,
        created_by=actor.login_id,
    )
    return row, secret_text(_new_secret(row, 1, now))


def webhook_change(
    *,
    actor: Actor,
    organisation_id: int,
    subscription_id: int,
    name: str,
    url: str,
    events: Collection[str],
    now: datetime,
) -> Subscription:
    """Another name, address or choice of events. Forbidden for a program. Raises as `webhook_add`, Subscription.DoesNotExist."""
    actor.require(WebhookRight.MANAGE, organisation_id)
    row = Subscription.objects.get(organisation_id=organisation_id, pk=subscription_id)
    if row.state != Subscription.State.PAUSED:
        look_up(url)
    return _webhook_change(
        actor=actor,
        organisation_id=organisation_id,
        subscription_id=subscription_id,
        name=name,
        url=url,
        events=events,
        now=now,
    )


@service(WebhookRight.MANAGE)
def _webhook_change(
    *,
    actor: Actor,
    organisation_id: int,
    subscription_id: int,
    name: str,
    url: str,
    events: Collection[str],
    now: datetime,
) -> Subscription:
    if actor.token_id is not None:
        raise Forbidden(WebhookRight.MANAGE)
    row = _get(organisation_id, subscription_id)
    row.name, row.url, row.events = _checked(name, url, events)
    row.save(update_fields=["name", "url", "events"])
    return row


@service(WebhookRight.MANAGE)
def webhook_pause(*, actor: Actor, organisation_id: int, subscription_id: int, now: datetime) -> Subscription:
    """Switch off: what happens from now on is not told; what waited is kept. Again changes nothing. Raises Subscription.DoesNotExist."""
    row = _get(organisation_id, subscription_id)
    if row.state != Subscription.State.PAUSED:
        row.state, row.failing_since = Subscription.State.PAUSED, None
        row.save(update_fields=["state", "failing_since"])
        _deliveries(row, Delivery.State.WAITING).update(state=Delivery.State.HELD)
    return row


@service(WebhookRight.MANAGE)
def webhook_resume(
    *, actor: Actor, organisation_id: int, subscription_id: int, now: datetime
) -> Subscription:
    """Switch on (again): what was kept goes out now, and the address is looked at before each request. Again changes nothing.

    Raises Subscription.DoesNotExist.
    """
    row = _get(organisation_id, subscription_id)
    if row.state == Subscription.State.ACTIVE:
        return row
    row.state, row.failing_since, row.failures, row.quiet_until = Subscription.State.ACTIVE, None, 0, None
    row.save(update_fields=["state", "failing_since", "failures", "quiet_until"])
    kept = _deliveries(row, Delivery.State.HELD).update(
        state=Delivery.State.WAITING, next_at=now, tries=0, first_at=None
    )
    if kept:
        wake(organisation_id, row.pk, now)
    return row


def _deliveries(row: Subscription, state: Delivery.State) -> QuerySet[Delivery]:
    return Delivery.objects.filter(organisation_id=row.organisation_id, subscription_id=row.pk, state=state)


@service(WebhookRight.MANAGE)
def webhook_remove(*, actor: Actor, organisation_id: int, subscription_id: int, now: datetime) -> None:
    """Forget the subscription with all its deliveries; its history stays. Forbidden for a program. Raises Subscription.DoesNotExist."""
    if actor.token_id is not None:
        raise Forbidden(WebhookRight.MANAGE)
    _get(organisation_id, subscription_id).delete()


@service(WebhookRight.MANAGE)
def webhook_secret_change(
    *, actor: Actor, organisation_id: int, subscription_id: int, now: datetime
) -> tuple[SigningSecret, str]:
    """A new secret, shown once. For a day each delivery is signed by both, so that the program can be changed without haste.

    Forbidden for a program. Raises Subscription.DoesNotExist.
    """
    if actor.token_id is not None:
        raise Forbidden(WebhookRight.MANAGE)
    row = _get(organisation_id, subscription_id)
    known = SigningSecret.objects.filter(organisation_id=organisation_id, subscription_id=row.pk)
    last = known.order_by("-number").first()
    # Changed twice within a day, the first does not come back: it ends when it was to end.
    known.filter(ends_at__isnull=True).update(ends_at=now + OVERLAP)
    made = _new_secret(row, (last.number if last else 0) + 1, now)
    return made, secret_text(made)


def _new_secret(row: Subscription, number: int, now: datetime) -> SigningSecret:
    return SigningSecret.objects.create(
        organisation_id=row.organisation_id,
        subscription=row,
        number=number,
        nonce=secrets.token_hex(32),
        created_at=now,
    )


@service(WebhookRight.MANAGE)
def webhook_test(*, actor: Actor, organisation_id: int, subscription_id: int, now: datetime) -> Delivery:
    """Send a message that means nothing, whether the subscription is on or off; it is tried once.

    Raises webhooks.test_under_way, Subscription.DoesNotExist.
    """
    row = _get(organisation_id, subscription_id)
    if (
        _deliveries(row, Delivery.State.WAITING)
        .filter(message__organisation_id=organisation_id, message__event=TEST)
        .exists()
    ):
        raise RuleViolation("webhooks.test_under_way")
    message = message_make(organisation_id, TEST, {"subscription_id": row.pk}, {}, now)
    delivery = Delivery.objects.create(
        organisation_id=organisation_id, subscription=row, message=message, next_at=now, created_at=now
    )
    # A person stands before the page and waits: the address is asked now, even if it is left alone for a while.
    Subscription.objects.filter(organisation_id=organisation_id, pk=row.pk).update(quiet_until=None)
    wake(organisation_id, row.pk, now)
    return delivery


@service(WebhookRight.REPLAY)
def delivery_replay(*, actor: Actor, organisation_id: int, delivery_id: int, now: datetime) -> Delivery:
    """Send a message again, delivered or not: the same text under the same id, so that the receiver can know it.

    Raises webhooks.not_on, webhooks.still_waiting, Delivery.DoesNotExist.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscription", "message")
        .get(organisation_id=organisation_id, pk=delivery_id)
    )
    if delivery.subscription.state != Subscription.State.ACTIVE:
        raise RuleViolation("webhooks.not_on")
    if delivery.state == Delivery.State.WAITING:
        raise RuleViolation("webhooks.still_waiting")
    delivery.state, delivery.tries, delivery.first_at = Delivery.State.WAITING, 0, None
    delivery.next_at, delivery.done_at = now, None
    delivery.save()
    wake(organisation_id, delivery.subscription_id, now)
    return delivery
