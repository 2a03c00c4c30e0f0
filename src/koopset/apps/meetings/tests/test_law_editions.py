"""An administrator's edition goes before the shipped text from its day to its last; a charter changes what it may, with its clause."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.formats.shipped import shipped_texts
from koopset.apps.meetings.models import CharterEdition, LawEdition
from koopset.apps.meetings.rules.charter import CharterFacts, Clause
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = date(2026, 11, 21)
MONTH_OF_NOTICE = shipped_texts()["snt"].replace(
    'key = "notice.days"\nvalue = 14', 'key = "notice.days"\nvalue = 30'
)


@pytest.fixture
def pk() -> int:
    found: int = make_organisation().pk
    return found


def save(pk, text=MONTH_OF_NOTICE, **more):
    return services.law_edition_save(
        actor=SYSTEM, organisation_id=pk, text=text, reason="новая редакция закона", now=NOW, **more
    )


def days(pk, day=DAY):
    return selectors.law_on(pk, "snt", day).profile.number("notice.days")


def test_an_edition_goes_before_the_shipped_text_and_only_here(pk):
    shipped = selectors.law_on(pk, "snt", DAY)
    row = save(pk)
    here = selectors.law_on(pk, "snt", DAY)
    assert (days(pk), days(make_organisation().pk)) == (30, 14)
    assert here.is_own
    assert here.profile.digest == row.digest != shipped.profile.digest
    assert row.digest[:12] in here.profile.version


def test_an_edition_ends_and_its_rows_stay(pk):
    row = save(pk)
    services.law_edition_end(actor=SYSTEM, organisation_id=pk, edition_id=row.pk, reason="ошиблись", now=NOW)
    assert days(pk) == 14
    history = selectors.law_editions(SYSTEM, pk, "snt")
    assert [(one.is_ended, one.replaces_id) for one in history] == [(True, row.pk), (False, None)]
    refused(
        "meetings.law_replaced",
        services.law_edition_end,
        actor=SYSTEM,
        organisation_id=pk,
        edition_id=row.pk,
        reason="ещё раз",
        now=NOW,
    )


def test_an_edition_of_a_later_day_waits_for_it(pk):
    later = MONTH_OF_NOTICE.replace("since = 2025-09-01", "since = 2027-01-01")
    save(pk, later)
    assert (days(pk), days(pk, date(2027, 1, 1))) == (14, 30)


def test_another_edition_takes_its_place(pk):
    first = save(pk)
    text = MONTH_OF_NOTICE.replace("value = 30\narticle", "value = 20\narticle", 1)
    save(pk, text, replaces_id=first.pk)
    assert days(pk) == 20
    refused("meetings.law_replaced", lambda: save(pk, MONTH_OF_NOTICE, replaces_id=first.pk))


def test_a_text_with_a_fault_is_refused(pk):
    broken = refused(
        "meetings.profile_range", lambda: save(pk, MONTH_OF_NOTICE.replace("value = 30", "value = -1", 1))
    )
    assert broken.params["name"] == "value" or "notice.days" in str(broken.params)
    refused("meetings.law_not_of_form", lambda: save(pk, shipped_texts()["tsj"]))
    refused("meetings.law_same", lambda: (save(pk), save(pk)))


def test_an_edition_needs_its_reason_and_its_right(pk):
    with pytest.raises(Forbidden):
        services.law_edition_save(
            actor=make_actor(Role.TREASURER, pk),
            organisation_id=pk,
            text=MONTH_OF_NOTICE,
            reason="так",
            now=NOW,
        )
    refused(
        "meetings.law_reason",
        services.law_edition_save,
        actor=make_actor(Role.OPERATOR, None),
        organisation_id=pk,
        text=MONTH_OF_NOTICE,
        reason=" ",
        now=NOW,
    )


def test_the_database_keeps_editions_as_they_were(pk):
    row = save(pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        LawEdition.objects.filter(organisation_id=pk, pk=row.pk).update(text="иной")


def charter(pk, *clauses, **more):
    return services.charter_save(
        actor=SYSTEM,
        organisation_id=pk,
        key="snt",
        clauses=clauses,
        since=more.pop("since", date(2026, 1, 1)),
        document="Устав в редакции от 16.05.2024, протокол № 2",
        now=NOW,
        **more,
    )


def test_a_charter_changes_what_the_law_lets_it(pk):
    charter(pk, Clause("notice.days", 21, "устав, п. 5.3"))
    here = selectors.law_on(pk, "snt", DAY)
    assert here.profile.number("notice.days") == 21
    assert here.profile.source("notice.days").article == "устав, п. 5.3"
    refused("meetings.charter_only_more", lambda: charter(pk, Clause("notice.days", 7, "устав, п. 5.3")))
    refused("meetings.charter_cannot", lambda: charter(pk, Clause("agenda.closed", False, "устав, п. 5.4")))
    assert CharterEdition.objects.filter(organisation_id=pk).count() == 1


def test_the_latest_charter_that_has_begun_holds(pk):
    charter(pk, Clause("notice.days", 21, "устав, п. 5.3"))
    charter(pk, Clause("notice.days", 28, "устав, п. 5.3"), since=date(2027, 1, 1))
    assert (days(pk), days(pk, date(2027, 1, 1))) == (21, 28)


def test_facts_of_a_charter_are_kept(pk):
    facts = CharterFacts(
        electronic_clause="устав, п. 7.2",
        electronic_items=frozenset({"fees"}),
        absentia_clause="устав, п. 7.1",
    )
    charter(pk, facts=facts)
    assert selectors.law_on(pk, "snt", DAY).facts == facts


def test_the_list_shows_how_much_is_to_be_checked(pk):
    rows = selectors.law_rows(SYSTEM, pk, DAY)
    assert [row.key for row in rows] == ["snt", "snt-board", "snt-founding"]
    assert all(row.to_be_checked for row in rows)
