"""Two at once: the lock of the round decides. With the lock off each race is real, or these tests would prove nothing."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError

from koopset.apps.purchases import selectors, services
from koopset.apps.purchases.factories import NOW, buyer_actor, honey_round, make_participant, open_round
from koopset.apps.purchases.models import AllocationRun, Line, Participant, Round, RoundGood
from koopset.apps.purchases.selectors.wants import standing_of_good
from koopset.apps.purchases.services import rounds as rounds_module
from koopset.apps.purchases.services import wants as wants_module
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.races import SECONDS, at_once, database
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["database"]


def unlocked(organisation_id: int, round_id: int) -> Round:
    return Round.objects.get(organisation_id=organisation_id, pk=round_id)


def codes(results: list[Any]) -> list[str]:
    return [one.code for one in results if isinstance(one, RuleViolation)]


def stop(row: Round) -> Any:
    return lambda: services.round_stop(
        actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW
    )


def want(row: Round, participant: Participant, firm: int) -> Any:
    good = selectors.goods_of(row.organisation_id, row.pk)[0]
    actor = buyer_actor(participant)
    return lambda: services.wants_set(
        actor=actor,
        organisation_id=row.organisation_id,
        round_id=row.pk,
        wanted={good.pk: (firm, 0)},
        now=NOW,
    )


def last_cheese() -> tuple[Round, list[Participant]]:
    """Five cheeses are left, and two buyers who came by the link want three each."""
    row = open_round(goods=({"name": "Сыр", "price_kop": 90_000, "limit": 5},), access="invited")
    buyers = [make_participant(row.organisation_id, name) for name in ("Анна", "Борис")]
    for one in buyers:
        services.round_join(
            actor=buyer_actor(one),
            organisation_id=row.organisation_id,
            round_id=row.pk,
            code=row.invite_code,
            now=NOW,
        )
    return row, buyers


def test_two_organisers_stop_a_round_once(database: None) -> None:
    row, _ = honey_round()
    results = at_once(stop(row), stop(row))
    assert codes(results) == ["purchases.state"]
    assert AllocationRun.objects.filter(organisation_id=row.organisation_id).count() == 1
    assert selectors.replay_round(row.organisation_id, row.pk)[0].differences == ()


@pytest.mark.postgres
def test_without_the_lock_the_second_stop_comes_to_the_wall(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _ = honey_round()
    both = threading.Barrier(2, timeout=SECONDS)
    goods_of = selectors.goods_of

    def seen(organisation_id: int, round_id: int) -> list[RoundGood]:
        found = goods_of(organisation_id, round_id)
        both.wait()  # each has seen an open round
        return found

    monkeypatch.setattr(rounds_module, "lock_round", unlocked)
    monkeypatch.setattr(rounds_module, "goods_of", seen)
    results = at_once(stop(row), stop(row))
    assert sorted(isinstance(one, DatabaseError) for one in results) == [False, True]


def test_two_buyers_want_the_last_pack(database: None) -> None:
    row, buyers = last_cheese()
    results = at_once(want(row, buyers[0], 3), want(row, buyers[1], 3))
    assert codes(results) == ["purchases.limit"]
    wanted = Line.objects.filter(organisation_id=row.organisation_id).values_list("wanted", flat=True)
    assert sum(wanted) == 3


@pytest.mark.postgres
def test_without_the_lock_both_get_what_is_not_there(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    row, buyers = last_cheese()
    both = threading.Barrier(2, timeout=SECONDS)
    standing = standing_of_good

    def seen(organisation_id: int, good_id: int) -> Any:
        found = standing(organisation_id, good_id)
        both.wait()  # each has seen that five are left
        return found

    monkeypatch.setattr(wants_module, "lock_round", unlocked)
    monkeypatch.setattr(wants_module, "standing_of_good", seen)
    assert codes(at_once(want(row, buyers[0], 3), want(row, buyers[1], 3))) == []
    wanted = Line.objects.filter(organisation_id=row.organisation_id).values_list("wanted", flat=True)
    assert sum(wanted) == 6


def test_a_want_at_the_moment_of_the_stop_is_in_or_refused(database: None) -> None:
    row, people = honey_round()
    change = want(row, people[0], 8)
    # Anna has wants in the round, so she may change them.
    results = at_once(stop(row), change)
    assert codes(results) in ([], ["purchases.not_open"])
    line = Line.objects.get(organisation_id=row.organisation_id, participant=people[0])
    run = selectors.replay_round(row.organisation_id, row.pk)[0]
    assert run.differences == ()
    assert line.wanted == (7 if codes(results) else 8)
    assert line.reason["wanted"] == line.wanted


@pytest.mark.postgres
def test_without_the_lock_a_want_slips_past_the_stop(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    row, people = honey_round()
    checked, stopped = threading.Event(), threading.Event()
    check = wants_module.check_wanted_now

    def seen(found: Round, now: Any) -> None:
        check(found, now)
        checked.set()
        assert stopped.wait(SECONDS)  # the round stops between the check and the record

    monkeypatch.setattr(wants_module, "lock_round", unlocked)
    monkeypatch.setattr(wants_module, "check_wanted_now", seen)

    def stopping() -> Any:
        assert checked.wait(SECONDS)
        try:
            return stop(row)()
        finally:
            stopped.set()

    assert codes(at_once(stopping, want(row, people[0], 8))) == []
    line = Line.objects.get(organisation_id=row.organisation_id, participant=people[0])
    assert (line.wanted, Round.objects.get(organisation_id=row.organisation_id, pk=row.pk).state) == (
        8,
        "stop",
    )
