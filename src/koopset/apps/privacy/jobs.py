"""Work in the background: gathering one's own data."""

from __future__ import annotations

from koopset.apps.privacy import services
from koopset.apps.privacy.services.exports import JOB
from koopset.foundation.jobs import JobRun, job


@job(JOB, retries=2)
def export(run: JobRun, *, export_id: int) -> dict[str, object]:
    """Gather the archive of the login that asked; again it finds the archive there."""
    return dict(services.export_build(actor=run.actor, export_id=export_id, now=run.now))
