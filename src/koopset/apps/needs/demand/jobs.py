"""By themselves: proposals after each night's copy, publications some days after a month."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.apps.needs.demand.services import needs_publish, proposals_renew
from koopset.foundation.analytics.copying import copy_dataset
from koopset.foundation.jobs import JobRun, job, schedule
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month

#: People bring receipts late: the month is published when so many days of the next have passed.
WAITS = timedelta(days=5)


@job("demand.renew", retries=3)
def renew(run: JobRun) -> dict[str, object]:
    """Copy what is new, publish the month that is due, propose anew. Run again it does nothing twice."""
    copied = copy_dataset(PURCHASES, now=run.now, progress=run.progress)
    on = timezone.localdate(run.now)
    due = Month.of((on - WAITS).replace(day=1) - timedelta(days=1))
    publication = needs_publish(actor=SYSTEM, month=due, on=on, now=run.now)
    done = proposals_renew(actor=SYSTEM, on=on, now=run.now)
    return {
        "rows": copied.rows,
        "published": publication.month,
        "made": done.made,
        "renewed": done.renewed,
        "ended": done.ended,
        "told": done.told,
    }


schedule("demand.renew", "50 3 * * *")
