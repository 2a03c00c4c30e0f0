"""How an event becomes deliveries, and how these are sent: at least once, in rounds, one round an address at a time.

Inside the transaction of the fact there is one question (does anybody listen?) and at most one job. Sending holds no transaction: a
receiver that does not answer holds up nothing but its own round. After a failure the address is left alone for a growing time, whatever
waits for it; each delivery also has pauses of its own, about a day in all. Then the subscription is marked and its keepers are told.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.foundation.jobs.services import enqueue
from koopset.foundation.notifications import notify
from koopset.foundation.rights.actors import SYSTEM, persons_who_can
from koopset.foundation.webhooks import sending, signing
from koopset.foundation.webhooks.catalogue import TEST, outside_event_of
from koopset.foundation.webhooks.models import Attempt, Delivery, Message, SigningSecret, Subscription
from koopset.foundation.webhooks.permissions import WebhookRight

TAKE, ROUND = "webhooks.take", "webhooks.round"
TOPIC = "webhooks.failing"
#: Between the tries of one delivery: 23 hours and 36 minutes in all.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 18_000, 28_800, 28_800))
LONGEST_TRY = timedelta(hours=24)
#: An address that fails is left alone for as long, whatever waits for it.
LONGEST_QUIET = timedelta(hours=1)
#: A round ends after so many deliveries or so long: other work waits in the same queue.
MOST_IN_ROUND, ROUND_TIME = 20, timedelta(seconds=30)
#: A round that was cut off holds its address no longer than this.
HOLD = timedelta(minutes=2)


# From an event to deliveries


def hear(event: Any) -> None:
    """Called in the transaction of the fact. An organisation to which nobody listens pays one question."""
    if nobody_listens(event.organisation_id):
        return
    told = outside_event_of(event)
    enqueue(
        TAKE,
        actor=SYSTEM,
        organisation_id=event.organisation_id,
        args={
            "event": told.name,
            "data": told.data.model_validate(dict(told.make(event))).model_dump(mode="json"),
            "links": dict(told.links(event)),
            "at": timezone.now().isoformat(),
        },
    )


def nobody_listens(organisation_id: int) -> bool:
    """Whether nothing is to be told outside."""
    return not listeners(organisation_id).exists()


def listeners(organisation_id: int) -> Any:
    """Subscriptions that hear: also those that do not answer now, for whom news are kept."""
    return Subscription.objects.filter(
        organisation_id=organisation_id,
        state__in=[Subscription.State.ACTIVE, Subscription.State.FAILING],
    )


def take(
    organisation_id: int,
    *,
    event: str,
    data: Mapping[str, Any],
    links: Mapping[str, str],
    at: datetime,
    now: datetime,
) -> int:
    """Write down a message and its deliveries; the number of these."""
    wanted = [one for one in listeners(organisation_id).order_by("pk") if event in one.events]
    if not wanted:
        return 0
    message = message_make(organisation_id, event, data, links, at)
    for subscription in wanted:
        is_on = subscription.state == Subscription.State.ACTIVE
        Delivery.objects.create(
            organisation_id=organisation_id,
            subscription=subscription,
            message=message,
            state=Delivery.State.WAITING if is_on else Delivery.State.HELD,
            next_at=now,
            created_at=now,
        )
        if is_on:
            wake(organisation_id, subscription.pk, now)
    return len(wanted)


def message_make(
    organisation_id: int, event: str, data: Mapping[str, Any], links: Mapping[str, str], at: datetime
) -> Message:
    uid = f"evt_{secrets.token_hex(12)}"
    body = {
        "id": uid,
        "type": event,
        "created_at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "organisation_id": organisation_id,
        "data": dict(data),
        "links": {name: f"{settings.SITE_URL}{path}" for name, path in links.items()},
    }
    return Message.objects.create(
        organisation_id=organisation_id,
        uid=uid,
        event=event,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        created_at=at,
    )


def wake(organisation_id: int, subscription_id: int, now: datetime) -> None:
    """See to it that a round comes: at once, or when the address is to be left alone no longer. Inside a transaction."""
    row = Subscription.objects.select_for_update().get(organisation_id=organisation_id, pk=subscription_id)
    due = max(now, row.quiet_until or now)
    if row.round_at is None or row.round_at > due:
        _plan_round(row, due, now)


def _plan_round(row: Subscription, due: datetime, now: datetime) -> None:
    enqueue(
        ROUND,
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        args={"subscription_id": row.pk},
        run_at=due,
        now=now,
    )
    _note(row, round_at=due)


def _note(row: Subscription, **values: Any) -> None:
    """The machinery's own fields make no history."""
    Subscription.objects.filter(organisation_id=row.organisation_id, pk=row.pk).update(**values)


# Sending


def run_round(organisation_id: int, subscription_id: int, now: datetime) -> dict[str, object]:
    """Send what is due at one address, the oldest first, till the first failure. Not inside a transaction."""
    if not _hold(organisation_id, subscription_id, now):
        return {"sent": 0}
    sent = failed = 0
    moment = now
    while sent + failed < MOST_IN_ROUND and moment < now + ROUND_TIME:
        subscription = Subscription.objects.filter(
            organisation_id=organisation_id, pk=subscription_id
        ).first()
        delivery = _due(subscription, moment) if subscription is not None else None
        if subscription is None or delivery is None:
            break
        good = _deliver(subscription, delivery, moment)
        sent, failed = sent + good, failed + (not good)
        if not good:
            break
        moment = max(moment, timezone.now())
    _let_go(organisation_id, subscription_id, max(now, moment))
    return {"sent": sent, "failed": failed}


def _hold(organisation_id: int, subscription_id: int, now: datetime) -> bool:
    with transaction.atomic():
        row = (
            Subscription.objects.select_for_update()
            .filter(organisation_id=organisation_id, pk=subscription_id)
            .first()
        )
        if row is None or (row.held_until is not None and row.held_until > now):
            return False
        _note(row, held_until=now + HOLD)
        return True


def _waiting(row: Subscription) -> Any:
    """What may be sent: everything to an address that is on, and a test to any."""
    found = Delivery.objects.filter(
        organisation_id=row.organisation_id, subscription_id=row.pk, state=Delivery.State.WAITING
    )
    if row.state != Subscription.State.ACTIVE:
        found = found.filter(message__organisation_id=row.organisation_id, message__event=TEST)
    return found.order_by("next_at", "pk")


def _due(row: Subscription, moment: datetime) -> Delivery | None:
    if row.quiet_until is not None and row.quiet_until > moment:
        return None
    found: Delivery | None = _waiting(row).filter(next_at__lte=moment).select_related("message").first()
    return found


def secrets_in_force(row: Subscription, now: datetime) -> list[SigningSecret]:
    """The newest first."""
    found = SigningSecret.objects.filter(organisation_id=row.organisation_id, subscription_id=row.pk)
    return [one for one in found.order_by("-number") if one.ends_at is None or one.ends_at > now]


def _deliver(subscription: Subscription, delivery: Delivery, moment: datetime) -> bool:
    body = delivery.message.body.encode()
    told = signing.headers(
        delivery.message.uid, int(moment.timestamp()), body, secrets_in_force(subscription, moment)
    )
    answer = sending.send(
        subscription.url,
        body,
        {"Content-Type": "application/json; charset=utf-8", "User-Agent": "koopset-webhooks/1", **told},
    )
    _write_down(subscription.organisation_id, subscription.pk, delivery.pk, answer, moment)
    return answer.is_good


@transaction.atomic
def _write_down(
    organisation_id: int, subscription_id: int, delivery_id: int, answer: sending.Answer, moment: datetime
) -> None:
    row = (
        Subscription.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=subscription_id)
        .first()
    )
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("message")
        .filter(organisation_id=organisation_id, pk=delivery_id)
        .first()
    )
    if row is None or delivery is None:  # removed meanwhile
        return
    Attempt.objects.create(
        organisation_id=organisation_id,
        delivery=delivery,
        at=moment,
        status=answer.status,
        fault=answer.fault,
        milliseconds=answer.milliseconds,
        answer=answer.beginning,
    )
    delivery.tries += 1
    delivery.first_at = delivery.first_at or moment
    if answer.is_good:
        delivery.state, delivery.done_at = Delivery.State.DONE, moment
        _note(row, failures=0, quiet_until=None, answered_at=moment)
    elif delivery.message.event == TEST:
        delivery.state = Delivery.State.GIVEN_UP  # a person looks at it; nothing is tried behind their back
    else:
        _postpone(row, delivery, moment)
    delivery.save()


def _postpone(row: Subscription, delivery: Delivery, moment: datetime) -> None:
    failures = row.failures + 1
    quiet = min(PAUSES[min(failures, len(PAUSES)) - 1], LONGEST_QUIET)
    _note(row, failures=failures, quiet_until=moment + quiet)
    assert delivery.first_at is not None
    if delivery.tries <= len(PAUSES) and moment - delivery.first_at < LONGEST_TRY:
        delivery.next_at = moment + PAUSES[delivery.tries - 1]
        return
    delivery.state = Delivery.State.GIVEN_UP
    if row.answered_at is not None and row.answered_at >= delivery.first_at:
        return  # the address answers: it is this one message that it cannot bear
    row.state, row.failing_since = Subscription.State.FAILING, moment
    row.save(update_fields=["state", "failing_since"])
    _waiting_all(row).exclude(pk=delivery.pk).update(state=Delivery.State.HELD)
    with override("ru"):
        notify(
            organisation_id=row.organisation_id,
            topic=TOPIC,
            title=_("The program “%(name)s” has not answered for a day") % {"name": row.name},
            text=_(
                "News are kept for it and not sent. Ask whoever looks after the program, then switch the subscription on again."
            ),
            link=reverse(
                "webhooks:show",
                kwargs={"organisation_id": row.organisation_id, "subscription_id": row.pk},
            ),
            person_ids=persons_who_can(
                WebhookRight.MANAGE, organisation_id=row.organisation_id, on=timezone.localdate(moment)
            ),
            email=True,
            now=moment,
        )


def _waiting_all(row: Subscription) -> Any:
    return Delivery.objects.filter(
        organisation_id=row.organisation_id, subscription_id=row.pk, state=Delivery.State.WAITING
    )


@transaction.atomic
def _let_go(organisation_id: int, subscription_id: int, now: datetime) -> None:
    """The round is over; the next is planned for what still waits."""
    row = (
        Subscription.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=subscription_id)
        .first()
    )
    if row is None:
        return
    first = _waiting(row).first()
    if first is None:
        _note(row, held_until=None, round_at=None)
    else:
        _plan_round(row, max(now, first.next_at, row.quiet_until or now), now)
        _note(row, held_until=None)


def plan_anew(organisation_id: int, subscription_id: int, now: datetime) -> None:
    """As `wake`, for a round that was planned and never came. Inside a transaction."""
    row = Subscription.objects.select_for_update().get(organisation_id=organisation_id, pk=subscription_id)
    _plan_round(row, max(now, row.quiet_until or now), now)
