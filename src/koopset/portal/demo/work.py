"""The background work of the town, done here and now."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from koopset.foundation.jobs.worker import claim, run_job
from koopset.portal.demo.calendar import Calendar, moment


def run_due_jobs(calendar: Calendar, *, at: datetime | None = None) -> None:
    """Do the work that the services asked for so far, or up to a moment, as if it were that moment."""
    at = at or max(timezone.now(), moment(calendar.today, 23, 59))
    while (job := claim("demo", at)) is not None:
        run_job(job, now=at)
