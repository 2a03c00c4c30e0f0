"""Processes for the test of a killed worker: `python -m koopset.foundation.jobs.tests.killed_worker verb`.

enqueue; work; hang (as work, but it stops in the middle of the third part, after writing and before the commit); reap SECONDS (with the
clock so much later); state (what is in the database, as JSON).
"""

from __future__ import annotations

import json
import sys
import threading
from datetime import timedelta

PARTS = 5
HANG_AT = 2


def main(verb: str, *arguments: str) -> object:
    from django.utils import timezone

    from koopset.foundation.jobs import Job, JobRun, enqueue, job
    from koopset.foundation.jobs.worker import reap, run_worker
    from koopset.foundation.rights.actors import SYSTEM
    from koopset.foundation.tenants.models import Tenant

    @job("test.write_parts")
    def write_parts(run: JobRun) -> dict[str, object]:
        for number in range(run.position, PARTS):
            with run.step(number + 1, PARTS):
                Tenant.objects.create(kind=f"part-{number}")
                if verb == "hang" and number == HANG_AT:
                    print("hanging", flush=True)  # noqa: T201 - the test waits for it
                    threading.Event().wait(120)
        return {"parts": PARTS}

    if verb == "enqueue":
        return enqueue("test.write_parts", actor=SYSTEM).pk
    if verb == "reap":
        later = timedelta(seconds=int(arguments[0]))
        taken = reap(timezone.now() + later)
        # The moved clock is the reaper's only: the next worker lives now.
        Job.objects.filter(organisation_id=None, kind="test.write_parts", state="waiting").update(
            run_at=timezone.now()
        )
        return taken
    if verb == "state":
        row = Job.objects.get(organisation_id=None, kind="test.write_parts")
        kinds = Tenant.objects.filter(kind__startswith="part-").order_by("kind", "pk")
        return [row.state, row.attempts, row.progress_done, list(kinds.values_list("kind", flat=True))]
    return run_worker(threading.Event(), poll=0.05, until_idle=True)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(main(*sys.argv[1:])), flush=True)  # noqa: T201
