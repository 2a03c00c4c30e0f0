"""The copy of purchases follows what people change within an hour: what was erased or is shared no more must not wait for the night."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from koopset.apps.needs.events import PurchasesChanged
from koopset.foundation.analytics.jobs import JOB
from koopset.foundation.jobs.models import Job
from koopset.foundation.jobs.services import enqueue
from koopset.foundation.rights.actors import SYSTEM


def on_purchases_changed(event: PurchasesChanged) -> None:
    """One copy at the next full hour, however many changes ask for it."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    key = f"{JOB}.{hour:%Y%m%d%H}"
    if not Job.objects.filter(organisation_id=None, key=key).exists():
        enqueue(JOB, actor=SYSTEM, key=key, run_at=hour, now=now)
