"""Old answers are forgotten; keepers hear of keys that end."""

from __future__ import annotations

from datetime import timedelta

from koopset.foundation.access.keys import warn_of_ends
from koopset.foundation.access.models import IdempotencyRecord
from koopset.foundation.jobs import JobRun, job, schedule

#: A program that repeats a request after a month has lost its place; the services' own keys still guard money.
KEEP = timedelta(days=30)


@job("access.forget_old", retries=1, atomic=True)
def forget_old(run: JobRun) -> dict[str, object]:
    """Delete answers older than a month."""
    return {"forgotten": IdempotencyRecord.objects.filter(created_at__lt=run.now - KEEP).delete()[0]}


schedule("access.forget_old", "50 3 * * *")


@job("access.warn_of_ends", retries=1, atomic=True)
def tell_of_ends(run: JobRun) -> dict[str, object]:
    """Fourteen days before a key of an organisation ends, its keepers are told."""
    return {"told": warn_of_ends(run.now)}


schedule("access.warn_of_ends", "10 9 * * *")
