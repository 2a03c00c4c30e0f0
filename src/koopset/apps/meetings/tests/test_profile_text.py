"""A text with a fault is refused with the place of the fault: administrators write these texts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koopset.apps.meetings.formats.shipped import shipped_texts
from koopset.apps.meetings.rules.profile_text import profile_faults, profile_read, text_digest
from koopset.apps.meetings.tests.conftest import refused

SNT = shipped_texts()["snt"]
BOARD = shipped_texts()["snt-board"]


def changed(old: str, new: str, text: str = SNT) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ('key = "snt"\n', "", "profile_missing", ""),
        ('key = "snt"\n', 'key = "СНТ"\n', "profile_value", ""),
        ('body = "meeting"\n', 'body = "crowd"\n', "profile_value", ""),
        ("since = 2025-09-01\n", 'since = "2025-09-01"\n', "profile_type", ""),
        ("since = 2025-09-01\n", "since = 2025-09-01\nuntil = 2025-08-31\n", "profile_dates", ""),
        ("since = 2025-09-01\n", "since = 2025-09-01T00:00:00\n", "profile_type", ""),
        ("since = 2025-09-01\n", "since = 2025-09-01\ncharter_only = 1\n", "profile_type", ""),
        ("since = 2025-09-01\n", "since = 2025-09-01\nextra = 1\n", "profile_unknown", ""),
        (
            'key = "notice.days"\nvalue = 14\n',
            'key = "notice.days"\nvalue = 14.0\n',
            "profile_type",
            "notice.days",
        ),
        (
            'key = "notice.days"\nvalue = 14\n',
            'key = "notice.days"\nvalue = true\n',
            "profile_type",
            "notice.days",
        ),
        (
            'key = "notice.days"\nvalue = 14\n',
            'key = "notice.days"\nvalue = 400\n',
            "profile_range",
            "notice.days",
        ),
        (
            'key = "notice.days"\nvalue = 14\n',
            'key = "notice.days"\nvalue = -1\n',
            "profile_range",
            "notice.days",
        ),
        ('key = "notice.days"\nvalue = 14\n', 'key = "notice.days"\n', "profile_missing", "notice.days"),
        ('key = "notice.days"', 'key = "notice.weeks"', "profile_value", "notice.weeks"),
        ('value = "more than 1/2"', 'value = "more than half"', "threshold", "quorum"),
        ('value = "more than 1/2"', "value = 0.5", "profile_type", "quorum"),
        ('value = "clear"', 'value = "some"', "profile_value", "days.count"),
        ('key = "agenda.closed"\nvalue = true', 'key = "agenda.closed"\nvalue = 1', "profile_type", "agenda"),
        (
            'value = ["hall", "phone", "paper", "electronic"]',
            'value = ["hall"]',
            "profile_missing",
            "precedence",
        ),
        (
            'value = ["hall", "phone", "paper", "electronic"]',
            'value = ["hall", "hall", "phone", "paper", "electronic"]',
            "profile_twice",
            "precedence",
        ),
        ('value = ["hall", "phone", "paper", "electronic"]', 'value = "hall"', "profile_type", "precedence"),
        ('key = "electronic"\nvalue = "charter"', 'key = "revote"\nvalue = false', "profile_twice", "revote"),
        ('status = "M"', 'status = "X"', "profile_value", "days.count"),
        ('title = "изменение устава товарищества"\n', "", "profile_missing", "charter"),
        ('title = "изменение устава товарищества"\n', "title = 5\n", "profile_type", "charter"),
        ('needs = "at least 2/3"\n', 'needs = "at least 2/0"\n', "threshold", "charter"),
        ('needs = "at least 2/3"\n', 'needs = "at least 2/3"\nneed = "x"\n', "profile_unknown", "charter"),
        ('forms = ["in_person", "mixed"]\n', 'forms = ["in_person"]\n', "profile_mixed_form", "charter"),
        ('forms = ["in_person", "mixed"]\n', 'forms = ["by post"]\n', "profile_value", "charter"),
        ('forms = ["in_person", "mixed"]\n', "forms = []\n", "profile_mixed_form", "charter"),
        ('forms = ["in_person", "mixed"]\n', 'forms = "mixed"\n', "profile_type", "charter"),
        ('effect = "election"\n', 'effect = "party"\n', "profile_value", "election"),
        ('voters = "members+owners"\n', 'voters = "board"\n', "profile_board_voters", "land"),
        ('voters = "members+owners"\n', 'base = "all_votes"\n', "profile_base_and_weight", "land"),
        (
            'voters = "members+owners"\n',
            'voters = "members+owners"\nweight = "area"\nbase = "all_members"\n',
            "profile_base_and_weight",
            "land",
        ),
        ('[usual]\nvoters = "members"\n', '[usual]\nvote = "members"\n', "profile_unknown", "usual"),
        ('when = ["in_person", "mixed"]', 'when = ["always"]', "profile_value", "date-place"),
        (
            '[[act]]\ntitle = "Федеральный закон от 29.07.2017 № 217-ФЗ"\n',
            "[[act]]\n",
            "profile_missing",
            "act",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(old, new, code, where):
    faults = profile_faults(changed(old, new))
    assert f"meetings.{code}" in {fault.code for fault in faults}
    found = next(fault for fault in faults if fault.code == f"meetings.{code}")
    assert where in found.where
    assert refused(lambda: profile_read(changed(old, new))) == faults[0].code


def test_a_row_is_found_by_its_line():
    text = changed('needs = "at least 2/3"\n', 'needs = "two thirds"\n')
    fault = profile_faults(text)[0]
    assert fault.line is not None
    head = text.split("\n")[fault.line - 1]
    assert head == "[[item]]"
    assert text.split("\n")[fault.line] == 'key = "charter"'
    refusal = fault.violation()
    assert (refusal.line, refusal.params["where"]) == (fault.line, "item charter")


@pytest.mark.parametrize("key", ["quorum", "notice.days", "days.count", "precedence", "proxy", "revote"])
def test_a_profile_without_a_term_that_is_always_asked(key):
    at = SNT.index(f'[[term]]\nkey = "{key}"\n')
    text = SNT[:at] + SNT[SNT.index("[[", at + 2) :]
    faults = profile_faults(text)
    assert [(f.code, f.params["name"]) for f in faults] == [("meetings.profile_incomplete", key)]


def test_owners_that_vote_need_a_reading():
    at = SNT.index('[[term]]\nkey = "owners.reading"\n')
    text = SNT[:at] + SNT[SNT.index("[[", at + 2) :]
    codes = {fault.code for fault in profile_faults(text)}
    assert codes == {"meetings.profile_owners_reading", "meetings.profile_pair"}


def test_in_a_board_only_its_members_vote():
    text = changed('voters = "board"', 'voters = "members"', BOARD)
    assert {fault.code for fault in profile_faults(text)} == {"meetings.profile_board_voters"}
    text = changed('weight = "head"', 'weight = "area"', BOARD)
    assert {fault.code for fault in profile_faults(text)} == {"meetings.profile_base_and_weight"}


def test_a_charter_raises_only_what_has_an_order():
    text = changed('status = "V"\ncharter = "more"', 'status = "V"\ncharter = "much"')
    assert profile_faults(text)[0].code == "meetings.profile_value"
    text = SNT.replace('key = "revote"\nvalue = false', 'key = "revote"\nvalue = false', 1)
    at = text.index('key = "revote"')
    text = text[:at] + text[at:].replace('charter = "any"', 'charter = "more"', 1)
    assert [(f.code, f.where) for f in profile_faults(text)] == [("meetings.profile_value", "term revote")]


def test_what_is_no_toml_is_told_with_its_line():
    fault = profile_faults('key = "snt"\nbody = \n')[0]
    assert (fault.code, fault.line) == ("meetings.profile_unreadable", 2)
    assert refused(lambda: profile_read("x" * 400_001)) == "meetings.profile_long"
    assert {fault.code for fault in profile_faults("")} >= {
        "meetings.profile_missing",
        "meetings.profile_incomplete",
        "meetings.profile_empty",
    }


@pytest.mark.parametrize("text", ["item = 5", "term = [1]", "usual = 3", "minutes = {a = 1}", "act = ['x']"])
def test_a_section_that_is_no_list_of_tables(text):
    assert "meetings.profile_type" in {fault.code for fault in profile_faults(text)}


def test_the_digest_is_of_the_text_and_not_of_its_line_ends():
    windows = "\ufeff" + SNT.replace("\n", "\r\n")
    assert text_digest(windows) == text_digest(SNT)
    assert profile_read(windows) == profile_read(SNT)
    assert text_digest(SNT + " ") != text_digest(SNT)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_text_is_a_crash(data):
    at = data.draw(st.integers(0, len(SNT) - 1))
    length = data.draw(st.integers(0, 60))
    put = data.draw(st.text(max_size=8))
    profile_faults(SNT[:at] + put + SNT[at + length :])
