"""Of what people are reminded: a term of notice that nears, the last day of votes from afar, minutes that are not signed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from koopset.apps.meetings.models import CurrentVote, Elector, Meeting, SecretVoter
from koopset.apps.meetings.rules.terms import last_notice_day, minutes_due
from koopset.apps.meetings.selectors.law import laws_on
from koopset.apps.meetings.selectors.office import begins_on
from koopset.foundation.tenants.guard import across_tenants

#: Days before the last day of notice on which the office of a draft is told.
DAYS_BEFORE_NOTICE = (7, 3, 1)
#: Days after minutes were due on which the office is told, and when they are due where the law says nothing.
DAYS_AFTER_DUE, USUAL_DAYS = (1, 8, 22), 10

_WATCHED = (Meeting.State.DRAFT, Meeting.State.OPEN, Meeting.State.CLOSED)


def bodies_to_remind() -> list[int]:
    """Bodies with a meeting that may be reminded of."""
    with across_tenants("the clock goes over all bodies; each is reminded in its own job"):
        rows = Meeting.objects.filter(state__in=_WATCHED).order_by("organisation_id")
        return list(rows.values_list("organisation_id", flat=True).distinct())


def drafts_near(organisation_id: int, today: date) -> list[tuple[Meeting, date]]:
    """Drafts whose last day of notice comes in so many days, with that day."""
    rows = list(Meeting.objects.filter(organisation_id=organisation_id, state=Meeting.State.DRAFT))
    laws = laws_on(organisation_id, {(row.law, row.on) for row in rows})
    found = []
    for row in rows:
        here = laws.get((row.law, row.on))
        if here is None or not here.profile.number("notice.days"):
            continue
        last = last_notice_day(here.profile, begins_on(row))
        if (last - today).days in DAYS_BEFORE_NOTICE:
            found.append((row, last))
    return found


def ends_of_afar(organisation_id: int, today: date) -> list[tuple[Meeting, datetime]]:
    """Open meetings whose votes from afar are taken in until tomorrow, with that moment: of a mixed one until it begins."""
    rows = Meeting.objects.filter(organisation_id=organisation_id, state=Meeting.State.OPEN).exclude(
        form=Meeting.Form.IN_PERSON
    )
    found = []
    for row in rows:
        until = row.ends_at or row.starts_at
        if until is not None and timezone.localdate(until) == today + timedelta(days=1):
            found.append((row, until))
    return found


def not_voted_yet(meeting: Meeting) -> set[int]:
    """Electors with no vote on any item, open or secret: that one has voted in secret is known, how is not looked at."""
    key = {"organisation_id": meeting.organisation_id, "meeting_id": meeting.pk}
    electors = set(Elector.objects.filter(**key).values_list("person_id", flat=True))
    voted = set(CurrentVote.objects.filter(**key).values_list("person_id", flat=True))
    sealed = set(SecretVoter.objects.filter(**key).values_list("person_id", flat=True))
    return electors - voted - sealed


def minutes_overdue(organisation_id: int, today: date) -> list[tuple[Meeting, date]]:
    """Counted meetings whose minutes were due so many days ago, with the day."""
    rows = list(Meeting.objects.filter(organisation_id=organisation_id, state=Meeting.State.CLOSED))
    laws = laws_on(organisation_id, {(row.law, row.on) for row in rows})
    found = []
    for row in rows:
        if row.closed_at is None:
            continue
        closed = timezone.localdate(row.closed_at)
        here = laws.get((row.law, row.on))
        due = minutes_due(here.profile, closed) if here is not None else None
        due = due or closed + timedelta(days=USUAL_DAYS)
        if (today - due).days in DAYS_AFTER_DUE:
            found.append((row, due))
    return found
