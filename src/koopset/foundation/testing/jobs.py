"""Jobs in tests: run here and now, in the test's own transaction."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from koopset.foundation.jobs.models import Job
from koopset.foundation.jobs.worker import claim, run_job
from koopset.foundation.tenants.guard import across_tenants


def by_day() -> datetime:
    """The next noon of this installation: when work is run then, no letter and no push is held for quiet hours, at whatever hour of the
    night the tests are run."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time(12)))


def run_pending_jobs(*, now: datetime | None = None, limit: int = 1000) -> list[Job]:
    """Run all jobs that are due at `now`, also those they enqueue; the rows as they ended, in the order they were run.

    A job that must be tried again waits for its time, so it is run once here. Who looks at letters or pushes names the hour: `by_day()`.
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
