"""What a person is given of meetings, and why the law keeps it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from koopset.apps.meetings.factories import NOW, close, come, make_members, open_meeting, put, show_hands
from koopset.apps.meetings.privacy import MeetingsData
from koopset.foundation.personal.ports import Card, Fate, Subject

pytestmark = pytest.mark.django_db


def test_own_votes_are_given_out_and_kept_by_law():
    pk, persons = make_members(3)
    row = open_meeting(pk)
    come(row, persons)
    put(row)
    show_hands(row, "fees", {persons[0]: "for", persons[1]: "against"})
    close(row)
    subject = Subject(None, (Card(persons[0].pk, pk),))
    found = {one.name: list(one.rows) for one in MeetingsData().tables(subject)}
    assert [line[2:5] for line in found["meeting_votes"]] == [["fees", "for", "hall"]]
    assert [line[3:] for line in found["meeting_electors"]] == [[1, 1]]
    assert len(found["meeting_presence"]) == 1
    assert len(found["meeting_notices"]) == 1
    later = NOW + timedelta(days=30)
    (line,) = MeetingsData().holds(subject, needs=frozenset(), now=later)
    assert (line.fate, line.until) == (Fate.KEEP, date(2075, 12, 31))
    (tie,) = MeetingsData().ties(subject, now=later)
    assert tie.until == date(2075, 12, 31)


def test_whoever_was_at_no_meeting_is_held_by_nothing():
    pk, persons = make_members(1)
    subject = Subject(None, (Card(persons[0].pk, pk),))
    assert list(MeetingsData().holds(subject, needs=frozenset(), now=NOW)) == []
    assert list(MeetingsData().ties(subject, now=NOW)) == []
