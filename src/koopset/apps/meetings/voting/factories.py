"""Meetings that go on now, for tests of pages: opened an hour ago, with people who can sign in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services
from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.rules.charter import CharterFacts
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_person
from koopset.apps.people.models import Login, Person
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

REPORTS: dict[str, Any] = {
    "type": "reports",
    "title": "Отчёт правления",
    "wording": "Утвердить отчёт правления за 2026 год.",
}
#: The same as a secret item.
SECRET: dict[str, Any] = REPORTS | {"title": "Доверие правлению", "is_secret": True}


def started() -> datetime:
    """When meetings of these factories began: a minute ago, so that pages that ask for the time find them open."""
    return timezone.now() - timedelta(minutes=1)


def allow_electronic(organisation_id: int, *, now: datetime) -> None:
    """The charter lets votes be given from afar."""
    services.charter_save(
        actor=SYSTEM,
        organisation_id=organisation_id,
        key="snt",
        clauses=(),
        facts=CharterFacts(electronic_clause="устав, п. 7.2", absentia_clause="устав, п. 7.1"),
        since=date(2026, 1, 1),
        document="Устав от 16.05.2024",
        now=now,
    )


def hall_meeting(
    count: int = 5,
    *,
    items: Sequence[dict[str, Any]] = (meetings.FEES,),
    organisation_id: int | None = None,
    **fields: Any,
) -> tuple[Meeting, list[Person]]:
    """A meeting in person that goes on now, and its members, each with a login."""
    pk, persons = meetings.make_members(count, organisation_id)
    for person in persons:
        meetings.with_login(person)
    begin = started()
    prepared = begin - timedelta(days=31)
    row = meetings.make_meeting(pk, items=items, starts_at=begin, now=prepared, **fields)
    meetings.tell(row, now=begin - timedelta(days=30))
    return meetings.opened(row, now=begin), persons


def mixed_meeting(
    count: int = 5,
    *,
    items: Sequence[dict[str, Any]] = (REPORTS,),
    electronic: bool = True,
    organisation_id: int | None = None,
    **fields: Any,
) -> tuple[Meeting, list[Person]]:
    """A mixed meeting whose hall gathers tomorrow; written and electronic votes are taken in since yesterday."""
    pk, persons = meetings.make_members(count, organisation_id)
    for person in persons:
        meetings.with_login(person)
    begin = timezone.now() + timedelta(days=1)
    prepared = begin - timedelta(days=33)
    if electronic:
        allow_electronic(pk, now=prepared)
    opens = timezone.localdate(timezone.now() - timedelta(days=1))
    row = meetings.make_meeting(
        pk,
        items=items,
        form="mixed",
        starts_at=begin,
        opens_on=opens,
        electronic=electronic,
        now=prepared,
        **fields,
    )
    meetings.tell(row, now=begin - timedelta(days=32))
    return meetings.opened(row, now=timezone.now() - timedelta(hours=3)), persons


def entered(login: Login | None) -> Client:
    """A browser in which somebody is signed in."""
    assert login is not None
    client = Client()
    client.force_login(login)
    return client


def office(organisation_id: int, role: Role = Role.CHAIR) -> Client:
    """A browser of somebody with an office."""
    return entered(make_role(organisation_id, role).person.login)


def official(row: Meeting) -> Client:
    """A browser of a resident without any office, whom the meeting named to count."""
    pk = row.organisation_id
    person = meetings.with_login(make_person(pk))
    from koopset.apps.register.factories import make_unit

    make_unit(pk, owners=[person])
    services.official_set(
        actor=SYSTEM,
        organisation_id=pk,
        meeting_id=row.pk,
        person_id=person.pk,
        role="counter",
        now=timezone.now(),
    )
    return entered(person.login)
