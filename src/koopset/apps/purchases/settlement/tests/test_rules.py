"""The arithmetic of settlement: published examples, and what must hold for any numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.purchases.settlement.rules import claims, codes, costs, holds, intake, proof, savings
from koopset.apps.purchases.settlement.rules.costs import FeeKind, SplitBy, Taken
from koopset.kernel.money import split
from koopset.kernel.violations import RuleViolation

HONEY = {
    1: Taken(10 * 34900, Decimal(10)),
    2: Taken(5 * 34900, Decimal(5)),
    3: Taken(7 * 34900, Decimal(7)),
    4: Taken(2 * 34900, Decimal(2)),
}
sums = st.integers(-(10**9), 10**9)
takers = st.dictionaries(
    st.integers(1, 50),
    st.builds(Taken, st.integers(0, 10**8), st.decimals(0, 1000, places=3)),
    min_size=1,
    max_size=12,
)


def test_transport_by_value_and_by_member():
    assert costs.split_cost(100_000, SplitBy.VALUE, HONEY) == {1: 41667, 2: 20833, 3: 29167, 4: 8333}
    assert costs.split_cost(100_000, SplitBy.MEMBER, HONEY) == dict.fromkeys(HONEY, 25_000)
    three = {key: HONEY[key] for key in (1, 2, 3)}
    assert costs.split_cost(10_000, SplitBy.MEMBER, three) == {1: 3334, 2: 3333, 3: 3333}
    assert costs.split_cost(-33_333, SplitBy.MEMBER, three) == dict.fromkeys(three, -11_111)
    assert split(5_000_000, [(1, 1234567), (2, 890123), (3, 45600), (4, 0)]) == {
        1: 2844244,
        2: 2050701,
        3: 105055,
        4: 0,
    }


def test_who_took_nothing_bears_nothing_and_nobody_is_divided_by():
    taken = {1: Taken(0), 2: Taken(100)}
    assert costs.split_cost(1_000, SplitBy.MEMBER, taken) == {1: 0, 2: 1_000}
    assert costs.split_cost(0, SplitBy.VALUE, {1: Taken(0)}) == {1: 0}
    with pytest.raises(RuleViolation, match="nobody_took"):
        costs.split_cost(1_000, SplitBy.VALUE, {1: Taken(0)})


def test_fees():
    assert sum(costs.fee_parts(FeeKind.PERCENT, 500, HONEY).values()) == 24 * 34900 * 5 // 100
    assert costs.fee_parts(FeeKind.ITEM, 1_000, HONEY) == {1: 10_000, 2: 5_000, 3: 7_000, 4: 2_000}
    assert sum(costs.fee_parts(FeeKind.FLAT, 10_001, HONEY).values()) == 10_001
    assert costs.fee_parts(FeeKind.PERCENT, 500, {1: Taken(0)}) == {1: 0}
    with pytest.raises(RuleViolation, match="fee_too_high"):
        costs.check_fee(FeeKind.PERCENT, 5_001)


def test_twenty_three_bunches_of_twenty_four():
    price, too_much = costs.spread_price(5_500, 23, 10)
    assert (price, too_much) == (240, 20)
    got = {1: Decimal(10), 2: Decimal(8), 3: Decimal(5)}
    assert costs.spread_loss(5_500, got) == {1: 2391, 2: 1913, 3: 1196}, (
        "the 0.20 is placed, nobody pays 55.20"
    )


def test_a_hold_that_is_set_free_and_one_that_is_charged():
    assert holds.end_hold(69_800, 0) == holds.HoldEnd(0, 0, 69_800)
    assert holds.end_hold(244_300, 349_000) == holds.HoldEnd(244_300, 104_700, 0)
    with pytest.raises(RuleViolation, match="not_enough"):
        holds.check_hold(100, 101)


def test_a_code_forgives_spaces_and_no_slips():
    code = codes.make_code(4821093)
    assert codes.read_code(codes.spaced(code)) == code
    assert codes.read_code(f"https://site/o/1/rounds/2/handout/?code={code}") == code
    for at in range(8):
        wrong = code[:at] + str((int(code[at]) + 1) % 10) + code[at + 1 :]
        with pytest.raises(RuleViolation):
            codes.read_code(wrong)


@given(st.integers(0, 10**7 - 1), st.integers(0, 6))
def test_neighbours_changed_places_are_seen(number, at):
    code = codes.make_code(number)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if swapped != code:
        with pytest.raises(RuleViolation):
            codes.read_code(swapped)


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_a_refusal(text):
    try:
        read = codes.read_code(text)
    except RuleViolation:
        return
    assert len(read) == 8


@given(sums, st.sampled_from(SplitBy), takers)
def test_a_split_adds_up(total, by, taken):
    try:
        parts = costs.split_cost(total, by, taken)
    except RuleViolation:
        assert not any(one.goods_kop for one in taken.values())
        return
    assert sum(parts.values()) == (total if any(one.goods_kop for one in taken.values()) else 0)
    assert all(parts[key] == 0 for key, one in taken.items() if not one.goods_kop)


@given(st.sampled_from(FeeKind), st.integers(1, 5_000), takers)
def test_a_recalculation_is_a_difference(kind, rate, taken):
    before = costs.fee_parts(kind, rate, taken)
    after = costs.fee_parts(kind, rate + 1, taken)
    rows = costs.differences(after, before)
    assert {key: before[key] + rows.get(key, 0) for key in before} == after
    assert 0 not in rows.values()


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_hold_ends_to_the_kopeck(held, due):
    end = holds.end_hold(held, due)
    assert end.from_hold_kop + end.from_account_kop == due
    assert end.from_hold_kop + end.released_kop == held
    assert min(end.from_hold_kop, end.from_account_kop, end.released_kop) >= 0
    assert not (end.from_account_kop and end.released_kop)


@given(st.lists(sums), st.lists(sums))
def test_the_proof_sees_whom_one_forgot(members, others):
    assert proof.prove(members, others, [sum(members) - sum(others)]).holds
    forgot = proof.prove(members, others, [sum(members) - sum(others) + 1])
    assert forgot.gap_kop == -1
    assert proof.unmatched([(1, 5, 5, 0), (2, 5, 8, 4)]) == [(2, 1)]


@given(st.lists(st.tuples(st.sampled_from(intake.Outcome), st.integers(-50, 50)), max_size=20))
def test_rows_of_intake_never_go_below_nothing(rows):
    written: list[tuple[intake.Outcome, int]] = []
    for outcome, quantity in rows:
        now = intake.came(20, written)
        try:
            intake.check_row(now, outcome, quantity)
        except RuleViolation:
            continue
        written.append((outcome, quantity))
    end = intake.came(20, written)
    assert min(end.good, end.spoilt, end.substitute) >= 0
    assert end.short == max(0, 20 - end.arrived)
    assert end.over == max(0, end.arrived - 20)


def test_pieces_are_counted_and_kilograms_are_weighed():
    assert intake.units_of(Decimal("1.250"), by_weight=True) == 1250
    assert intake.units_of(Decimal(24), by_weight=False) == 24
    for number, by_weight in (("0.5", False), ("0.0005", True), ("NaN", True), ("1e30", False)):
        with pytest.raises(RuleViolation):
            intake.units_of(Decimal(number), by_weight=by_weight)


@given(st.integers(0, 10**6), st.lists(st.integers(-100, 10**6), max_size=8))
def test_credits_never_pass_what_was_charged(charged, asked):
    credited = 0
    for kop in asked:
        try:
            claims.check_credit(charged, credited, kop)
        except RuleViolation:
            continue
        credited += kop
    assert 0 <= credited <= charged


@given(st.integers(-100, 10**4), st.integers(-100, 10**4), st.integers(-10, 10**4), st.booleans())
def test_nothing_is_sent_that_is_not_free(free, fund, kop, has_reason):
    try:
        overridden = claims.check_pay_out(free, fund, kop, reason="своя касса" if has_reason else " ")
    except RuleViolation:
        return
    assert 0 < kop <= free
    assert overridden == (kop > fund)
    assert has_reason or kop <= fund


def test_saving_is_unknown_where_there_is_no_earlier_price():
    assert savings.line_saving(30_000, Decimal("0.5"), None).saved_kop is None
    assert savings.line_saving(30_000, Decimal("0.5"), Decimal(70_001)).saved_kop == 5_001
    assert savings.line_saving(30_000, Decimal(1), Decimal(20_000)).saved_kop == -10_000
    assert savings.hours_shared(60, [1, 2], {2: 180, 9: 30}) == {1: 60, 2: -120, 9: -30}
    assert savings.median_mark([5, 4]) is None
    assert savings.median_mark([5, 4, 2]) == 4


@given(st.dictionaries(st.integers(1, 20), st.integers(0, 10**6), min_size=1), st.integers(0, 10**7))
def test_what_lines_cost_adds_up(goods, total):
    parts = savings.paid_with_costs(goods, total)
    assert sum(parts.values()) == (total if any(goods.values()) else 0)
