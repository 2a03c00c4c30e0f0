"""Deliveries go out in the background; what was forgotten by a dead worker is taken up again; old ones are cleared away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from koopset.foundation.jobs import JobRun, job, schedule
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.webhooks import deliveries
from koopset.foundation.webhooks.models import Delivery, Message

#: What was told is kept so long: for the page, for «send again», and for an address that is down.
KEEP = timedelta(days=30)
_LATE = timedelta(minutes=5)


@job(deliveries.TAKE, retries=8, atomic=True)
def take_event(
    run: JobRun, *, event: str, data: dict[str, Any], links: dict[str, str], at: str
) -> dict[str, object]:
    """An event that somebody may want becomes deliveries, once."""
    assert run.organisation_id is not None
    made = deliveries.take(
        run.organisation_id, event=event, data=data, links=links, at=datetime.fromisoformat(at), now=run.now
    )
    return {"deliveries": made}


@job(deliveries.ROUND, retries=3)
def send_round(run: JobRun, *, subscription_id: int) -> dict[str, object]:
    """Send what is due at one address."""
    assert run.organisation_id is not None
    return deliveries.run_round(run.organisation_id, subscription_id, run.now)


@job("webhooks.wake_late", retries=1)
def wake_late(run: JobRun) -> dict[str, object]:
    """A round whose worker died left its deliveries waiting: another is planned."""
    with across_tenants("late deliveries are found whatever the organisation; each is sent within its own"):
        late = sorted(
            set(
                Delivery.objects.filter(
                    state=Delivery.State.WAITING,
                    next_at__lt=run.now - _LATE,
                    subscription__state="active",
                )
                .exclude(subscription__round_at__gt=run.now - _LATE)
                .values_list("organisation_id", "subscription_id")
            )
        )
    for organisation_id, subscription_id in late:
        with transaction.atomic():
            deliveries.plan_anew(organisation_id, subscription_id, run.now)
    return {"woken": len(late)}


@job("webhooks.forget_old", retries=1, atomic=True)
def forget_old(run: JobRun) -> dict[str, object]:
    """Messages of a month ago go, with their deliveries."""
    with across_tenants("housekeeping deletes by age, and shows nothing to anybody"):
        gone = Message.objects.filter(created_at__lt=run.now - KEEP).delete()[1]
    return {"forgotten": gone.get("webhooks.Message", 0)}


schedule("webhooks.wake_late", "*/5 * * * *")
schedule("webhooks.forget_old", "55 3 * * *")
