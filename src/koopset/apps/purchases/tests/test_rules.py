"""Packs, filling, the queue and allocation by exact numbers, and by what holds for any numbers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.purchases.rules.allocation import Rule, allocate
from koopset.apps.purchases.rules.boxfill import Sums, helps
from koopset.apps.purchases.rules.explanation import Deal, explain
from koopset.apps.purchases.rules.packs import missing, missing_to_minimum, ordered, packs
from koopset.apps.purchases.rules.prices import Parts, next_break, parts_of, price_at, sum_of
from koopset.apps.purchases.rules.queue import BrokenQueue, Want, fold
from koopset.apps.purchases.tests import oracle_group_order as oracle

NAMES = "ABCDEFGHIJ"


def wants(*lines: tuple[int, int]) -> list[Want]:
    """Buyers 1, 2, 3 … who want (firm, tolerance) one after another."""
    return [Want(at, at, firm, extra) for at, (firm, extra) in enumerate(lines, start=1)]


def got(lines: list[Want], total: int, rule: Rule = Rule.BY_TIME) -> list[int]:
    return list(allocate(lines, total, rule).values())


@pytest.mark.parametrize(
    ("pack", "wanted", "tolerance", "count"),
    [(4, 0, 5, 0), (4, 2, 2, 1), (4, 4, 4, 1), (4, 5, 3, 2), (3, 5, 5, 2), (12, 18, 13, 2), (4, 5, 2, 1)],
)
def test_packs(pack, wanted, tolerance, count):
    assert packs(wanted, tolerance, pack) == count


@pytest.mark.parametrize(
    ("wanted", "tolerance", "count"),
    [(4, 0, 0), (6, 0, 0), (6, 3, 0), (6, 4, 2), (9, 1, 2), (12, 1, 2), (14, 1, 3), (1, 1, 0)],
)
def test_a_minimum_is_counted_in_packs(wanted, tolerance, count):
    assert packs(wanted, tolerance, 5, 2) == count


@pytest.mark.parametrize(
    ("wanted", "tolerance", "pack", "units"),
    [(6, 1, 6, 0), (4, 1, 6, 1), (7, 0, 6, 5), (6, 0, 6, 0), (0, 5, 6, 0), (5, 2, 4, 1), (11, 9, 12, 0)],
)
def test_missing_units(wanted, tolerance, pack, units):
    assert missing(wanted, tolerance, pack) == units


def test_missing_to_the_minimum():
    assert missing_to_minimum(6, 3, 5, 2) == 1
    assert missing_to_minimum(6, 4, 5, 2) == 0
    assert missing_to_minimum(0, 4, 5, 2) == 0


def test_by_weight_nothing_is_rounded_and_a_limit_is_kept():
    assert ordered(12_350, 5_000, 10_000, by_weight=True) == 12_350
    assert ordered(12_350, 0, 10_000, 2, by_weight=True) == 0
    assert ordered(12_350, 0, 10_000, by_weight=True, limit=12_000) == 12_000
    assert ordered(18, 13, 12) == 24
    assert ordered(18, 13, 12, limit=20) == 12
    assert ordered(18, 13, 12, 2, limit=20) == 0


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ((4, 1), (4, 1), True),
        ((3, 0), (2, 0), False),
        ((2, 1), (2, 2), True),
        ((7, 0), (6, 0), True),
        ((7, 0), (1, 0), False),
        ((4, 2), (6, 0), True),
        ((4, 2), (4, 1), False),
        ((3, 0), (4, 0), True),
        ((6, 0), (7, 0), False),
    ],
)
def test_filling_packs_allows_what_helps(before, after, allowed):
    assert helps(Sums(*before), Sums(*after), 6) is allowed


def test_by_weight_more_helps_and_less_does_not():
    assert helps(Sums(3000, 0), Sums(3500, 0), 10_000, by_weight=True)
    assert not helps(Sums(3000, 0), Sums(2500, 0), 10_000, by_weight=True)


def test_by_time():
    lines = wants((3, 2), (1, 3), (1, 0))
    assert packs(5, 5, 3) == 2
    assert got(lines, 6) == [4, 1, 1]
    assert got(lines, 4) == [3, 1, 0]
    assert got(lines, 1) == [1, 0, 0]
    assert got(lines, 0) == [0, 0, 0]
    assert got(wants((3, 0), (2, 0), (2, 0)), 6) == [3, 2, 1]
    assert got(wants((3, 0), (2, 0), (2, 0)), 7) == [3, 2, 2]
    assert got(wants((3, 2), (1, 1), (1, 0)), 10) == [5, 2, 1]
    assert got(wants((3, 0), (1, 0), (1, 0)), 8) == [3, 1, 1]


def test_a_want_lowered_and_raised_again_stands_later():
    records = [Want(1, 1, 3, 0), Want(2, 2, 3, 0), Want(3, 1, -2, 0), Want(4, 1, 2, 0)]
    assert allocate(records, 4, Rule.BY_TIME) == {1: 1, 2: 3}
    assert fold(records)[1].firm == [(1, 1), (4, 2)]


def test_the_place_of_what_is_left_is_kept():
    places = fold([Want(1, 1, 5, 2), Want(2, 2, 1, 0), Want(3, 1, 4, 1), Want(4, 1, -6, -1)])
    assert places[1].firm == [(1, 3)]
    assert places[1].extra == [(1, 2)]


def test_more_than_wanted_cannot_be_taken_back():
    with pytest.raises(BrokenQueue):
        fold([Want(1, 1, 2, 0), Want(2, 1, -3, 0)])


@pytest.mark.parametrize(
    ("came", "first", "alike"),
    [(24, [10, 5, 7, 2], [8, 5, 6, 5]), (20, [9, 5, 4, 2], [7, 5, 5, 3]), (15, [7, 5, 3, 0], [6, 4, 3, 2])],
)
def test_honey(came, first, alike):
    lines = wants((7, 3), (5, 0), (4, 4), (2, 6))
    assert packs(18, 13, 12) == 2
    assert got(lines, came, Rule.BY_TIME) == first
    assert got(lines, came, Rule.PRO_RATA) == alike


def test_prices():
    breaks = [[12, 34900], [24, 32900], [120, 29900]]
    assert price_at(11, 39900, breaks) == 39900
    assert price_at(12, 39900, breaks) == 34900
    assert price_at(24, 39900, list(reversed(breaks))) == 32900
    assert next_break(20, 39900, breaks) == (4, 32900)
    assert next_break(120, 39900, breaks) is None
    assert sum_of(7, 34900) == 244300
    assert sum_of(1250, 4550, 1000) == 5688  # 1.25 kg at 45.50: 56.875
    assert parts_of(349000, all_goods_kop=837600, transport_kop=100000, fee_bp=1700) == Parts(
        349000, 41667, 59330
    )


def test_an_explanation_holds_the_numbers_of_its_sentence():
    records = wants((7, 3), (5, 0), (4, 4), (2, 6))
    places = list(fold(records).values())
    short = explain(places, allocate(records, 15, Rule.BY_TIME), Deal(15, 12, Rule.BY_TIME, came=True))
    assert [(one["code"], one["got"], one["ahead"]) for one in short.values()] == [
        ("exact", 7, 0),
        ("exact", 5, 7),
        ("later", 3, 12),
        ("later", 0, 16),
    ]
    alike = explain(places, allocate(records, 24, Rule.PRO_RATA), Deal(24, 12, Rule.PRO_RATA))
    assert [one["code"] for one in alike.values()] == ["with_extra", "exact", "with_extra", "with_extra"]
    assert {one["code"] for one in explain(places, {}, Deal(0, 12, Rule.BY_TIME)).values()} == {"not_ordered"}


# What holds for any numbers

lines_of = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=10)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 60), st.integers(0, 6))
def test_packs_agree_with_the_oracle(wanted, tolerance, pack, minimum):
    count = packs(wanted, tolerance, pack, minimum)
    assert count == oracle.packs(wanted, tolerance, pack, minimum)
    assert missing(wanted, tolerance, pack) == oracle.missing(wanted, tolerance, pack)
    assert count == 0 or count >= minimum
    assert count * pack <= wanted + tolerance
    assert count == 0 or wanted


@given(lines_of, st.integers(0, 1500))
def test_allocation_agrees_with_the_oracle(lines, total):
    named = [(NAMES[at], firm, extra) for at, (firm, extra) in enumerate(lines)]
    records = [Want(at, at, firm, extra) for at, (firm, extra) in enumerate(lines, start=1) if firm or extra]
    kept = [line for line in named if line[1] or line[2]]
    for rule, right in ((Rule.BY_TIME, oracle.allocate_fcfs), (Rule.PRO_RATA, oracle.allocate_prorata)):
        expected, _ = right(kept, total)
        assert list(allocate(records, total, rule).values()) == list(expected.values())


@st.composite
def histories(draw):
    """Records that never fall below zero: what people do over days."""
    stand: dict[int, list[int]] = {}
    records = []
    for order in range(1, draw(st.integers(1, 30)) + 1):
        who = draw(st.integers(1, 6))
        firm, extra = stand.setdefault(who, [0, 0])
        change = (draw(st.integers(-firm, 20)), draw(st.integers(-extra, 20)))
        if change == (0, 0):
            continue
        stand[who] = [firm + change[0], extra + change[1]]
        records.append(Want(order, who, *change))
    return records, stand


@given(histories(), st.integers(0, 300), st.sampled_from(list(Rule)), st.randoms(use_true_random=False))
def test_whatever_people_do(history, total, rule, dice: random.Random):
    records, stand = history
    first = allocate(records, total, rule)
    assert sum(first.values()) <= total
    assert sum(first.values()) == min(total, sum(firm + extra for firm, extra in stand.values()))
    for who, units in first.items():
        assert 0 <= units <= sum(stand[who])
    mixed = list(records)
    dice.shuffle(mixed)
    assert allocate(mixed, total, rule) == first
    places = fold(records)
    assert {who: [one.wanted, one.tolerance] for who, one in places.items()} == {
        who: stand[who] for who in places
    }
    reasons = explain(places.values(), first, Deal(total, 6, rule))
    assert reasons.keys() == first.keys()


@given(st.integers(0, 10**6), st.integers(0, 10**7), st.sampled_from([1, 1000]))
def test_a_sum_is_rounded_once(units, price, per):
    exact = sum_of(units, price, per)
    assert abs(exact * per - units * price) * 2 <= per
