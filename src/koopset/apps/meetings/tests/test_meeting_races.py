"""Two at once: the lock of the meeting decides. With the lock off each race is real, or these tests would prove nothing."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from koopset.apps.meetings import services
from koopset.apps.meetings.factories import (
    NOW,
    come,
    counter,
    make_meeting,
    make_members,
    open_meeting,
    put,
    tell,
    voter,
)
from koopset.apps.meetings.models import (
    BallotFact,
    ChainEvent,
    CurrentVote,
    Meeting,
    Opening,
    SecretBallot,
    SecretVoter,
)
from koopset.apps.meetings.rules.ballots import ballot_checked
from koopset.apps.meetings.rules.chain import chain_check
from koopset.apps.meetings.selectors.votes import all_votes
from koopset.apps.meetings.services import ballots as ballots_module
from koopset.apps.meetings.services import closing as closing_module
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.races import SECONDS, at_once, database
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["database"]
LATER = NOW + timedelta(minutes=10)


def unlocked(organisation_id: int, meeting_id: int) -> Meeting:
    return Meeting.objects.get(organisation_id=organisation_id, pk=meeting_id)


def codes(results: list[Any]) -> list[str]:
    strange = [
        one
        for one in results
        if isinstance(one, Exception) and not isinstance(one, RuleViolation | DatabaseError)
    ]
    assert not strange, strange
    return [one.code for one in results if isinstance(one, RuleViolation)]


def hall(count: int = 3, **fields: Any) -> tuple[Meeting, list[Any]]:
    pk, persons = make_members(count)
    row = open_meeting(pk, **fields)
    come(row, persons)
    put(row)
    return row, persons


def hands(row: Meeting, person: Any, number: int = 1) -> Any:
    return lambda: services.hall_votes_enter(
        actor=counter(row.organisation_id, number),
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        item="fees",
        marks={person.pk: "for"},
        now=LATER,
    )


def shut(row: Meeting) -> Any:
    return lambda: services.meeting_close(
        actor=SYSTEM, organisation_id=row.organisation_id, meeting_id=row.pk, now=LATER
    )


def chain_is_whole(row: Meeting) -> bool:
    rows = ChainEvent.objects.filter(organisation_id=row.organisation_id, meeting=row).order_by("number")
    return chain_check(bytes(line) for line in rows.values_list("line", flat=True)).is_whole


def test_two_counters_write_one_person_down_once(database: None) -> None:
    row, persons = hall()
    assert codes(at_once(hands(row, persons[0], 1), hands(row, persons[0], 2))) == ["meetings.ballot_second"]
    assert BallotFact.objects.filter(organisation_id=row.organisation_id).count() == 1
    assert chain_is_whole(row)


@pytest.mark.postgres
def test_without_the_lock_both_counters_see_no_vote(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    row, persons = hall()
    both = threading.Barrier(2, timeout=SECONDS)
    check = ballot_checked

    def seen(*args: Any, **kwargs: Any) -> None:
        check(*args, **kwargs)
        both.wait()  # each has seen that nobody voted

    monkeypatch.setattr(ballots_module, "lock_meeting", unlocked)
    monkeypatch.setattr(ballots_module, "ballot_checked", seen)
    results = at_once(hands(row, persons[0], 1), hands(row, persons[0], 2))
    # The door let both in; only the wall of the chain's number holds the second.
    assert codes(results) == []
    assert sorted(isinstance(one, DatabaseError) for one in results) == [False, True]


def test_two_votes_of_two_people_are_two_events_of_one_chain(database: None) -> None:
    row, persons = hall()
    assert codes(at_once(hands(row, persons[0], 1), hands(row, persons[1], 2))) == []
    assert CurrentVote.objects.filter(organisation_id=row.organisation_id).count() == 2
    assert chain_is_whole(row)


def test_a_vote_at_the_moment_of_the_closing_is_in_or_refused(database: None) -> None:
    row, persons = hall()
    results = at_once(shut(row), hands(row, persons[0]))
    assert codes(results) in ([], ["meetings.state"])
    closed = ChainEvent.objects.get(organisation_id=row.organisation_id, meeting=row, kind="closed")
    ballots = BallotFact.objects.filter(organisation_id=row.organisation_id).count()
    assert f'"count":{ballots}'.encode() in bytes(closed.line)
    assert chain_is_whole(row)


@pytest.mark.postgres
def test_without_the_lock_a_vote_slips_past_the_count(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, persons = hall()
    counted, voted = threading.Event(), threading.Event()
    count = all_votes

    def seen(*args: Any, **kwargs: Any) -> Any:
        found = count(*args, **kwargs)
        counted.set()
        assert voted.wait(SECONDS)  # a vote is written between the count and the closing
        return found

    monkeypatch.setattr(closing_module, "lock_meeting", unlocked)
    monkeypatch.setattr(closing_module, "all_votes", seen)

    def voting() -> Any:
        assert counted.wait(SECONDS)
        try:
            return hands(row, persons[0])()
        finally:
            voted.set()

    assert codes(at_once(shut(row), voting)) == []
    closed = ChainEvent.objects.get(organisation_id=row.organisation_id, meeting=row, kind="closed")
    assert b'"count":0' in bytes(closed.line)
    assert BallotFact.objects.filter(organisation_id=row.organisation_id).count() == 1


def test_two_close_a_meeting_once(database: None) -> None:
    row, _persons = hall()
    assert codes(at_once(shut(row), shut(row))) == ["meetings.state"]


def test_two_open_a_meeting_once(database: None) -> None:
    pk, _persons = make_members(3)
    row = make_meeting(pk)
    tell(row)

    def act() -> Any:
        return services.meeting_open(actor=SYSTEM, organisation_id=pk, meeting_id=row.pk, now=NOW)

    assert codes(at_once(act, act)) == ["meetings.state"]
    assert Opening.objects.filter(organisation_id=pk).count() == 1


def test_a_secret_vote_is_given_once_from_two_phones(database: None) -> None:
    item = {"type": "reports", "title": "Отчёт", "wording": "Утвердить.", "is_secret": True}
    row, persons = hall(items=(item,))

    def act() -> Any:
        return services.secret_vote(
            actor=voter(row.organisation_id, persons[0]),
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            person_id=persons[0].pk,
            item="reports",
            mark="for",
            now=LATER,
        )

    assert codes(at_once(act, act)) == ["meetings.ballot_second"]
    assert SecretVoter.objects.filter(organisation_id=row.organisation_id).count() == 1
    assert SecretBallot.objects.filter(organisation_id=row.organisation_id).count() == 1
