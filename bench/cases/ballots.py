"""Written ballots of N electors with their codes, five items and an election, on one core: from the register to one PDF.

The floor is the bare typesetter with data and codes at hand.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from bench import town
from bench.measure import Result, interleaved, peak_mib

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.papers.selectors.ballots import ballot_form, ballot_parts
from koopset.apps.meetings.papers.selectors.dossier import dossier
from koopset.apps.meetings.papers.selectors.printing import BALLOT, CHUNK, ballots_write
from koopset.apps.people.models import Person
from koopset.apps.register.models import Membership
from koopset.foundation.pdf import render_many

MS_EACH = 6.0
EARLY = datetime(2026, 10, 1, 9, tzinfo=UTC)
ITEMS = ("fees", "budget", "reports", "accounts")


def prepare(n: int) -> None:
    organisation_id = town.build(n, months=1)
    Membership.objects.bulk_create(
        Membership(organisation_id=organisation_id, person_id=person, valid_from=date(2020, 1, 1))
        for person in Person.objects.filter(keeper_id=organisation_id).values_list("pk", flat=True)
    )
    row = meetings.make_meeting(organisation_id, items=(), now=EARLY)
    for kind in ITEMS:
        meetings.make_item(
            row,
            now=EARLY,
            type=kind,
            title="Об утверждении приходно-расходной сметы на 2027 год",
            wording="Утвердить приходно-расходную смету на 2027 год в сумме 1 250 000 рублей.",
        )
    meetings.make_item(
        row,
        now=EARLY,
        candidates=Person.objects.filter(keeper_id=organisation_id).order_by("pk")[:5],
        type="election",
        title="О выборах правления",
        wording="Избрать правление сроком на пять лет.",
        seats=3,
        effect_data={"role": "board"},
    )
    meetings.tell(row, now=EARLY)
    meetings.opened(row, now=meetings.NOW + timedelta(minutes=1))


def measure(n: int) -> list[Result]:
    row = Meeting.objects.get()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    drawn: list[dict[str, Any]] = []

    def ours() -> None:
        ballots_write(ballot_form(dossier(row.organisation_id, row.pk, votes=False)), BytesIO())

    def bare() -> None:
        for _content in render_many(BALLOT, drawn, created_at=town.NOW, chunk=1):
            pass

    drawn += ballot_parts(ballot_form(dossier(row.organisation_id, row.pk, votes=False)), CHUNK)
    seconds, floor, peak = interleaved(ours, bare, 1)
    result = Result("ballots_pdf", n, seconds, floor, max(peak, 0) or peak_mib())
    return [result.at_most("a ballot", seconds / n * 1000, MS_EACH, "ms")]
