"""Roles of one's cards by SQL that is made once: the same answer as by queries made anew, whoever asks and on whatever day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_membership, make_ownership, make_unit
from koopset.apps.register.models import Ownership, PowerOfAttorney
from koopset.foundation.rights import actors, grant_rows
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.guard import across_tenants

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 15)
DAYS = [TODAY + timedelta(days=number) for number in (-400, -31, -30, -1, 0, 1, 30, 31, 400)]


def asked(cards: frozenset[int], on: date) -> tuple[list[grant_rows.Row], list[grant_rows.Row]]:
    """By the SQL that is kept, and by queries made anew."""
    rooms = tuple(actors._grant_rows)
    with across_tenants("a test asks as the actor does"):
        kept = grant_rows.rows_found(rooms, cards, on)
        question = grant_rows._question(rooms, cards, on)
        assert question is not None
        return sorted(kept, key=repr), sorted(question, key=repr)


def test_the_kept_question_answers_as_one_made_anew() -> None:
    month = timedelta(days=30)
    homes = [make_organisation(form).pk for form in ("snt", "tsj")]
    cards = []
    for home in homes:
        owner, agent, estate, gone = (make_person(home) for _number in range(4))
        make_ownership(home, make_unit(home), owner, since=TODAY - month, valid_to=TODAY + month)
        make_ownership(home, make_unit(home), estate, right=Ownership.Right.ESTATE)
        make_membership(home, owner, since=TODAY, valid_to=TODAY)
        make_membership(home, gone, since=TODAY - month, valid_to=TODAY - timedelta(days=1))
        make_role(home, Role.TREASURER, person=gone, valid_from=TODAY)
        for opens in (True, False):
            PowerOfAttorney.objects.create(
                organisation_id=home,
                principal=owner,
                agent=agent,
                kind=PowerOfAttorney.Kind.values[0],
                may_papers=opens,
                may_sign=True,
                issued_on=TODAY - month,
                valid_to=TODAY + month,
            )
        cards.append([owner.pk, agent.pk, estate.pk, gone.pk])
    mine = [frozenset(), *(frozenset([card]) for home in cards for card in home)]
    mine += [frozenset(pair) for pair in zip(*cards, strict=True)] + [frozenset(cards[0] + cards[1])]
    mine += [frozenset([*cards[0], *range(10**6, 10**6 + grant_rows.MOST_CARDS)])]
    seen = set()
    for own in mine:
        for on in DAYS:
            if not own:
                assert grant_rows.rows_found(tuple(actors._grant_rows), own, on) == []
                continue
            kept, anew = asked(own, on)
            assert kept == anew, (own, on)
            seen |= {role for _home, role, _for, _kind in kept}
    assert seen == {Role.RESIDENT, Role.MEMBER, Role.REPRESENTATIVE, Role.TREASURER}


@pytest.mark.parametrize("count", [1, 2, grant_rows.MOST_CARDS])
def test_the_question_of_this_house_is_kept(count: int) -> None:
    """It differs from call to call in cards and the date only; else it would be made anew at each request."""
    with across_tenants("a test asks as the actor does"):
        known = grant_rows._prepared(connection.vendor, tuple(actors._grant_rows), count)
    assert known is not None
    with CaptureQueriesContext(connection) as queries:
        asked(frozenset(range(1, count + 1)), TODAY)
    assert len(queries) == 2


def test_a_question_that_depends_on_more_is_made_anew() -> None:
    """A room whose query has another shape or value on another day, or nothing at all, is answered rightly all the same."""
    home = make_organisation().pk
    owner = make_person(home)
    make_ownership(home, make_unit(home), owner, since=TODAY)

    def by_the_day(*, person_ids: frozenset[int], on: date) -> Any:
        rows = Ownership.objects.filter(person_id__in=person_ids, valid_from__gte=date(on.year, 1, 1))
        return [rows.values_list("organisation_id", "right", "person_id", "organisation__kind")]

    def by_the_shape(*, person_ids: frozenset[int], on: date) -> Any:
        rows = Ownership.objects.filter(person_id__in=person_ids)
        if on.year > 2900:
            rows = rows.filter(valid_from=on)
        return [rows.values_list("organisation_id", "right", "person_id", "organisation__kind")]

    def by_nothing(*, person_ids: frozenset[int], on: date) -> Any:
        return [
            Ownership.objects.none().values_list(
                "organisation_id", "right", "person_id", "organisation__kind"
            )
        ]

    for room, found in ((by_the_day, 1), (by_the_shape, 1), (by_nothing, 0)):
        with across_tenants("a test asks as the actor does"):
            assert grant_rows._prepared(connection.vendor, (room,), 1) is None
            assert len(grant_rows.rows_found((room,), frozenset([owner.pk]), TODAY)) == found
    assert grant_rows.rows_found((), frozenset([owner.pk]), TODAY) == []
