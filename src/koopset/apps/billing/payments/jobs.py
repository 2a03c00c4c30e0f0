"""Work of this room in the background."""

from __future__ import annotations

from django.utils import timezone

from koopset.apps.billing.payments import services
from koopset.foundation.jobs import JobRun, job
from koopset.kernel.violations import RuleViolation


@job("payments.statement_post", retries=3)
def statement_post(run: JobRun, *, statement_id: int) -> dict[str, object]:
    """Post a statement that was looked at. A refusal is kept with it, so that its page says what to do."""
    assert run.organisation_id is not None
    try:
        posted = services.statement_post(
            actor=run.actor,
            organisation_id=run.organisation_id,
            statement_id=statement_id,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        services.statement_fail(
            actor=run.actor,
            organisation_id=run.organisation_id,
            statement_id=statement_id,
            violation=violation,
            now=timezone.now(),
        )
        raise
    return {"counts": posted.report.get("counts", {})}
