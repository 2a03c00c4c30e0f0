"""Codes go out in the background: so an answer takes as long for an unknown number as for a known one. What is over is forgotten."""

from __future__ import annotations

from koopset.apps.people.selectors import to_invite
from koopset.apps.people.services import LETTER_JOB, invitation_send, login_invite
from koopset.apps.people.services.devices import sign_ins_forget
from koopset.apps.people.services.invitations import JOB as INVITE_JOB
from koopset.apps.people.services.phone_codes import JOB, phone_code_send, phone_codes_forget
from koopset.foundation.jobs import JobRun, job, schedule


@job(JOB)
def send_phone_code(run: JobRun, *, phone_code_id: int) -> dict[str, object]:
    """Make and send one code. Run again it does nothing: a code is made once."""
    return {"sent": phone_code_send(phone_code_id, now=run.now)}


@job(LETTER_JOB, retries=10)
def send_invitation(run: JobRun, *, login_id: int) -> dict[str, object]:
    """Send one letter. It is sent twice only where a worker dies between the mail server's word and our own."""
    assert run.organisation_id is not None
    return {"sent": invitation_send(run.organisation_id, login_id)}


@job(INVITE_JOB, retries=3)
def invite_all(run: JobRun) -> dict[str, object]:
    """Invite one after another. Run again it goes on with those who have no letter yet."""
    assert run.organisation_id is not None
    person_ids = list(to_invite(run.organisation_id).values_list("pk", flat=True))
    for done, person_id in enumerate(person_ids, start=1):
        with run.step(done, len(person_ids)):
            login_invite(
                actor=run.actor, organisation_id=run.organisation_id, person_id=person_id, now=run.now
            )
    return {"invited": len(person_ids)}


@job("people.forget_old", retries=1, atomic=True)
def forget_old(run: JobRun) -> dict[str, object]:
    """Codes of yesterday and sessions that are no more: numbers and devices are not kept longer than they serve."""
    return {"codes": phone_codes_forget(now=run.now), "sessions": sign_ins_forget(now=run.now)}


schedule("people.forget_old", "20 4 * * *")
