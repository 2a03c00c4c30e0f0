from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.register.rules import (
    Holding,
    Term,
    equal_shares,
    number_normal,
    owners_checked,
    shares_gap,
    sort_key,
    transfer_plan,
)
from koopset.kernel.violations import RuleViolation


@pytest.mark.parametrize(
    ("text", "stored"),
    [("№ 12", "12"), (" уч. 12а ", "12А"), ("12a", "12А"), ("кв.7", "7"), ("", ""), ("3/1", "3/1")],
)
def test_a_number_is_stored_in_one_form(text, stored):
    assert number_normal(text) == stored


def test_two_comes_before_ten_and_ten_before_ten_a():
    numbers = ["10А", "2", "10", "1"]
    assert sorted(numbers, key=lambda number: sort_key("", number)) == ["1", "2", "10", "10А"]


def test_the_gap_is_named_exactly():
    assert shares_gap([Holding(1, Fraction(1, 3)), Holding(2, Fraction(1, 3))]) == Fraction(1, 3)
    assert shares_gap([Holding(1, Fraction(1)), Holding(2, Fraction(1), "lease")]) == 0


@given(st.integers(1, 200))
def test_equal_shares_make_the_whole(count):
    assert shares_gap([Holding(person, equal_shares(count)) for person in range(count)]) == 0


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_shares_by_weight_make_the_whole_and_one_more_is_refused(weights):
    holdings = [Holding(key, Fraction(weight, sum(weights))) for key, weight in enumerate(weights)]
    owners_checked(holdings)
    assert shares_gap(holdings) == 0
    with pytest.raises(RuleViolation) as refusal:
        owners_checked([*holdings, Holding(999, Fraction(1, 1000))])
    assert refusal.value.code == "register.shares_exceed"
    assert refusal.value.params["over"] == "1/1000"


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ([], "register.no_owner"),
        ([Holding(1, Fraction(1, 2)), Holding(1, Fraction(1, 2))], "register.owner_twice"),
        ([Holding(1, Fraction(0))], "register.share_out_of_range"),
        ([Holding(1, Fraction(3, 2))], "register.share_out_of_range"),
    ],
)
def test_owners_that_cannot_be_written_down(new, code):
    with pytest.raises(RuleViolation) as refusal:
        owners_checked(new)
    assert refusal.value.code == code


def test_a_transfer_keeps_who_stays_and_closes_who_leaves():
    terms = [
        Term(1, Holding(10, Fraction(1, 2)), date(2020, 1, 1), None),
        Term(2, Holding(11, Fraction(1, 2)), date(2020, 1, 1), None),
    ]
    plan = transfer_plan(terms, [Holding(10, Fraction(1, 2)), Holding(12, Fraction(1, 2))], date(2026, 3, 1))
    assert (plan.kept, plan.closed, plan.replaced, plan.left) == ((1,), (2,), (), (11,))
    assert plan.opened == (Holding(12, Fraction(1, 2)),)


def test_the_past_is_corrected_from_its_end():
    terms = [Term(1, Holding(10, Fraction(1)), date(2026, 3, 1), None)]
    with pytest.raises(RuleViolation) as refusal:
        transfer_plan(terms, [Holding(11, Fraction(1))], date(2026, 2, 1))
    assert refusal.value.code == "register.later_change"
    same_day = transfer_plan(terms, [Holding(11, Fraction(1))], date(2026, 3, 1))
    assert (same_day.replaced, same_day.closed) == ((1,), ())
