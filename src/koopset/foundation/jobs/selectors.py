"""What a person may see of the work in the background."""

from __future__ import annotations

from django.db.models import QuerySet

from koopset.foundation.jobs.models import Job
from koopset.foundation.jobs.permissions import JobRight
from koopset.foundation.rights.actors import Actor


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
