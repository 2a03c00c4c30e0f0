"""The notice of a meeting to N members: each gets a row, a notice on the page and a letter on its way, up to the commit, against a bare
executemany of the same rows.
"""

from __future__ import annotations

from bench.bare import put_back, taken_out
from bench.measure import Result, Stopwatch, peak_mib
from django.core.management import call_command
from django.db import connection

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services
from koopset.apps.meetings.models import Meeting, NoticeRow
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.models import Login, Person
from koopset.apps.register.models import Membership, Ownership, Unit
from koopset.foundation.rights.actors import SYSTEM

SECONDS = 10
BATCH = 5000


def prepare(n: int) -> None:
    """A partnership whose members have a plot and a login each, and a meeting whose agenda is ready."""
    call_command("migrate", verbosity=0, interactive=False)
    pk = make_organisation().pk
    since = meetings.PREPARED.date().replace(year=2020)
    for at in range(0, n, BATCH):
        numbers = range(at, min(at + BATCH, n))
        logins = Login.objects.bulk_create(
            Login(email=f"member{number}@example.org", password="!") for number in numbers
        )
        persons = Person.objects.bulk_create(
            Person(
                keeper_id=pk,
                login=login,
                last_name=f"Петров{number}",
                first_name="Иван",
                folded_name=f"ПЕТРОВ{number} ИВАН",
            )
            for number, login in zip(numbers, logins, strict=True)
        )
        units = Unit.objects.bulk_create(
            Unit(
                organisation_id=pk, kind="plot", number=str(number), sort_key=f"{number:08d}", opened_on=since
            )
            for number in numbers
        )
        Ownership.objects.bulk_create(
            Ownership(organisation_id=pk, unit=unit, person=person, valid_from=since)
            for unit, person in zip(units, persons, strict=True)
        )
        Membership.objects.bulk_create(
            Membership(organisation_id=pk, person=person, valid_from=since) for person in persons
        )
    meetings.make_meeting(pk)


def measure(n: int) -> list[Result]:
    row = Meeting.objects.get()
    ours, floor = Stopwatch(), Stopwatch()
    with ours():
        notice = services.meeting_notice(
            actor=SYSTEM, organisation_id=row.organisation_id, meeting_id=row.pk, now=meetings.TOLD
        )
    peak = peak_mib()
    rows = NoticeRow.objects.filter(organisation_id=row.organisation_id, notice=notice)
    assert rows.filter(notification_id__isnull=False).count() == n
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM notifications_notification")
        assert cursor.fetchone()[0] >= n
    put_back(taken_out({"notifications_notification": "1 = 1", "meetings_noticerow": "1 = 1"}), floor)
    result = Result("notice", n, ours.best, floor.best, peak)
    return [result.at_most("time", ours.best, SECONDS, "s").at_most("memory", peak, 400, "MiB")]
