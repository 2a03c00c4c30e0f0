"""Lines of a month: worked numbers, and what holds for any register."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.billing.rules.charging import (
    FeeTerms,
    Holding,
    charge_lines,
    divide,
    due_on,
    is_charged_in,
    rate_amount,
    rate_micro_of,
)
from koopset.kernel.money import amount_of, split
from koopset.kernel.period import Month

NOVEMBER = Month(2026, 11)


def fee(
    fee_id: int = 1, *, base: str = "sotka", method: str = "rate", rate: str = "150", **values: Any
) -> FeeTerms:
    known: dict[str, Any] = {
        "audience": "all",
        "period": "month",
        "from_month": 202601,
        "to_month": None,
        "due_day": 10,
    }
    return FeeTerms(
        fee_id=fee_id, base=base, method=method, rate_micro=rate_micro_of(Decimal(rate)), **(known | values)
    )


def held(
    unit_id: int,
    area: int | None = 60_000,
    *,
    account: int | None = None,
    member: bool = True,
    **values: Any,
) -> Holding:
    return Holding(
        account if account is not None else 1000 + unit_id, unit_id, f"{unit_id:05d}", area, member, **values
    )


# area (1/100 m²), base, rate → kopecks
@pytest.mark.parametrize(
    ("area", "base", "rate", "kop"),
    [
        (80_000, "sotka", "150", 120_000),  # 8 соток × 150,00 ₽ = 1 200,00 ₽
        (84_000, "sotka", "150", 126_000),
        (60_050, "sotka", "150.25", 90_225),  # 6,005 × 150,25 = 902,25125
        (61_237, "sotka", "99.99", 61_231),  # 6,1237 × 99,99 = 612,308763
        (54_321, "area", "1.234567", 67_063),  # 543,21 м² × 1,234567 = 670,62914…
        (1, "area", "0.5", 1),  # 0,01 м² × 0,50 = 0,005: half up
        (60_000, "unit", "310", 31_000),
        (None, "unit", "0.005", 1),
        (None, "account", "12345678.90", 1_234_567_890),
        (None, "sotka", "150", None),
        (None, "area", "150", None),
    ],
)
def test_a_line_by_rate_is_rounded_once(area: int | None, base: str, rate: str, kop: int | None) -> None:
    assert rate_amount(fee(base=base, rate=rate), area, None) == kop


@given(st.integers(1, 10**7), st.integers(0, 10**12), st.sampled_from(["area", "sotka"]))
def test_integers_give_what_the_kernel_gives(area: int, micro: int, base: str) -> None:
    terms = FeeTerms(1, base, "rate", micro, "all", "month", 202601, None, 10)
    quantity = Decimal(area) / (100 if base == "area" else 10_000)
    assert rate_amount(terms, area, None) == amount_of(quantity, Decimal(micro) / 1_000_000)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_dividing_is_the_kernels_largest_remainder(total: int, weights: list[int]) -> None:
    parts = divide(total, weights)
    if sum(weights):
        assert parts == list(split(total, list(enumerate(weights))).values())
        assert sum(parts) == total
    else:
        assert parts == [0] * len(weights)


def test_a_divided_sum_adds_up_and_the_tie_goes_to_the_earlier_plot() -> None:
    lines = charge_lines(
        [fee(base="unit", method="split", rate="100")], [held(3), held(1), held(2)], NOVEMBER
    )
    assert {line.unit_id: line.amount_kop for line in lines} == {1: 3334, 2: 3333, 3: 3333}
    assert lines.divided_by == {1: 3_000_000}


def test_a_sum_divided_by_area() -> None:
    lines = charge_lines(
        [fee(base="sotka", method="split", rate="1000")],
        [held(1, 100_000), held(2, 50_000), held(3, 70_000), held(4, 20_000)],
        NOVEMBER,
    )
    assert [line.amount_kop for line in lines] == [41_667, 20_833, 29_167, 8_333]


def test_shares_are_exact() -> None:
    third = Fraction(1, 3)
    terms = fee(base="share", method="split", rate="0.01")
    lines = charge_lines(
        [terms], [held(1, share=third), held(2, share=third), held(3, share=third)], NOVEMBER
    )
    assert [(line.unit_id, line.amount_kop) for line in lines] == [(1, 1)]
    rated = charge_lines([fee(base="share", rate="9000")], [held(1, share=third)], NOVEMBER)
    assert [(line.quantity_micro, line.amount_kop) for line in rated] == [(333_333, 300_000)]


def test_split_bills_make_the_whole_of_a_line() -> None:
    owners = ((7, Fraction(1, 3)), (8, Fraction(2, 3)))
    lines = charge_lines([fee(base="unit", rate="100")], [held(1, account=7, parts=owners)], NOVEMBER)
    assert {line.account_id: line.amount_kop for line in lines} == {7: 3333, 8: 6667}
    gap = charge_lines(
        [fee(base="unit", rate="100")], [held(1, account=7, parts=((7, Fraction(1, 3)),))], NOVEMBER
    )
    assert [line.amount_kop for line in gap] == [3333]
    assert gap.incomplete_units == [1]


def test_audiences() -> None:
    both = [held(1, member=True), held(2, member=False)]
    fees = [
        fee(1, audience="members"),
        fee(2, audience="non-members", rate="160"),
        fee(3, base="account", rate="10"),
    ]
    lines = charge_lines(fees, both, NOVEMBER)
    assert [
        (line.account_id, line.unit_id, lines.fees[line.fee_index].fee_id, line.amount_kop) for line in lines
    ] == [
        (1001, 0, 3, 1_000),
        (1001, 1, 1, 90_000),
        (1002, 0, 3, 1_000),
        (1002, 2, 2, 96_000),
    ]


def test_an_account_with_two_plots_pays_the_fee_of_the_account_once() -> None:
    lines = charge_lines(
        [fee(1, base="account", rate="500"), fee(2)], [held(1, account=7), held(2, account=7)], NOVEMBER
    )
    assert [(line.unit_id, line.amount_kop) for line in lines] == [(0, 50_000), (1, 90_000), (2, 90_000)]


def test_what_was_charged_is_left_out_and_counted() -> None:
    charged = {(1001, 1, 1), (1001, 0, 2)}
    lines = charge_lines(
        [fee(1), fee(2, base="account", rate="10")], [held(1), held(2)], NOVEMBER, charged=charged
    )
    assert [(line.account_id, line.amount_kop) for line in lines] == [(1002, 1_000), (1002, 90_000)]
    assert lines.repeated == {1: 1, 2: 1}


def test_a_divided_sum_is_never_divided_twice() -> None:
    lines = charge_lines(
        [fee(1, base="unit", method="split", rate="100")],
        [held(1), held(2)],
        NOVEMBER,
        charged={(1001, 1, 1)},
    )
    assert len(lines) == 0
    assert lines.repeated == {1: 1}


def test_a_plot_without_area_is_named_and_not_charged() -> None:
    lines = charge_lines([fee(1)], [held(1, None), held(2)], NOVEMBER)
    assert [line.unit_id for line in lines] == [2]
    assert lines.unmeasured == {1: [1]}


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ("month", [202602, 202603, 202604, 202605, 202701]),
        ("quarter", [202602, 202605, 202702]),
        ("year", [202602, 202702]),
        ("once", [202602]),
    ],
)
def test_periods_count_from_the_first_month(period: str, months: list[int]) -> None:
    asked = [202601, 202602, 202603, 202604, 202605, 202701, 202702]
    if period == "month":
        months = asked[1:]
    terms = fee(period=period, from_month=202602)
    assert [number for number in asked if is_charged_in(terms, Month.from_number(number))] == months


def test_the_last_month_is_charged_and_the_next_is_not() -> None:
    terms = fee(from_month=202601, to_month=202611)
    assert is_charged_in(terms, NOVEMBER)
    assert not is_charged_in(terms, Month(2026, 12))


def test_due_day_is_in_the_month_after() -> None:
    assert due_on(Month(2026, 12), 10).isoformat() == "2027-01-10"


@given(
    st.lists(st.tuples(st.integers(1, 200_000), st.booleans()), min_size=1, max_size=40),
    st.integers(0, 99),
    st.randoms(),
)
def test_the_order_of_the_register_does_not_matter(
    plots: list[tuple[int, bool]], seed: int, shuffle: random.Random
) -> None:
    holdings = [held(number, area, member=member) for number, (area, member) in enumerate(plots, 1)]
    fees = [
        fee(1, rate=f"1{seed}.37"),
        fee(2, base="area", method="split", rate="77777.77", audience="members"),
        fee(3, base="account", method="split", rate="1000"),
        fee(4, base="unit", rate="310", audience="non-members"),
    ]
    lines = charge_lines(fees, holdings, NOVEMBER)
    shuffled = list(holdings)
    shuffle.shuffle(shuffled)
    again = charge_lines(list(reversed(fees)), shuffled, NOVEMBER)
    assert lines.fingerprint(202611) == again.fingerprint(202611)
    totals = lines.totals_by_fee()
    if any(member for _area, member in plots):
        assert totals[2][1] == 7_777_777
    assert totals[3][1] == 100_000
    assert sum(kop for _count, kop in totals.values()) == lines.total_kop
    assert all(line.amount_kop > 0 for line in lines)
