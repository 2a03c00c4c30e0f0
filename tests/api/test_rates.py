"""How much programs may ask in a minute, by a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.register.models import Unit
from koopset.foundation.access import operations, rates
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
#: Twenty seconds of a minute are over.
NOW = datetime(2026, 11, 24, 9, 0, 20, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def __getattr__(self, name: str) -> Any:
        from django.utils import timezone

        return getattr(timezone, name)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    cache.clear()
    found = Clock()
    monkeypatch.setattr(operations, "timezone", found)
    yield found
    cache.clear()


def test_a_measure_by_whole_minutes() -> None:
    cache.clear()
    told = [rates.take("t", 3, 1, NOW) for _time in range(5)]
    assert [one.passes for one in told] == [True, True, True, False, False]
    assert [one.remaining for one in told] == [2, 1, 0, 0, 0]
    assert {one.resets_in for one in told} == {40}
    assert rates.take("other", 3, 1, NOW).passes
    assert rates.take("t", 3, 1, NOW + timedelta(seconds=40)).passes
    # A large batch passes when the minute is empty, and nothing after it; what is refused is not counted.
    later = NOW + timedelta(minutes=5)
    assert rates.take("t", 3, 2, later).passes
    assert not rates.take("t", 3, 2, later).passes
    assert rates.take("t", 3, 1, later).passes
    assert rates.take("t", 3, 1000, later + timedelta(minutes=1)).passes
    assert not rates.take("t", 3, 1, later + timedelta(minutes=1)).passes


def test_the_answer_says_how_much_is_left_and_when_to_go_on(
    clock: Clock, program: Any, settings: Any
) -> None:
    settings.API_PER_MINUTE_KEY = 2
    home = make_organisation().pk
    login = make_role(home, Role.TREASURER).person.login
    one, other = program(login), program(login)
    left = [one.ask("get", f"/o/{home}/units")["RateLimit-Remaining"] for _time in range(2)]
    assert left == ["1", "0"]
    full = one.ask("get", f"/o/{home}/units")
    assert (full.status_code, full.json()["code"]) == (429, "access.too_many_requests")
    assert (full["Retry-After"], full["RateLimit-Limit"], full["RateLimit-Reset"]) == ("40", "2", "40")
    assert full.json()["params"] == {"most": 2, "seconds": 40}
    # Another key of the same person has a measure of its own; the next minute is new.
    other.get(f"/o/{home}/units")
    clock.at += timedelta(seconds=40)
    one.get(f"/o/{home}/units")


def test_a_batch_counts_by_its_rows(clock: Clock, program: Any, settings: Any) -> None:
    settings.API_PER_MINUTE_KEY = 10
    home = make_organisation().pk
    one = program(make_role(home, Role.TREASURER).person.login)
    rows = [{"number": str(number)} for number in range(1, 9)]
    path = f"/o/{home}/units/batch"
    answer = one.ask("post", path, {"rows": rows}, key="a")
    assert (answer.status_code, answer["RateLimit-Remaining"]) == (200, "2")
    more = one.ask("post", path, {"rows": rows[:3]}, key="b")
    assert more.status_code == 429
    assert Unit.objects.filter(organisation_id=home).count() == 8
    # What is not a batch's body counts as one and is refused for what it is.
    assert one.ask("post", path, "[]", key="c").status_code == 422
    assert one.ask("post", path, "{", key="d").status_code in (400, 422)


def test_an_organisation_has_a_measure_for_all_its_programs(
    clock: Clock, program: Any, settings: Any
) -> None:
    settings.API_PER_MINUTE_ORGANISATION = 3
    home, elsewhere = make_organisation().pk, make_organisation().pk
    inside = [program(make_role(home, Role.TREASURER).person.login) for _number in range(2)]
    stranger = program(make_role(elsewhere, Role.TREASURER).person.login)
    # Whoever has no business here cannot use the measure up.
    for _time in range(5):
        stranger.get(f"/o/{home}/units", 404)
    inside[0].get(f"/o/{home}/units")
    inside[1].get(f"/o/{home}/units")
    inside[0].get(f"/o/{home}/units")
    inside[1].get(f"/o/{home}/units", 429)
    inside[1].get("/me")


def test_without_a_limit(clock: Clock, program: Any, settings: Any) -> None:
    settings.API_PER_MINUTE_KEY = settings.API_PER_MINUTE_ORGANISATION = 0
    answer = program().ask("get", "/me")
    assert answer.status_code == 200
    assert not answer.has_header("RateLimit-Limit")
