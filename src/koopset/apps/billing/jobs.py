"""Background work of billing. Each may be run again after a crash and does its work once."""

from __future__ import annotations

from django.utils import timezone

from koopset.apps.billing import services
from koopset.foundation.jobs import JobRun, job
from koopset.kernel.violations import RuleViolation


@job("billing.charge_post", retries=3)
def charge_post(run: JobRun, *, charge_run_id: int) -> dict[str, object]:
    """Post a confirmed preview. A refusal is kept on the run, so that its page says what to do."""
    assert run.organisation_id is not None
    try:
        posted = services.charge_run_post(
            actor=run.actor, organisation_id=run.organisation_id, run_id=charge_run_id, now=timezone.now()
        )
    except RuleViolation as violation:
        services.charge_run_fail(
            actor=run.actor,
            organisation_id=run.organisation_id,
            run_id=charge_run_id,
            code=violation.code,
            now=timezone.now(),
        )
        raise
    return {"lines": posted.lines_count, "total_kop": posted.total_kop}
