from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.meetings.rules.law import Measure, Source, Status, Weight, Words, threshold_read
from koopset.apps.meetings.tests.conftest import refused


@pytest.mark.parametrize(
    ("text", "part", "whole", "holds"),
    [
        # lessons C: 10 members, 5 are no quorum, 6 are one
        ("more than 1/2", 5, 10, False),
        ("more than 1/2", 6, 10, True),
        # of 6 present 4 pass two thirds, 3 do not
        ("at least 2/3", 4, 6, True),
        ("at least 2/3", 3, 6, False),
        # 101 members: 51
        ("more than 1/2", 50, 101, False),
        ("more than 1/2", 51, 101, True),
        # ГК 181.2: not less than half
        ("at least 1/2", 5, 10, True),
        ("at least 1/2", 4, 10, False),
        ("at least 1/2", 5, 11, False),
        # 7 present: two thirds are 5
        ("at least 2/3", 4, 7, False),
        ("at least 2/3", 5, 7, True),
        # more than three quarters
        ("more than 3/4", 3, 4, False),
        ("more than 3/4", 4, 4, True),
        ("more than 3/4", 75, 100, False),
        ("more than 3/4", 76, 100, True),
        # more than a fifth (an extraordinary meeting)
        ("more than 1/5", 2, 10, False),
        ("more than 1/5", 3, 10, True),
        ("more than 1/5", 20, 100, False),
        ("more than 1/5", 21, 100, True),
        # all
        ("at least 1/1", 9, 10, False),
        ("at least 1/1", 10, 10, True),
        # area, exactly half is none
        ("more than 1/2", Fraction(100005, 100), Fraction(200010, 100), False),
        ("more than 1/2", Fraction(100006, 100), Fraction(200010, 100), True),
        ("more than 1/2", Fraction(1, 3) + Fraction(1, 6), 1, False),
        ("at least 2/3", Fraction(1, 3) + Fraction(1, 3), 1, True),
        # nothing of nothing
        ("at least 1/2", 0, 0, False),
        ("at least 2/3", 0, 5, False),
    ],
)
def test_a_threshold_at_its_border(text, part, whole, holds):
    assert threshold_read(text).reached(part, whole) is holds


@pytest.mark.parametrize(
    ("text", "whole", "least"),
    [
        ("more than 1/2", 10, 6),
        ("more than 1/2", 101, 51),
        ("more than 1/2", 1, 1),
        ("at least 2/3", 6, 4),
        ("at least 2/3", 7, 5),
        ("more than 1/5", 10, 3),
        ("at least 1/1", 7, 7),
        ("at least 1/2", 0, 1),
    ],
)
def test_the_least_number_of_people(text, whole, least):
    assert threshold_read(text).least_people(whole) == least


@given(
    st.sampled_from(["more than", "at least"]),
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(1, 500),
)
def test_the_least_number_is_the_first_that_is_enough(word, a, b, whole):
    top, below = sorted((a, b))
    if word == "more than" and top == below:
        return
    threshold = threshold_read(f"{word} {top}/{below}")
    least = threshold.least_people(whole)
    assert threshold.reached(least, whole)
    assert not threshold.reached(least - 1, whole)
    assert threshold_read(str(threshold)) == threshold


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1/2",
        "more than 0/2",
        "at least 3/2",
        "more than 1/1",
        "at least 1/0",
        "more than 0.5",
        "больше 1/2",
    ],
)
def test_what_is_no_threshold(text):
    assert refused(lambda: threshold_read(text)) == "meetings.threshold"


def test_harder_is_a_larger_share_or_a_strict_one():
    half, more = threshold_read("at least 1/2"), threshold_read("more than 1/2")
    assert more.is_harder_than(half)
    assert not half.is_harder_than(more)
    assert not half.is_harder_than(half)
    assert threshold_read("at least 2/3").is_harder_than(more)


def test_a_measure_shows_its_arithmetic():
    one = Measure(Fraction(3), Fraction(6), threshold_read("at least 2/3"), Weight.HEAD)
    assert (one.needed, one.is_reached, one.least_people) == (Fraction(4), False, 4)
    area = Measure(Fraction(50), Fraction(100), threshold_read("more than 1/2"), Weight.AREA)
    assert (area.needed, area.is_reached, area.least_people) == (Fraction(50), False, None)


def test_what_is_not_read_in_a_text_is_to_be_checked():
    assert not Source("ст. 1", Status.READ).is_to_be_checked
    assert Source("ст. 1", Status.PARTLY).is_to_be_checked
    assert Source("ст. 1", Status.GENERAL).is_to_be_checked
    assert (Words("да", "yes").in_language("en-gb"), Words("да", "yes").in_language("ru")) == ("yes", "да")
