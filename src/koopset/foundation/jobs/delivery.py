"""Events told after the commit travel as jobs."""

from __future__ import annotations

from typing import Any

from koopset.foundation.events.bus import JOB, deliver
from koopset.foundation.jobs.catalogue import job
from koopset.foundation.jobs.run import JobRun


@job(JOB, retries=8, atomic=True)
def deliver_event(run: JobRun, *, event: str, handler: str, data: dict[str, Any]) -> dict[str, object]:
    """The handler and the mark that it is done are one transaction: what it writes is there once."""
    return {"heard": deliver(event, handler, data)}
