"""Background work of this room."""

from __future__ import annotations

from koopset.apps.catalogue.offers import services
from koopset.foundation.jobs import JobRun, job


@job("offers.load", retries=3)
def load(run: JobRun, *, import_id: int) -> dict[str, object]:
    """Write a checked file into its price list; goes on from where it stopped."""
    return services.import_load(run, import_id=import_id)
