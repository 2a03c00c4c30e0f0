"""Asking for work and calling it off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from koopset.foundation.jobs.catalogue import kind_of
from koopset.foundation.jobs.models import FINISHED, Job, JobState
from koopset.foundation.jobs.permissions import JobRight
from koopset.foundation.jobs.selectors import is_own
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation


def enqueue(
    kind: str,
    *,
    actor: Actor,
    organisation_id: int | None = None,
    title: str = "",
    args: Mapping[str, Any] | None = None,
    key: str | None = None,
    link: str = "",
    run_at: datetime | None = None,
    now: datetime | None = None,
) -> Job:
    """Write down work of `kind`; it starts after the commit of the transaction under way, or never if that is rolled back.

    With `key` the organisation has one such job: asking again gives the same, put back to waiting if it had failed or had been
    cancelled. Without a title nobody is shown it. Asks no right: the caller's service has. Raises UnknownJob.
    """
    kind_of(kind)
    moment = now or timezone.now()
    values: dict[str, Any] = {
        "kind": kind,
        "title": str(title)[:200],
        "args": dict(args or {}),
        "link": link,
        "login_id": actor.login_id,
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
        "created_at": moment,
        "run_at": run_at or moment,
    }
    if key is None:
        return Job.objects.create(organisation_id=organisation_id, **values)
    try:
        with transaction.atomic():
            return Job.objects.create(organisation_id=organisation_id, key=key, **values)
    except IntegrityError:
        with transaction.atomic():
            known = Job.objects.select_for_update().get(organisation_id=organisation_id, key=key)
            if known.state in {JobState.FAILED, JobState.CANCELLED}:
                for name, value in values.items():
                    setattr(known, name, value)
                _reset(known)
                known.save()
            return known


def _reset(job: Job) -> None:
    job.state = JobState.WAITING
    job.cancel_asked = False
    job.started_at = job.heartbeat_at = job.finished_at = None
    job.worker = job.error_code = job.fault = ""
    job.error_params, job.result = {}, None
    # Attempts go on counting, they are the fence against a lost worker; the limit counts from here.
    job.attempts_before = job.attempts


@service(None)
def job_cancel(*, actor: Actor, organisation_id: int, job_id: int, now: datetime) -> Job:
    """Call work off: at once while it waits, at its next step while it runs. Right: whoever asked for it, or JobRight.CANCEL.

    Raises Job.DoesNotExist, Forbidden, RuleViolation jobs.finished.
    """
    job = Job.objects.select_for_update().get(organisation_id=organisation_id, pk=job_id)
    if not (is_own(actor, job) or actor.can(JobRight.CANCEL, organisation_id)):
        raise Forbidden(JobRight.CANCEL)
    if job.state in FINISHED:
        raise RuleViolation("jobs.finished")
    job.cancel_asked = True
    if job.state == JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, now
    job.save(update_fields=["cancel_asked", "state", "finished_at"])
    return job
