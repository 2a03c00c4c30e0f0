"""Each night what is due goes by itself."""

from __future__ import annotations

from koopset.foundation.jobs import JobRun, job, schedule
from koopset.foundation.personal.terms import run_terms


@job("personal.run_terms", retries=2)
def run(run: JobRun) -> dict[str, object]:
    """Every term in a transaction of its own; again is harmless."""
    return {"ended": run_terms(run.now)}


schedule("personal.run_terms", "20 4 * * *")
