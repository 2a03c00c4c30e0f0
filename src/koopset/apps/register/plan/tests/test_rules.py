from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from koopset.apps.register.plan import rules
from koopset.kernel.violations import RuleViolation

SQUARE = ((0, 0), (10, 0), (10, 10), (0, 10))
BOW = ((0, 0), (10, 10), (10, 0), (0, 10))
HORSESHOE = ((0, 0), (30, 0), (30, 30), (20, 30), (20, 10), (10, 10), (10, 30), (0, 30))
points = st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000))


def refused(call, *arguments) -> str:
    with pytest.raises(RuleViolation) as refusal:
        call(*arguments)
    return refusal.value.code


@pytest.mark.parametrize(
    ("given_points", "code"),
    [
        ([], "plan.too_few_corners"),
        ([[0, 0], [5, 5]], "plan.too_few_corners"),
        ([[0, 0], [5, 5], [10, 10]], "plan.too_few_corners"),
        ([[0, 0], [5, 5], [5, 5], [0, 0]], "plan.too_few_corners"),
        (BOW, "plan.crosses_itself"),
        ([[0, 0], [10, 0], [5, 0], [5, 5]], "plan.crosses_itself"),
        ([[0, 0], [10, 0], [0, True]], "plan.bad_point"),
        ([[0, 0], [10, 0], [0, 0.5]], "plan.bad_point"),
        ([[0, 0], [10, 0], [0]], "plan.bad_point"),
        ([[0, 0], [10, 0], [0, rules.FARTHEST + 1]], "plan.bad_point"),
        ([[at, at % 7] for at in range(rules.MOST_CORNERS + 2)], "plan.too_many_corners"),
    ],
)
def test_what_is_no_shape(given_points, code) -> None:
    assert refused(rules.ring_checked, given_points) == code


def test_a_ring_is_closed_by_itself_and_has_no_repeats() -> None:
    assert rules.ring_checked([[0, 0], [0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]) == SQUARE
    assert rules.ring_checked(HORSESHOE) == HORSESHOE


def test_area_and_label() -> None:
    assert rules.doubled_area(SQUARE) == rules.doubled_area(SQUARE[::-1]) == 200
    assert rules.label_point(SQUARE) == (5, 5)
    # The centre of gravity of a horseshoe lies in its gap: the number stands in an arm.
    x, y = rules.label_point(HORSESHOE)
    assert x in {*range(11), *range(20, 31)}
    assert 10 <= y <= 30


@given(st.lists(points, min_size=3, max_size=8))
def test_a_label_stands_within_the_box_of_its_plot(corners) -> None:
    try:
        ring = rules.ring_checked(corners)
    except RuleViolation:
        assume(False)
    left, top, right, bottom = rules.box_of([ring]) or (0, 0, 0, 0)
    x, y = rules.label_point(ring)
    assert left <= x <= right
    assert top <= y <= bottom


@given(points, st.integers(200, 900), st.integers(50, 400), st.integers(1, rules.MOST_IN_ROW))
def test_a_row_is_cut_without_gaps(corner, front, depth, count) -> None:
    x, y = corner
    row = ((x, y), (x + front, y), (x + front, y + depth), (x, y + depth))
    plots = rules.row_of_plots(row, count)
    assert len(plots) == count
    assert sum(map(rules.doubled_area, plots)) == rules.doubled_area(row)
    assert plots[0][0] == row[0]
    assert plots[-1][1] == row[1]
    for one, following in pairwise(plots):
        assert (one[1], one[2]) == (following[0], following[3])


def test_what_is_no_row() -> None:
    assert refused(rules.row_of_plots, HORSESHOE, 3) == "plan.row_of_four"
    assert refused(rules.row_of_plots, SQUARE, 0) == "plan.row_count"
    assert refused(rules.row_of_plots, SQUARE, rules.MOST_IN_ROW + 1) == "plan.row_count"
    assert refused(rules.row_of_plots, BOW, 2) == "plan.crosses_itself"


def test_degrees_become_centimetres_with_north_up() -> None:
    origin = (29.88, 61.12)
    east, north = rules.on_plane([(29.881, 61.12), (29.88, 61.121)], origin)
    assert (east, north) == ((5376, 0), (0, -11057))
    assert rules.on_plane([(2_200_000.5 - 2_200_000, 1.25)], None) == [(50, -125)]
    assert refused(rules.on_plane, [(30.2, 61.12)], origin) == "plan.too_large"
