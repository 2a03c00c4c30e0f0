"""Copies are brought up by themselves, each night and whenever a room asks."""

from __future__ import annotations

from koopset.foundation.analytics.catalogue import datasets
from koopset.foundation.analytics.copying import copy_dataset
from koopset.foundation.jobs import JobRun, job, schedule

JOB = "analytics.copy"


@job(JOB, retries=3)
def copy_all(run: JobRun) -> dict[str, object]:
    """Copy every dataset. Run again it does what is left: the copies are compared with the facts."""
    result: dict[str, object] = {}
    for dataset in datasets():
        done = copy_dataset(dataset, now=run.now, progress=run.progress)
        result[dataset.name] = {"rows": done.rows, "added": done.added, "rewritten": done.rewritten}
    return result


schedule(JOB, "25 3 * * *")
