"""Issuing N payment documents with their codes, on one core, against the bare typesetter with data and codes at hand.

A whole month's printing (34,000 documents in files of 200) is measured for its memory when it is asked for (`--large`).
"""

from __future__ import annotations

import os
from typing import Any

from bench import town
from bench.measure import Result, interleaved, peak_mib

from koopset.apps.billing import services
from koopset.apps.billing.models import DocumentIssue, PaymentDocument
from koopset.apps.billing.selectors.documents import TEMPLATE_VERSION, print_parts, printed, template_of
from koopset.foundation.pdf import render_many
from koopset.foundation.rights.actors import SYSTEM

CHUNK = 200
MS_EACH = 6.0
LARGE = 10_000


def prepare(n: int) -> None:
    organisation_id = town.build(n, months=1)
    town.charge(organisation_id, town.LAST)
    services.documents_issue(actor=SYSTEM, organisation_id=organisation_id, month=town.LAST, now=town.NOW)


def measure(n: int) -> list[Result]:
    organisation_id = town.organisation_id_of_town()
    issue = DocumentIssue.objects.get()
    accounts = services.accounts_to_bill(organisation_id, town.LAST)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    def ours() -> None:
        for at in range(0, n, CHUNK):
            services.documents_render(
                actor=SYSTEM,
                organisation_id=organisation_id,
                issue_id=issue.pk,
                account_ids=accounts[at : at + CHUNK],
                now=town.NOW,
            )

    def bare() -> None:
        for _content in render_many(template_of(TEMPLATE_VERSION), drawn, created_at=town.NOW):
            pass

    drawn: list[dict[str, Any]] = []
    if n >= LARGE:
        ours()
        seconds, floor, peak = interleaved(
            lambda: sum(map(len, print_parts(organisation_id, issue))), lambda: None, 1
        )
        result = Result("documents_print", n, seconds, n * MS_EACH / 1000, peak)
        return [result.at_most("memory", peak, 1024, "MiB")]
    services.documents_render(
        actor=SYSTEM,
        organisation_id=organisation_id,
        issue_id=issue.pk,
        account_ids=accounts[:1],
        now=town.NOW,
    )
    PaymentDocument.objects.all().delete()
    seconds, _none, peak = interleaved(ours, lambda: None, 1)
    made = PaymentDocument.objects.order_by("pk").values_list("data", flat=True)
    drawn = [{"documents": [printed(data, TEMPLATE_VERSION)]} for data in made]
    assert len(drawn) == n
    floor, _none, _peak = interleaved(bare, lambda: None, 1)
    result = Result("documents_pdf", n, seconds, floor, max(peak, 0) or peak_mib())
    return [result.at_most("a document", seconds / n * 1000, MS_EACH, "ms")]
