"""Work in the background. `from koopset.foundation.jobs import job, enqueue, JobRun, JobCancelled, schedule`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from koopset.foundation.jobs.catalogue import job as job
    from koopset.foundation.jobs.catalogue import schedule as schedule
    from koopset.foundation.jobs.models import Job as Job
    from koopset.foundation.jobs.run import JobCancelled as JobCancelled
    from koopset.foundation.jobs.run import JobRun as JobRun
    from koopset.foundation.jobs.services import enqueue as enqueue

_HOMES = {
    "Job": "models",
    "JobCancelled": "run",
    "JobRun": "run",
    "enqueue": "services",
    "job": "catalogue",
    "schedule": "catalogue",
}
__all__ = ["Job", "JobCancelled", "JobRun", "enqueue", "job", "schedule"]


def __getattr__(name: str) -> Any:
    # Given lazily: the package is imported before the models of Django are ready.
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(f"koopset.foundation.jobs.{_HOMES[name]}"), name)
    raise AttributeError(name)
