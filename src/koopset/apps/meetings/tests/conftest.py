"""Short ways to profiles, tallies and ballots for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from koopset.apps.meetings.formats.shipped import shipped_profiles
from koopset.apps.meetings.rules.ballots import Ballot, Choice, Mark
from koopset.apps.meetings.rules.law import Channel, Weight
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.rules.tally import Amount, Tally

NOON = datetime(2026, 6, 6, 9, 0, tzinfo=UTC)


def profile(key: str) -> Profile:
    return next(one for one in shipped_profiles() if one.key == key)


@pytest.fixture
def snt() -> Profile:
    return profile("snt")


@pytest.fixture
def mkd() -> Profile:
    return profile("mkd")


def heads(whole: int, **choices: int) -> Tally:
    """A tally by head: heads(10, for_=4, against=2)."""
    return Tally(
        Weight.HEAD,
        {
            Choice(name.rstrip("_")): Amount(number, Fraction(number))
            for name, number in choices.items()
            if number
        },
        Amount(whole, Fraction(whole)),
    )


def metres(whole: Fraction | int, **choices: Fraction | int) -> Tally:
    """A tally by area, one person a choice."""
    return Tally(
        Weight.AREA,
        {Choice(name.rstrip("_")): Amount(1, Fraction(area)) for name, area in choices.items() if area},
        Amount(100, Fraction(whole)),
    )


def vote(
    key: int,
    elector: int,
    mark: str | tuple[str, ...] = "for",
    *,
    item: str = "fees",
    channel: Channel = Channel.HALL,
    minute: int = 0,
    by: int | None = None,
) -> Ballot:
    marks = (mark,) if isinstance(mark, str) else mark
    return Ballot(
        key,
        elector,
        item,
        frozenset(Mark(one) for one in marks),
        channel,
        NOON + timedelta(minutes=minute),
        by,
    )


def refused(call: Callable[[], object]) -> str:
    """The code of the refusal that a call must end in."""
    from koopset.kernel.violations import RuleViolation

    with pytest.raises(RuleViolation) as caught:
        call()
    return caught.value.code
