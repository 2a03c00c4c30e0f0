"""Background work of this room."""

from __future__ import annotations

from koopset.apps.register import services
from koopset.foundation.jobs import JobRun, job


@job("register.load", retries=3)
def load(run: JobRun, *, import_id: int) -> dict[str, object]:
    """Load a checked file of a register; goes on from where it stopped."""
    return services.import_load(run, import_id=import_id)
