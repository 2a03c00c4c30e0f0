"""People are reminded once: the office of a term that nears and of minutes, voters of the last day; never of what was voted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from koopset.apps.meetings import factories, services
from koopset.apps.meetings.models import AgendaItem, Meeting
from koopset.apps.meetings.rules.charter import CharterFacts
from koopset.apps.meetings.selectors.reminders import not_voted_yet
from koopset.apps.organisations.factories import make_role
from koopset.foundation.jobs import enqueue
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def told(topic: str) -> list[Notification]:
    return list(Notification.objects.filter(topic=topic).order_by("pk"))


def remind(pk: int, now) -> dict[str, int]:
    found: dict[str, int] = services.reminders_send(actor=SYSTEM, organisation_id=pk, now=now)
    return found


def test_the_office_hears_of_a_term_that_nears():
    pk, _persons = factories.make_members(1)
    chair = make_role(pk, Role.CHAIR).person
    row = factories.make_meeting(pk)
    # Notice by 6 November for a meeting on the 21st.
    assert remind(pk, factories.PREPARED)["drafts"] == 0
    assert remind(pk, factories.PREPARED + timedelta(days=2))["drafts"] == 1
    found = told("meetings.work")
    assert [one.person_id for one in found] == [chair.pk]
    assert row.title in found[0].title
    assert found[0].link.endswith(f"/meetings/{row.pk}/")


def test_minutes_that_are_not_signed_are_remembered():
    pk, persons = factories.make_members(1)
    make_role(pk, Role.CHAIR)
    row = factories.open_meeting(pk)
    factories.come(row, persons)
    factories.put(row)
    factories.show_hands(row, "fees", {persons[0]: "for"})
    factories.close(row)
    assert remind(pk, NOW + timedelta(days=1))["minutes"] == 0
    counts = [remind(pk, NOW + timedelta(days=day))["minutes"] for day in range(1, 40)]
    assert sum(counts) == 3
    assert all("не подписан" in one.title for one in told("meetings.work"))


def test_whoever_has_not_voted_from_afar_hears_of_the_last_day():
    pk, persons = factories.make_members(2)
    services.charter_save(
        actor=SYSTEM,
        organisation_id=pk,
        key="snt",
        clauses=(),
        facts=CharterFacts(absentia_clause="устав, п. 9"),
        since=factories.PREPARED.date(),
        document="устав",
        now=factories.PREPARED,
    )
    item = {"type": "accounts", "title": "О счёте", "wording": "Открыть счёт."}
    row = factories.make_meeting(
        pk,
        form="absentia",
        starts_at=None,
        opens_on=NOW.date(),
        ends_at=NOW + timedelta(days=5),
        items=(item,),
    )
    factories.tell(row)
    row = factories.opened(row)
    paper = services.paper_enter(
        actor=factories.counter(pk, 1),
        organisation_id=pk,
        meeting_id=row.pk,
        elector_id=persons[0].pk,
        marks={"accounts": ["for"]},
        received_at=NOW + timedelta(hours=1),
        now=NOW + timedelta(hours=2),
    )
    services.paper_confirm(
        actor=factories.counter(pk, 2),
        organisation_id=pk,
        meeting_id=row.pk,
        paper_id=paper.pk,
        now=NOW + timedelta(hours=3),
    )
    assert not_voted_yet(row) == {persons[1].pk}
    assert remind(pk, NOW + timedelta(days=3))["votes"] == 0
    assert remind(pk, NOW + timedelta(days=4))["votes"] == 1
    found = told("meetings.to_vote")
    assert [one.person_id for one in found] == [persons[1].pk]
    assert "О счёте" not in found[0].title + found[0].text


def test_who_voted_in_secret_is_not_told_what_was_asked():
    pk, persons = factories.make_members(2)
    item = {"type": "accounts", "title": "Тайно", "wording": "Решить.", "is_secret": True}
    row = factories.open_meeting(pk, items=(item,))
    factories.come(row, persons)
    factories.put(row)
    services.secret_vote(
        actor=factories.voter(pk, persons[0]),
        organisation_id=pk,
        meeting_id=row.pk,
        person_id=persons[0].pk,
        item="accounts",
        mark="for",
        now=NOW,
    )
    assert not_voted_yet(row) == {persons[1].pk}
    assert AgendaItem.objects.filter(organisation_id=pk).count() == 1


def test_the_clock_reminds_each_body_once_a_day():
    pk, _persons = factories.make_members(1)
    make_role(pk, Role.CHAIR)
    factories.make_meeting(pk)
    day = factories.PREPARED + timedelta(days=2)
    for _again in range(2):
        enqueue("meetings.reminders", actor=SYSTEM, now=day)
        run_pending_jobs(now=day)
    assert len(told("meetings.work")) == 1
    assert Meeting.objects.get(organisation_id=pk).state == Meeting.State.DRAFT
    assert timezone.localdate(day).day == 3
