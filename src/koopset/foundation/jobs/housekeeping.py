"""Old jobs are forgotten, so that the table stays small."""

from __future__ import annotations

from datetime import timedelta

from koopset.foundation.jobs.catalogue import job, schedule
from koopset.foundation.jobs.models import Job, JobState
from koopset.foundation.jobs.run import JobRun
from koopset.foundation.tenants.guard import across_tenants

KEEP_DONE = timedelta(days=30)
KEEP_PLUMBING = timedelta(days=2)
KEEP_FAILED = timedelta(days=180)


@job("jobs.forget_old", retries=1, atomic=True)
def forget_old(run: JobRun) -> dict[str, object]:
    """Keyed jobs stay as long as failed ones: their key still answers a repeated request."""
    with across_tenants("housekeeping deletes by age, and shows nothing to anybody"):
        finished = Job.objects.filter(state__in=[JobState.DONE, JobState.CANCELLED])
        plain = finished.filter(key__isnull=True)
        count = plain.filter(title="", finished_at__lt=run.now - KEEP_PLUMBING).delete()[0]
        count += plain.filter(finished_at__lt=run.now - KEEP_DONE).delete()[0]
        count += Job.objects.filter(finished_at__lt=run.now - KEEP_FAILED).delete()[0]
    return {"forgotten": count}


schedule("jobs.forget_old", "40 3 * * *")
