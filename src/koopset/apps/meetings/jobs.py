"""The clock of meetings: once a day people are reminded of terms that near and of what was not done."""

from __future__ import annotations

from django.utils import timezone

from koopset.apps.meetings import selectors, services
from koopset.foundation.jobs import JobRun, enqueue, job, schedule
from koopset.foundation.rights.actors import SYSTEM


@job("meetings.reminders")
def reminders(run: JobRun) -> dict[str, object]:
    """Each body in a job of its own, once a day: one that fails holds nobody up."""
    day = timezone.localdate(run.now)
    bodies = selectors.bodies_to_remind()
    for organisation_id in bodies:
        enqueue(
            "meetings.remind",
            actor=SYSTEM,
            organisation_id=organisation_id,
            key=f"meetings-remind:{day.isoformat()}",
            now=run.now,
        )
    return {"bodies": len(bodies)}


@job("meetings.remind", atomic=True)
def remind(run: JobRun) -> dict[str, object]:
    """Remind of the meetings of one body."""
    assert run.organisation_id is not None
    found = services.reminders_send(actor=SYSTEM, organisation_id=run.organisation_id, now=run.now)
    return dict(found)


schedule("meetings.reminders", "0 9 * * *")
