"""Jobs in tests: run here and now, in the test's own transaction."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from koopset.foundation.jobs.models import Job
from koopset.foundation.jobs.worker import claim, run_job
from koopset.foundation.tenants.guard import across_tenants


def run_pending_jobs(*, now: datetime | None = None, limit: int = 1000) -> list[Job]:
    """Run all jobs that are due at `now`, also those they enqueue; the rows as they ended, in the order they were run.

    A job that must be tried again waits for its time, so it is run once here.
    """
    ended: list[Job] = []
    while len(ended) < limit:
        moment = now or timezone.now()
        job = claim("test", moment)
        if job is None:
            return ended
        run_job(job, now=moment)
        with across_tenants("a test runs the work of all"):
            ended.append(Job.objects.get(pk=job.pk))
    raise AssertionError(f"more than {limit} jobs: does one enqueue itself?")
