"""Quorum and votes of a house in absentia: N owners with ten items each, by area in exact fractions, as the page of the meeting shows them,
against one bare grouped query over the votes that count.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from bench.measure import Result, interleaved
from django.core.management import call_command
from django.db import connection, transaction

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import selectors
from koopset.apps.meetings.models import CurrentVote, Elector, ElectorateRow, Meeting
from koopset.apps.meetings.rules.canonical import fraction_text
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_unit
from koopset.foundation.history.facts import lifted
from koopset.foundation.rights.actors import SYSTEM

MOST_TIMES = 3
ITEMS = (
    "tariff management current-repair land-use reconstruction property-use council council-chair direct-contracts meeting-costs"
).split()
CHOICES = ("for", "for", "for", "against", "abstain")
#: Weights come again after so many owners.
ROUND = 24_000


def weight(number: int) -> Fraction:
    """Of the owner of that number: 30 to 110 m² to the hundredth, whole or a share of the flat."""
    return Fraction(3_000 + number * 37 % 8_000, 100) / (1, 1, 1, 2, 3, 7)[number % 6]


def prepare(n: int) -> None:
    """A meeting that is open, and the votes as the services would have left them: all from afar. Owners and ballots are numbers only."""
    call_command("migrate", verbosity=0, interactive=False)
    pk = make_organisation("tsj").pk
    make_unit(pk, kind="flat", area_m2=50, owners=[make_person(pk)])
    row = meetings.make_meeting(
        pk,
        law="mkd",
        form="absentia",
        initiator="owners",
        starts_at=None,
        opens_on=meetings.NOW.date(),
        ends_at=meetings.NOW + timedelta(days=5),
        items=tuple({"type": key, "title": key, "wording": key} for key in ITEMS),
        papers=False,
    )
    meetings.tell(row)
    row = meetings.opened(row)
    weights = [weight(number) for number in range(ROUND)]
    whole = sum((weights[number % ROUND] for number in range(1, n + 1)), Fraction(0))
    with connection.constraint_checks_disabled(), lifted(), transaction.atomic():
        Elector.objects.filter(organisation_id=pk, meeting=row).delete()
        ElectorateRow.objects.filter(organisation_id=pk, meeting=row).update(whole=fraction_text(whole))
        _write(pk, row.pk, n, weights)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _write(pk: int, meeting: int, n: int, weights: list[Fraction]) -> None:
    """Electors and votes, made by the database itself: ten million rows through a program would take the whole hour."""
    numbers = f"WITH RECURSIVE numbers(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM numbers WHERE at < {n}) "
    owners = f"numbers JOIN weights ON weights.place = numbers.at % {ROUND}"
    choices = " ".join(f"WHEN {at} THEN '{choice}'" for at, choice in enumerate(CHOICES))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE weights (place integer PRIMARY KEY, top bigint, below bigint)")
        cursor.executemany(
            "INSERT INTO weights VALUES (%s, %s, %s)",
            [(at, one.numerator, one.denominator) for at, one in enumerate(weights)],
        )
        cursor.execute(
            f"INSERT INTO {Elector._meta.db_table} (organisation_id, meeting_id, voters, person_id, numerator, denominator, parts) "
            f"{numbers} SELECT {pk}, {meeting}, 'owners', at, top, below, '[]' FROM {owners}"
        )
        for place, item in enumerate(ITEMS):
            cursor.execute(
                f"INSERT INTO {CurrentVote._meta.db_table} (organisation_id, meeting_id, item, voters, person_id, choice, numerator, "
                f"denominator, is_from_afar, ballot_id) {numbers} SELECT {pk}, {meeting}, '{item}', 'owners', at, "
                f"CASE (at + {place}) % {len(CHOICES)} {choices} END, top, below, TRUE, at * {len(ITEMS)} + {place} FROM {owners}"
            )


def measure(n: int) -> list[Result]:
    row = Meeting.objects.get()
    pk = row.organisation_id

    def ours() -> None:
        found = selectors.live(SYSTEM, pk, row.pk, now=meetings.NOW)
        assert [one.voted for one in found.items] == [n] * len(ITEMS)
        assert all(one.quorum.is_reached for one in found.items)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT item, voters, choice, denominator, SUM(numerator), COUNT(*) FROM {CurrentVote._meta.db_table} "
                "WHERE organisation_id = %s AND meeting_id = %s GROUP BY item, voters, choice, denominator",
                [pk, row.pk],
            )
            assert sum(line[5] for line in cursor.fetchall()) == n * len(ITEMS)

    seconds, floor, peak = interleaved(ours, bare, 2)
    result = Result("tally", n, seconds, floor, peak)
    # No limit of memory: both questions sort in the database's own, which is told to keep what it sorts in memory.
    return [result.at_most("times the bare query", result.ratio, MOST_TIMES)]
