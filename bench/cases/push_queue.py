"""Telling N people at once by push: the notices and the jobs that send them up to the commit, against a bare executemany of the notices."""

from __future__ import annotations

from datetime import UTC, datetime

from bench.measure import Result, Stopwatch, peak_mib
from django.core.management import call_command
from django.db import connection, transaction

from koopset.foundation.jobs.models import Job
from koopset.foundation.notifications import notify
from koopset.foundation.notifications.models import Device, Notification
from koopset.foundation.notifications.services import PUSHES
from koopset.foundation.tenants.guard import across_tenants

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECONDS = 10
TURNS = 2


def prepare(n: int) -> None:
    """Everybody has a telephone."""
    call_command("migrate", verbosity=0, interactive=False)
    Device.objects.bulk_create(
        (
            Device(
                login_id=number,
                endpoint=f"https://push.example.org/{number}",
                endpoint_sha256=f"{number:064}",
                name="Chrome, Android",
                created_at=NOW,
            )
            for number in range(1, n + 1)
        ),
        batch_size=5000,
    )


def measure(n: int) -> list[Result]:
    ours, floor = Stopwatch(), Stopwatch()
    peak = 0.0
    for _turn in range(TURNS):
        with ours():
            notify(
                organisation_id=None,
                topic="bench.notice",
                title="Отключение воды в среду",
                text="С 10:00 до 16:00 меняют задвижку.",
                link="/",
                login_ids=range(1, n + 1),
                now=NOW,
            )
        peak = peak or peak_mib()
        with across_tenants("a bench counts the work of all"):
            assert Job.objects.filter(kind="notifications.push").count() == -(-n // PUSHES)
            Job.objects.all().delete()
        _same_rows_bare(floor)
    result = Result("push_queue", n, ours.best, floor.best, peak)
    return [result.at_most("time", ours.best, SECONDS, "s").at_most("memory", peak, 400, "MiB")]


def _same_rows_bare(watch: Stopwatch) -> None:
    table = Notification._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        names = ", ".join(column[0] for column in cursor.description or ())
        rows = cursor.fetchall()
        with transaction.atomic():
            Notification.objects.all().delete()
    marks = ", ".join(["%s"] * len(rows[0]))
    with watch(), transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
    with transaction.atomic():
        Notification.objects.all().delete()
