"""Days of the invented town, counted back from the day it lives in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from koopset.kernel.period import Month

MONTHS_CHARGED = 24


def moment(day: date, hour: int = 11, minute: int = 0) -> datetime:
    """An hour of a day by the clock of the place."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def shifted(month: Month, by: int) -> Month:
    """The month so many months later (or, below zero, earlier)."""
    number = month.year * 12 + month.month - 1 + by
    return Month(number // 12, number % 12 + 1)


def saturday_before(day: date) -> date:
    """Meetings are held on Saturdays."""
    return day - timedelta(days=(day.weekday() - 5) % 7 or 7)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`months` are those charged, the last is the month before `today`'s."""

    today: date

    @property
    def months(self) -> list[Month]:
        current = Month.of(self.today)
        return [shifted(current, at - MONTHS_CHARGED) for at in range(MONTHS_CHARGED)]

    @property
    def first(self) -> Month:
        return self.months[0]

    @property
    def founded(self) -> date:
        """When the bodies came to the platform: two months before the books."""
        return shifted(self.first, -2).first

    @property
    def now(self) -> datetime:
        """The evening before: whatever the hour of the fill, nothing of the town is written in the future."""
        return moment(self.today - timedelta(days=1), 18)

    def now_on(self, day: date, hour: int = 11) -> datetime:
        """That day, but never after what the town calls now."""
        return min(moment(day, hour), self.now)
