"""The background work of the town, done here and now."""

from __future__ import annotations

from django.utils import timezone

from koopset.foundation.jobs.worker import claim, run_job
from koopset.portal.demo.calendar import Calendar, moment


def run_due_jobs(calendar: Calendar) -> None:
    """Do the work that the services asked for so far."""
    at = max(timezone.now(), moment(calendar.today, 23, 59))
    while (job := claim("demo", at)) is not None:
        run_job(job, now=at)
