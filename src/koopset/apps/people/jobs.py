"""Codes go out in the background: so an answer takes as long for an unknown number as for a known one."""

from __future__ import annotations

from django.utils import timezone

from koopset.apps.people.services.phone_codes import JOB, phone_code_send
from koopset.foundation.jobs import JobRun, job


@job(JOB)
def send_phone_code(run: JobRun, *, phone_code_id: int) -> dict[str, object]:
    """Make and send one code. Run again it does nothing: a code is made once."""
    return {"sent": phone_code_send(phone_code_id, now=timezone.now())}
