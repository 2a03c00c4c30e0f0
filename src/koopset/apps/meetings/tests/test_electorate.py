from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.meetings.rules.board import board_size
from koopset.apps.meetings.rules.canonical import canonical, canonical_read
from koopset.apps.meetings.rules.electorate import (
    Holding,
    Unit,
    board_by_head,
    electorate_data,
    electorate_digest,
    members_by_area,
    members_by_head,
    owners_by_area,
    owners_by_head,
    owners_by_unit,
)
from koopset.apps.meetings.rules.records import electorates_read
from koopset.apps.meetings.tests.conftest import profile, refused

HALF = Fraction(1, 2)


def test_a_member_with_three_plots_has_one_vote():
    found = members_by_head([7, 7, 7, 3])
    assert [(one.person, str(one.weight)) for one in found.electors] == [(3, "1"), (7, "1")]
    assert (found.whole == 2, found.part_of(7), found.part_of(8) == 0) == (True, HALF, True)


def test_joint_owners_who_are_no_members_vote_apart():
    holdings = [
        Holding(1, 10, HALF),
        Holding(1, 11, HALF),
        Holding(2, 12, Fraction(1)),
        Holding(3, 12, Fraction(1)),
    ]
    found = owners_by_head(holdings, members={10})
    assert [one.person for one in found.electors] == [11, 12]
    assert found.whole == 2
    by_unit = owners_by_unit(holdings, members={10})
    assert [(one.person, one.weight) for one in by_unit.electors] == [(11, HALF), (12, 2)]
    assert by_unit.whole == Fraction(5, 2)


def test_a_house_weighs_area_times_share_over_the_areas_of_premises():
    units = [Unit(1, Decimal("50.10")), Unit(2, Decimal("49.90")), Unit(3, Fraction(100))]
    third = Fraction(1, 3)
    holdings = [
        Holding(1, 10, third),
        Holding(1, 11, third),
        Holding(1, 12, third),
        Holding(2, 10, Fraction(1)),
        # of unit 3 nobody knows the owner: it stays in the whole
    ]
    found = owners_by_area(units, holdings)
    assert found.whole == 200
    assert found.weight_of(11) == Fraction("16.7")
    assert found.weight_of(10) == Fraction("66.6")
    assert found.part_of(10) + found.part_of(11) + found.part_of(12) == HALF
    assert [(part.unit, part.share) for part in found.electors[0].parts] == [(1, third), (2, 1)]


def test_members_of_an_association_are_weighed_among_themselves():
    units = [Unit(1, Decimal(60)), Unit(2, Decimal(40))]
    holdings = [Holding(1, 10, HALF), Holding(1, 11, HALF), Holding(2, 12, Fraction(1))]
    found = members_by_area(units, holdings, members={10, 12, 99})
    assert [one.person for one in found.electors] == [10, 12]
    assert found.whole == 70


@pytest.mark.parametrize(
    ("units", "holdings", "code"),
    [
        ([Unit(1)], [], "area_unknown"),
        ([Unit(1, Decimal(0))], [], "area_unknown"),
        ([Unit(1, Decimal(5)), Unit(1, Decimal(5))], [], "unit_twice"),
        ([Unit(1, Decimal(5))], [Holding(2, 10, HALF)], "unit_unknown"),
        ([Unit(1, Decimal(5))], [Holding(1, 10, Fraction(0))], "share_out_of_range"),
        ([Unit(1, Decimal(5))], [Holding(1, 10, Fraction(3, 2))], "share_out_of_range"),
        ([Unit(1, Decimal(5))], [Holding(1, 10, HALF), Holding(1, 11, Fraction(2, 3))], "shares_exceed"),
    ],
)
def test_a_register_out_of_order_is_refused(units, holdings, code):
    assert refused(lambda: owners_by_area(units, holdings)) == f"meetings.{code}"


def test_the_chair_is_of_the_board():
    assert board_by_head([1, 2, 3], 2).chair == 2
    assert refused(lambda: board_by_head([1, 2, 3], 4)) == "meetings.chair_not_in_board"
    assert board_by_head([1, 2], None).chair is None


@pytest.mark.parametrize(
    ("members", "size", "code", "most"),
    [
        (100, 2, "board_too_small", 5),
        (100, 5, None, 5),
        (100, 6, "board_too_large", 5),
        (119, 5, None, 5),
        (120, 6, None, 6),
        (60, 3, None, 3),
        (59, 3, "board_small_body", 3),
        (20, 3, "board_small_body", 3),
        (20, 4, "board_too_large", 3),
    ],
)
def test_three_to_five_percent(members, size, code, most):
    found = board_size(profile("snt-board"), members=members, size=size)
    assert (found.code, found.most) == (code and f"meetings.{code}", most)
    assert found.is_error is (code in {"board_too_small", "board_too_large"})


def test_boards_without_a_share_and_without_a_size(snt):
    found = board_size(profile("board"), members=10, size=9)
    assert (found.code, found.most) == (None, None)
    assert board_size(snt, members=10, size=9) is None


registers = st.lists(
    st.tuples(st.integers(1, 10_000), st.lists(st.integers(1, 9), min_size=1, max_size=4)),
    min_size=1,
    max_size=12,
)


@given(registers)
def test_fractions_sum_to_one(rows):
    units = [Unit(at, Fraction(area, 100)) for at, (area, _) in enumerate(rows)]
    holdings = [
        Holding(at, person, Fraction(share, sum(shares)))
        for at, (_, shares) in enumerate(rows)
        for person, share in enumerate(shares, at % 3)
    ]
    found = owners_by_area(units, holdings)
    assert sum((found.part_of(one.person) for one in found.electors), Fraction(0)) == 1
    assert sum((one.weight for one in found.electors), Fraction(0)) == found.whole
    # whoever reads it in another order sees the same register
    again = owners_by_area(list(reversed(units)), list(reversed(holdings)))
    assert electorate_digest([again]) == electorate_digest([found])
    read = electorates_read(canonical_read(canonical(electorate_data([found]))))
    assert read == (found,)


def test_a_changed_register_has_another_hash():
    one = members_by_head([1, 2, 3])
    assert electorate_digest([one]) == electorate_digest([members_by_head([3, 2, 1, 1])])
    assert electorate_digest([one]) != electorate_digest([members_by_head([1, 2, 4])])
    assert electorate_digest([one]) != electorate_digest([one, one])
    assert len(electorate_digest([one])) == 64
