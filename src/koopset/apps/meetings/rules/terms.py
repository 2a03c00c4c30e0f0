"""Terms of a meeting in days of the body's own calendar.

Counted "clear", both ends are left out: a notice of 1 November with 14 days makes 16 November the first lawful day. Counted "next-day"
(ГК art. 191) only the notice's day is left out: 15 November. `clock` judges a whole plan by them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from koopset.apps.meetings.rules.profile import Profile


def local_day(moment: datetime, zone: tzinfo) -> date:
    """The day of the body's own calendar on which a moment fell. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(zone).date()


def days_between(start: date, end: date) -> int:
    """Days between two days, both left out: 1 and 16 November → 14."""
    return (end - start).days - 1


def first_after(start: date, days: int, count: str = "clear") -> date:
    """The first day with a full term of `days` between it and `start`, counted as the profile says."""
    return start + timedelta(days=days + (1 if count == "clear" else 0))


def first_lawful_day(profile: Profile, noticed_on: date) -> date:
    """The first day of a meeting whose last notice went out on `noticed_on`."""
    return first_after(noticed_on, profile.number("notice.days") or 0, profile.word("days.count"))


def last_notice_day(profile: Profile, on: date) -> date:
    """The last day on which everybody must have been told of a meeting on `on`."""
    days = (profile.number("notice.days") or 0) + (1 if profile.word("days.count") == "clear" else 0)
    return on - timedelta(days=days)


def last_materials_day(profile: Profile, on: date) -> date | None:
    """The last day on which papers must be open to be read; None where the law asks for no term."""
    days = profile.number("materials.days")
    return None if days is None else on - timedelta(days=days + (profile.word("days.count") == "clear"))


def demand_is_enough(profile: Profile, supporters: int, members: int) -> bool:
    """Whether so many members may demand an extraordinary meeting: more than 1/5 of 10 is 3, not 2 (217-ФЗ art. 17 part 7)."""
    threshold = profile.threshold("extraordinary.share")
    return threshold is not None and threshold.reached(supporters, members)


def may_add_items(profile: Profile, supporters: int, members: int) -> bool:
    """Whether so many members may put an item on the agenda before the notice goes out: at least 1/10 (193-ФЗ art. 22)."""
    threshold = profile.threshold("agenda.share")
    return threshold is not None and threshold.reached(supporters, members)


def demand_due(profile: Profile, demanded_on: date) -> date | None:
    """The last day on which the board must have held the meeting that was demanded; None where the law says nothing."""
    days = profile.number("extraordinary.days")
    return None if days is None else demanded_on + timedelta(days=days)


def minutes_due(profile: Profile, on: date) -> date | None:
    """The last day on which the minutes must be ready; None where the law says nothing."""
    days = profile.number("minutes.days")
    return None if days is None else on + timedelta(days=days)


def ordinary_due(profile: Profile, last_on: date) -> date | None:
    """The day on which an ordinary meeting must have been held again; None where the law says nothing."""
    months = profile.number("ordinary.months")
    return None if months is None else months_after(last_on, months)


def challenge_until(profile: Profile, known_on: date) -> date | None:
    """The last day on which a decision may be challenged in court, from the day on which it became known; None: nothing is said."""
    months = profile.number("challenge.months")
    return None if months is None else months_after(known_on, months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the month's last where it has no such day (ГК art. 192 part 3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
