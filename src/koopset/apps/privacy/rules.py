"""Terms and outcomes of erasure, in pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

#: 152-ФЗ art. 20 part 1: an answer to the person within ten working days.
ANSWER_WORKING_DAYS = 10
#: 152-ФЗ art. 21 part 5: destruction within thirty days of the withdrawal.
ERASE_DAYS = 30


def working_days_after(day: date, count: int) -> date:
    """The day `count` working days later, Monday to Friday. Holidays are not known here, so the answer falls due early, never late."""
    found = day
    while count > 0:
        found += timedelta(days=1)
        count -= found.weekday() < 5
    return found


def answer_by(asked_on: date) -> date:
    """The last day to answer a request."""
    return working_days_after(asked_on, ANSWER_WORKING_DAYS)


def erase_by(asked_on: date) -> date:
    """The last day to erase what nothing keeps."""
    return asked_on + timedelta(days=ERASE_DAYS)


def needs_on(ties: Iterable[tuple[date | None, frozenset[str]]], day: date) -> frozenset[str]:
    """What is still needed on a day: of ties (until, needs) those without an end and those whose last day has not passed."""
    return frozenset().union(*(needs for until, needs in ties if until is None or until >= day))
