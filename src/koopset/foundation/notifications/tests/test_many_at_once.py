"""Telling thousands is telling each of them: the same rows as for a few, written together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from koopset.foundation.jobs.models import Job
from koopset.foundation.notifications import notify
from koopset.foundation.notifications.models import MailState, Notification, PushState
from koopset.foundation.notifications.services import BATCH, LETTERS
from koopset.foundation.tenants.guard import across_tenants

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAMES = [field.attname for field in Notification._meta.concrete_fields if not field.primary_key]


def told(count, first=1):
    return notify(
        organisation_id=None,
        topic="tests.many",
        title="Собрание",
        text="Повестка:\n1. О взносах",
        link="/me/",
        login_ids=range(first, first + count),
        email=True,
        now=NOW,
    )


def values(row):
    return {name: getattr(row, name) for name in NAMES if name != "login_id"}


def test_rows_of_thousands_are_those_of_a_few():
    few = told(3)
    many = told(BATCH + 1, first=10)
    with across_tenants("a test reads all"):
        kept = {row.pk: row for row in Notification.objects.all()}
        jobs = list(Job.objects.filter(kind="notifications.mail").order_by("pk"))
    assert len(kept) == BATCH + 4
    assert {one.pk for one in (*few, *many)} == set(kept)
    assert len({one.pk for one in many}) == BATCH + 1
    for row in many:
        assert kept[row.pk].login_id == row.login_id
        assert values(kept[row.pk]) == values(kept[few[0].pk])
    first = kept[many[0].pk]
    assert (first.mail, first.push, first.created_at) == (MailState.WAITING, PushState.NONE, NOW)
    assert [len(job.args["notification_ids"]) for job in jobs[1:]] == [LETTERS] * (BATCH // LETTERS) + [1]
    assert sorted(pk for job in jobs for pk in job.args["notification_ids"]) == sorted(kept)


def test_all_of_them_or_none():
    with transaction.atomic():
        told(BATCH + 1)
        transaction.set_rollback(True)
    with across_tenants("a test reads all"):
        assert not Notification.objects.exists()
        assert not Job.objects.filter(kind="notifications.mail").exists()
    told(BATCH + 1)
    told(1, first=5000)
    with across_tenants("a test reads all"):
        assert Notification.objects.count() == BATCH + 2
