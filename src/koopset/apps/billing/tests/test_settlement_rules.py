"""The order of settlement: worked numbers, and what holds for any payment."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.billing.rules.overdue import age_of_debt, bucket
from koopset.apps.billing.rules.settlement import OpenCharge, Policy, settle


def charge(pk: int, month: int, kop: int, kind: str = "membership", day: int = 10) -> OpenCharge:
    year, number = divmod(month, 100)
    following = date(year + number // 12, number % 12 + 1, day)
    return OpenCharge(pk, month, pk % 4 + 1, kind, "76.01", following, kop)


SEPTEMBER, OCTOBER, NOVEMBER = charge(1, 202609, 100_00), charge(2, 202610, 60_00), charge(3, 202610, 40_00)
NOW = charge(4, 202611, 100_00)
PENALTY = charge(5, 202608, 5_00, "penalty")
ALL = [NOW, PENALTY, NOVEMBER, SEPTEMBER, OCTOBER]


@pytest.mark.parametrize(
    ("policy", "stated", "amount", "parts", "advance"),
    [
        (Policy("oldest"), None, 150_00, ((1, 100_00), (2, 50_00)), 0),
        (
            Policy("oldest"),
            202611,
            150_00,
            ((1, 100_00), (2, 50_00)),
            0,
        ),  # the month named by the payer changes nothing here
        (Policy("oldest"), None, 310_00, ((1, 100_00), (2, 60_00), (3, 40_00), (4, 100_00), (5, 5_00)), 5_00),
        (Policy("oldest", penalties_last=False), None, 7_00, ((5, 5_00), (1, 2_00)), 0),
        (Policy("stated"), 202611, 150_00, ((4, 100_00), (1, 50_00)), 0),
        (Policy("stated"), None, 150_00, ((1, 100_00), (2, 50_00)), 0),
        (Policy("stated"), 202608, 10_00, ((1, 10_00),), 0),  # a penalty of the named month still waits
        (Policy("proportional"), None, 150_00, ((1, 100_00), (2, 30_00), (3, 20_00)), 0),
        (Policy("proportional"), 202610, 33_33, ((2, 20_00), (3, 13_33)), 0),
        (Policy("proportional"), None, 1, ((1, 1),), 0),
    ],
)
def test_worked_settlements(
    policy: Policy, stated: int | None, amount: int, parts: tuple[tuple[int, int], ...], advance: int
) -> None:
    answer = settle(amount, ALL, policy, stated_month=stated)
    assert answer.parts == parts
    assert answer.advance_kop == advance


def test_a_payment_without_charges_is_an_advance() -> None:
    assert settle(500, [], Policy()).advance_kop == 500


def test_nothing_is_settled_by_nothing() -> None:
    with pytest.raises(ValueError, match="positive"):
        settle(0, ALL, Policy())


_charges = st.lists(
    st.tuples(
        st.sampled_from([202608, 202609, 202610, 202611]),
        st.integers(-50, 10**6),
        st.sampled_from(["membership", "target", "penalty"]),
    ),
    max_size=12,
).map(lambda rows: [charge(pk, month, kop, kind) for pk, (month, kop, kind) in enumerate(rows, 1)])


@given(
    st.integers(1, 10**7),
    _charges,
    st.sampled_from(["oldest", "stated", "proportional"]),
    st.booleans(),
    st.sampled_from([None, 202609, 202611]),
    st.randoms(),
)
def test_settlement_is_exact(
    amount: int, charges: list[OpenCharge], order: str, last: bool, stated: int | None, shuffle: object
) -> None:
    policy = Policy(order, last)
    answer = settle(amount, charges, policy, stated_month=stated)
    remaining = {one.charge_id: one.remaining_kop for one in charges}
    assert sum(kop for _pk, kop in answer.parts) + answer.advance_kop == amount
    assert all(0 < kop <= remaining[pk] for pk, kop in answer.parts)
    assert len({pk for pk, _kop in answer.parts}) == len(answer.parts)
    if answer.advance_kop:
        assert sum(kop for _pk, kop in answer.parts) == sum(max(0, kop) for kop in remaining.values())
    mixed = list(charges)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert settle(amount, mixed, policy, stated_month=stated) == answer


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("debt", "overdue", "since", "days"),
    [
        (0, 0, None, 0),
        (-500, 0, None, 0),
        (100, 0, None, 0),  # only what is due on December 10
        (150, 50, date(2026, 11, 10), 14),
        (200, 100, date(2026, 11, 10), 14),
        (201, 101, date(2026, 10, 10), 45),
        (1000, 900, date(2026, 10, 10), 45),  # older than all that was charged here
    ],
)
def test_age_of_a_debt(debt: int, overdue: int, since: date | None, days: int) -> None:
    charged = [(date(2026, 12, 10), 100), (date(2026, 11, 10), 100), (date(2026, 10, 10), 100)]
    age = age_of_debt(debt, charged, TODAY)
    assert (age.overdue_kop, age.since, age.days) == (overdue, since, days)


def test_the_due_day_itself_is_in_time() -> None:
    assert age_of_debt(100, [(TODAY, 100)], TODAY).overdue_kop == 0


def test_buckets() -> None:
    assert [bucket(days) for days in (0, 29, 30, 89, 90, 180, 364, 365, 5000)] == [
        0,
        0,
        30,
        30,
        90,
        180,
        180,
        365,
        365,
    ]
