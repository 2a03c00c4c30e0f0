"""The clock of rounds: whose term has come fills packs or stops by itself."""

from __future__ import annotations

from django.utils import timezone

from koopset.apps.purchases import selectors, services
from koopset.foundation.jobs import JobRun, enqueue, job, schedule
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.violations import RuleViolation


@job("purchases.deadlines")
def deadlines(run: JobRun) -> dict[str, object]:
    """Find rounds whose term has come; the work of each is its own, so that one refusal holds nobody up."""
    due = selectors.rounds_due(now=run.now)
    for one in due:
        enqueue(
            "purchases.round_deadline",
            actor=SYSTEM,
            organisation_id=one.organisation_id,
            args={"round_id": one.round_id},
            # Once a term: a refusal is told once, then a person decides.
            key=f"round-deadline:{one.round_id}:{one.deadline.isoformat()}",
            now=run.now,
        )
    return {"due": len(due)}


@job("purchases.round_deadline")
def round_deadline(run: JobRun, *, round_id: int) -> dict[str, object]:
    """Take one round on; where it may not stop, tell those who run it why."""
    assert run.organisation_id is not None
    now = timezone.now()
    try:
        state = services.round_deadline(
            actor=SYSTEM, organisation_id=run.organisation_id, round_id=round_id, now=now
        )
    except RuleViolation as violation:
        services.round_stuck_tell(
            organisation_id=run.organisation_id, round_id=round_id, text=text_of(violation), now=now
        )
        return {"refused": violation.code}
    return {"state": state}


schedule("purchases.deadlines", "*/5 * * * *")
