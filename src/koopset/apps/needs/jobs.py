"""Work in the background: asking a provider for lines, reading long files, looking again at names nobody knew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q

from koopset.apps.needs.models import ReceiptLine
from koopset.apps.needs.services import import_run, provider_ask, unknown_again_for_room
from koopset.apps.needs.services.imports import JOB
from koopset.apps.needs.services.receipts import ASK_JOB
from koopset.apps.people.selectors import household_logins
from koopset.foundation.jobs import JobRun, job, schedule

#: Households looked at in one night's transaction.
AT_ONCE = 200


@job(ASK_JOB, retries=5)
def ask_provider(run: JobRun, *, receipt_id: int, attempt: int) -> dict[str, object]:
    """Ask once; what is not there yet is asked for again by another job, after a pause."""
    return {"state": provider_ask(actor=run.actor, receipt_id=receipt_id, attempt=attempt, now=run.now)}


@job(JOB, retries=5)
def read_file(run: JobRun, *, import_id: int) -> dict[str, object]:
    """Read a file of receipts, a part in a transaction; run again it goes on where it stopped."""

    @contextmanager
    def step(done: int) -> Iterator[None]:
        with run.step(done):
            yield

    row = import_run(import_id=import_id, now=run.now, step=step, position=run.position)
    return {} if row is None else {"added": row.added, "failed": row.failed}


@job("needs.look_again", retries=2)
def look_again(run: JobRun) -> dict[str, object]:
    """What nobody knew yesterday the catalogue may know today."""
    count, last = 0, run.position
    while True:
        rows = ReceiptLine.objects.filter(Q(category=""), sign=1, receipt__household_id__gt=last).order_by(
            "receipt__household_id"
        )
        part = list(rows.values_list("receipt__household_id", flat=True).distinct()[:AT_ONCE])
        if not part:
            return {"known": count}
        logins = household_logins(part)
        for household_id in part:
            with run.step(household_id):
                count += unknown_again_for_room(
                    household_id=household_id, login_ids=logins.get(household_id, [])
                )
        last = part[-1]


schedule("needs.look_again", "40 3 * * *")
