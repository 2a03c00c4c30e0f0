"""The code of a written ballot: reads back, tells a slip from a forgery, and is of one meeting."""

from __future__ import annotations

import functools

import pytest

from koopset.apps.meetings import factories, selectors
from koopset.apps.meetings.rules.ballot_code import (
    code_made,
    code_opened,
    code_read,
    code_scanned,
    code_spaced,
)
from koopset.apps.meetings.tests.conftest import refused
from koopset.apps.people.factories import make_person
from koopset.foundation.rights.actors import SYSTEM, Forbidden

KEY = b"k" * 32


@pytest.mark.parametrize("person", [1, 2, 99_999, 100_000, 123_456_789, 10**10 - 1])
def test_a_code_opens_to_the_card_that_it_was_made_of(person):
    code = code_made(person, KEY)
    assert len(code) == 11
    assert code_opened(code_read(code_spaced(code)).digits, KEY) == person
    scanned = code_read(code_scanned(17, code))
    assert (scanned.digits, scanned.meeting) == (code, 17)


def test_each_slip_of_a_finger_is_told():
    code = code_made(42, KEY)
    for at in range(11):
        for digit in "0123456789":
            typed = code[:at] + digit + code[at + 1 :]
            if typed != code:
                assert refused(functools.partial(code_read, typed)) == "meetings.ballot_code_slip"
    for text in ("", "12", "не код", code + "1", "KOOPSET/1/"):
        assert refused(functools.partial(code_read, text)) == "meetings.ballot_code_slip"


def test_neighbours_have_codes_that_have_nothing_in_common():
    codes = [code_made(person, KEY) for person in range(1, 2001)]
    assert len({code[:5] for code in codes}) > 1900
    assert len({code_made(1, bytes([at]) * 32) for at in range(50)}) == 50


@pytest.mark.django_db
def test_the_commission_reads_whose_ballot_it_is_and_a_forged_one_is_refused():
    pk, (anna, boris) = factories.make_members(2)
    row = factories.make_meeting(pk)
    factories.tell(row)
    code = selectors.ballot_code(pk, row.pk, anna.pk)
    found = selectors.ballot_code_read(SYSTEM, pk, code_spaced(code))
    assert (found.meeting_id, found.person_id) == (row.pk, anna.pk)
    row = factories.opened(row)
    again = selectors.ballot_code_read(
        factories.counter(pk), pk, code_scanned(row.pk, code), meeting_id=row.pk
    )
    assert again == found
    made_up = code_made(boris.pk, KEY)
    assert (
        refused(lambda: selectors.ballot_code_read(SYSTEM, pk, made_up, meeting_id=row.pk))
        == "meetings.ballot_code_forged"
    )
    stranger = selectors.ballot_code(pk, row.pk, make_person(pk).pk)
    assert refused(lambda: selectors.ballot_code_read(SYSTEM, pk, stranger)) == "meetings.ballot_code_forged"
    with pytest.raises(Forbidden):
        selectors.ballot_code_read(factories.voter(pk, anna), pk, code, meeting_id=row.pk)


@pytest.mark.django_db
def test_a_ballot_of_another_meeting_and_of_another_body_is_told(settings):
    pk, (anna,) = factories.make_members(1)
    first, second = factories.make_meeting(pk, title="Весеннее собрание"), factories.make_meeting(pk)
    factories.tell(first)
    factories.tell(second)
    code = selectors.ballot_code(pk, first.pk, anna.pk)
    other = lambda: selectors.ballot_code_read(SYSTEM, pk, code, meeting_id=second.pk)  # noqa: E731
    assert refused(other) == "meetings.ballot_code_other"
    neighbours, _persons = factories.make_members(1)
    assert (
        refused(lambda: selectors.ballot_code_read(SYSTEM, neighbours, code)) == "meetings.ballot_code_forged"
    )
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" + "k" * 40
    assert selectors.ballot_code_read(SYSTEM, pk, code).person_id == anna.pk
    settings.SECRET_KEY_FALLBACKS = []
    assert refused(lambda: selectors.ballot_code_read(SYSTEM, pk, code)) == "meetings.ballot_code_forged"
