"""Codes go out in the background: so an answer takes as long for an unknown number as for a known one. What is over is forgotten."""

from __future__ import annotations

from koopset.apps.people.services.devices import sign_ins_forget
from koopset.apps.people.services.phone_codes import JOB, phone_code_send, phone_codes_forget
from koopset.foundation.jobs import JobRun, job, schedule


@job(JOB)
def send_phone_code(run: JobRun, *, phone_code_id: int) -> dict[str, object]:
    """Make and send one code. Run again it does nothing: a code is made once."""
    return {"sent": phone_code_send(phone_code_id, now=run.now)}


@job("people.forget_old", retries=1, atomic=True)
def forget_old(run: JobRun) -> dict[str, object]:
    """Codes of yesterday and sessions that are no more: numbers and devices are not kept longer than they serve."""
    return {"codes": phone_codes_forget(now=run.now), "sessions": sign_ins_forget(now=run.now)}


schedule("people.forget_old", "20 4 * * *")
