"""What a person may see of the work in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, QuerySet

from koopset.foundation.jobs.models import Job, JobState, Worker
from koopset.foundation.jobs.permissions import JobRight
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants


def may_see(actor: Actor, job: Job) -> bool:
    """One's own work, or all the work with the right to it. Work without a title is nobody's to see."""
    if not job.title:
        return False
    return is_own(actor, job) or actor.can(JobRight.VIEW, job.organisation_id)


def is_own(actor: Actor, job: Job) -> bool:
    return job.login_id is not None and job.login_id == actor.login_id


def jobs_of(actor: Actor, organisation_id: int) -> QuerySet[Job]:
    """The work that `actor` may see in the organisation, the newest first."""
    found = (
        Job.objects.filter(organisation_id=organisation_id).exclude(title="").order_by("-created_at", "-id")
    )
    if actor.can(JobRight.VIEW, organisation_id):
        return found
    return found.filter(login_id=actor.login_id) if actor.login_id is not None else found.none()


@dataclass(frozen=True, slots=True)
class WorkFigures:
    """How the machinery stands, of all organisations together."""

    by_state: dict[str, int]
    oldest_wait: timedelta  # how long the first job in the queue has been due
    workers: int


def work_figures(now: datetime) -> WorkFigures:
    """For the keeper of the installation: counts only, of nobody in particular."""
    with across_tenants("counts of the whole platform name no organisation"):
        rows = Job.objects.order_by().values("state").annotate(count=Count("id"))
        counts = {row["state"]: row["count"] for row in rows}
        due = Job.objects.filter(state=JobState.WAITING, run_at__lte=now).aggregate(first=Min("run_at"))
    since = now - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS)
    return WorkFigures(
        by_state={str(state): counts.get(state, 0) for state in JobState},
        oldest_wait=now - due["first"] if due["first"] else timedelta(),
        workers=Worker.objects.filter(seen_at__gte=since).count(),
    )
