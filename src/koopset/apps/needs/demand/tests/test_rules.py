"""Exact values and properties of the rules."""

from __future__ import annotations

import itertools
import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.needs.demand.rules import cells, prices, wishes
from koopset.apps.needs.demand.rules.cells import DISTRICT, SETTLEMENT, Given
from koopset.apps.needs.demand.rules.consumption import Bought, Forecast, Unknown, Use, forecast, use_of
from koopset.apps.needs.demand.rules.prices import Paid
from koopset.apps.needs.demand.rules.proposals import Buyer, Limits, Supply, best, find
from koopset.apps.needs.demand.rules.wishes import Wanted, demand_at

F = Fraction

#: Purchases of the family Тестовы: day, litres, kopecks.
MILK = (
    (date(2020, 5, 6), "1.7", 8990),
    (date(2020, 5, 6), "0.95", 5990),
    (date(2020, 5, 10), "1.7", 8990),
    (date(2020, 5, 15), "0.925", 5490),
    (date(2020, 5, 23), "1.4", 7990),
    (date(2020, 5, 24), "1", 4990),
    (date(2020, 5, 28), "2", 11980),
    (date(2020, 6, 3), "3", 17970),
)
SAMPLE = Path(__file__).resolve().parents[7] / "shared/samples/commerce/household_milk_series_2020.json"


def milk() -> list[Bought]:
    return [Bought(day, F(litres), kop) for day, litres, kop in MILK]


def known(lines: list[Bought]) -> Use:
    use = use_of(lines)
    assert isinstance(use, Use)
    return use


def assert_is_the_oracle(lines: list[Bought]) -> None:
    use = known(lines)
    assert use.days == 28
    assert use.used == F("9.675")
    assert round(float(use.per_day), 4) == 0.3455
    assert round(float(use.per_month), 2) == 10.37
    assert use.left == 3
    assert round(float(use.lasts), 2) == 8.68
    next_need = forecast(lines)
    assert isinstance(next_need, Forecast)
    assert (next_need.on_from, next_need.on_to) == (date(2020, 6, 11), date(2020, 6, 12))
    assert next_need.early <= next_need.on_from
    assert next_need.late >= next_need.on_to


def test_milk_of_a_family():
    assert_is_the_oracle(milk())


@pytest.mark.skipif(not SAMPLE.exists(), reason="the samples are not here")
def test_milk_of_the_sample():
    rows = json.loads(SAMPLE.read_text("utf-8"))
    assert_is_the_oracle(
        [
            Bought(
                datetime.fromisoformat(row["dateTime"]).date(),
                F(str(row["volume_l"])) * F(str(row["quantity"])),
                row["sum"],
            )
            for row in rows
        ]
    )


def test_a_return_is_taken_off():
    """Two litres brought back before the last purchase were not drunk; brought back after it, they are not in the house."""
    before = known([*milk(), Bought(date(2020, 5, 29), F(-2))])
    assert before.used == F("7.675")
    after = known([*milk(), Bought(date(2020, 6, 4), F(-2))])
    assert after.used == F("9.675")
    assert after.left == 1
    assert known([*milk(), Bought(date(2020, 6, 4), F(-9))]).left == 0


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], Unknown.NO_PURCHASES),
        ([Bought(date(2020, 5, 1), F(-1))], Unknown.NO_PURCHASES),
        ([Bought(date(2020, 5, 1), F(1)), Bought(date(2020, 6, 1), F(1))], Unknown.FEW_PURCHASES),
        ([Bought(date(2020, 5, day), F(1)) for day in (1, 2, 3, 4, 5)], Unknown.FEW_DAYS),
        (
            [
                *(Bought(date(2020, 5, day), F(1)) for day in (1, 10, 20, 30)),
                Bought(date(2020, 5, 25), F(-3)),
            ],
            Unknown.RETURNED,
        ),
    ],
)
def test_nothing_is_guessed(lines, why):
    assert use_of(lines) is why
    assert forecast(lines) is why


LINES = st.lists(
    st.builds(
        Bought,
        day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        amount=st.integers(-3000, 9000).map(lambda value: F(value, 1000)),
    ),
    max_size=30,
)


@given(LINES, st.randoms())
def test_use_does_not_hang_on_the_order_and_never_counts_the_last_purchase(lines, random):
    use = use_of(lines)
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert use_of(shuffled) == use
    if isinstance(use, Use):
        assert use.used == use.per_day * use.days
        assert use.per_day > 0
        assert use.used + max(use.left, F(0)) >= sum((one.amount for one in lines), F(0))
        more = [*lines, Bought(use.last, F(1))]
        assert known(more).per_day == use.per_day
        found = forecast(lines)
        assert isinstance(found, Forecast)
        assert found.early <= found.on_from <= found.on_to <= found.late


# Prices


def paid(day: int, kop: int, shop: str = "1", amount: str = "1") -> Paid:
    return Paid(date(2026, 10, day), shop, F(amount), kop)


def test_prices_by_shop_are_medians_and_ignore_returns():
    rows = [
        paid(1, 9000), paid(5, 7000), paid(9, 8000), paid(2, 12000, "2", "2"), paid(3, -500, "2", "-1"),
        paid(4, 0, "3"),
    ]  # fmt: skip
    found = prices.by_shop(rows)
    assert [(one.shop, one.median_kop, one.least_kop, one.purchases) for one in found] == [
        ("2", F(6000), F(6000), 1),
        ("1", F(8000), F(7000), 3),
    ]
    assert found[1].latest_kop == 8000
    assert prices.own_price(rows) == 7500
    assert prices.own_price([]) is None


def test_a_trend_is_not_moved_by_one_sale():
    rows = [paid(day, 8000 + day * 10) for day in range(1, 30)]
    rows[14] = paid(15, 100)
    assert prices.trend_per_month(rows) == 300
    assert prices.trend_per_month(rows[:3]) is None


# Wishes

#: Need in kg, the most for a kg, the budget of five invented households.
FIVE = [
    Wanted(F(10), 5000, 40_000),
    Wanted(F(10), 5000, 200_000),
    Wanted(F(10), 2000, 500_000),
    Wanted(F(10), 4500, 45_000),
    Wanted(F(10), 6000, 0),
]


def test_solvent_and_insolvent_demand_are_told_apart():
    found = demand_at(FIVE, 4500)
    assert found.need == 50
    assert (round(float(found.solvent), 4), round(float(found.insolvent), 4)) == (28.8889, 21.1111)
    assert demand_at([Wanted(F(3))], 10**9).insolvent == 0
    assert wishes.month_amount(F(7), "week") == 30


@given(
    st.lists(
        st.builds(
            Wanted,
            amount=st.integers(1, 100).map(F),
            max_price_kop=st.none() | st.integers(1, 9000),
            budget_kop=st.none() | st.integers(0, 90_000),
        )
    ),
    st.integers(1, 9000),
    st.integers(0, 3000),
)
def test_a_higher_price_never_makes_more_demand_solvent(wanted, price, more):
    low, high = demand_at(wanted, price), demand_at(wanted, price + more)
    assert 0 <= high.solvent <= low.solvent <= low.need == high.need


# Cells


def gives(household: int, settlement: int, amount: int = 10, district: int = 1) -> Given:
    return Given(household, settlement, district, "хлеб", "kg", (F(amount), F(amount * 100)))


def shown_of(rows: list[Given]) -> set[tuple[str, int]]:
    return {(cell.level, cell.territory) for cell in cells.choose(rows).cells}


def test_fewer_than_five_and_one_above_half_are_never_shown():
    assert shown_of([gives(number, 0) for number in range(4)]) == set()
    assert shown_of([gives(number, 0) for number in range(5)]) == {(DISTRICT, 1)}
    assert shown_of([gives(0, 0, 41), *(gives(number, 0) for number in range(1, 5))]) == set()
    assert shown_of([gives(0, 0, 40), *(gives(number, 0) for number in range(1, 5))]) == {(DISTRICT, 1)}


def test_a_district_less_its_settlement_tells_of_nobody():
    """Nine in one settlement and two in another: with the first and the whole shown, the two would be seen by subtraction."""
    rows = [gives(number, 7) for number in range(9)] + [gives(number, 8) for number in (20, 21)]
    assert shown_of(rows) == {(DISTRICT, 1)}
    rows += [gives(number, 8) for number in (22, 23, 24)]
    assert shown_of(rows) == {(SETTLEMENT, 7), (SETTLEMENT, 8), (DISTRICT, 1)}


def test_a_household_in_two_settlements_is_one_household():
    assert shown_of([gives(number, place) for number in range(4) for place in (7, 8)]) == set()


def test_what_is_below_nothing_is_refused():
    with pytest.raises(ValueError, match="less than nothing"):
        cells.choose([gives(1, 7, -1)])


ROWS = st.lists(
    st.builds(gives, household=st.integers(0, 25), settlement=st.integers(0, 4), amount=st.integers(0, 60)),
    max_size=60,
    unique_by=lambda row: row.household,
)


@settings(max_examples=300)
@given(ROWS)
def test_no_subtraction_of_shown_cells_tells_of_anybody(rows):
    """The attack: every sum that shown cells give (a whole less any of its parts) is of five households, none above half."""
    shown = cells.choose(rows).cells
    whole = [cell for cell in shown if cell.level == DISTRICT]
    parts = [cell for cell in shown if cell.level == SETTLEMENT]
    for cell in shown:
        mine = [row for row in rows if cell.level == DISTRICT or row.settlement == cell.territory]
        assert cells.is_safe(mine)
        assert cell.values[0] == sum(row.values[0] for row in mine)
    for size in range(1, len(parts) + 1) if whole else ():
        for taken in itertools.combinations(parts, size):
            places = {cell.territory for cell in taken}
            rest = [row for row in rows if row.settlement not in places]
            assert not rest or cells.is_safe(rest)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0", "0"), ("0.0456", "0.046"), ("1", "1"), ("9.96", "10"), ("1234", "1200"), ("1250", "1300")],
)
def test_published_values_keep_two_digits(value, shown):
    assert cells.shown_value(F(value)) == F(shown)


def test_published_households_go_down_to_fives():
    assert [cells.shown_households(count) for count in (5, 9, 10, 14)] == [5, 5, 10, 10]


# Proposals


def supply(
    price: int = 35_000, *, offer: int = 1, amount: str = "0.5", pack: int = 12, cheap: int = 0
) -> Supply:
    return Supply(offer, F(amount), pack, 1, lambda items: cheap if cheap and items >= 48 else price)


def six(price: int = 90_000) -> list[Buyer]:
    return [Buyer(number, F(4), price) for number in range(1, 7)]


def test_the_arithmetic_of_a_proposal():
    """24 kg of honey a month bought at 900 ₽/kg; jars of 0.5 kg at 350 ₽: 48 jars, four packs of 12."""
    found = find(six(), supply(), Limits())
    assert found is not None
    assert found.amount == 24
    assert (found.items, found.packs) == (48, 4)
    assert found.own_kop == 24 * 90_000
    assert found.goods_kop == 48 * 35_000
    assert (found.transport_kop, found.organiser_kop) == (150_000, 84_000)
    assert (found.hours, found.hours_kop) == (Decimal("2.6"), 78_000)
    assert found.saving_kop == 2_160_000 - 1_680_000 - 150_000 - 84_000 - 78_000
    assert sum(part.saving_kop for part in found.parts) == found.saving_kop
    lines = found.arithmetic(Limits())
    assert sum(line["kop"] for line in lines[:-1]) == lines[-1]["kop"] == found.saving_kop
    json.dumps(lines)


def test_what_does_not_pay_is_not_proposed():
    assert find(six(70_000), supply(), Limits()) is None  # as dear as the shop
    assert find(six()[:4], supply(), Limits()) is None  # too few
    assert find(six(), supply(pack=60), Limits()) is None  # no whole pack
    assert find([Buyer(0, F(40), 90_000), *six()], supply(), Limits()) is None  # one is more than half
    assert find(six(), supply(), Limits(hour_kop=100_000)) is None  # the work is worth more than the saving


def test_whoever_buys_cheaper_alone_is_left_out():
    found = find([*six(), Buyer(99, F(4), 50_000)], supply(), Limits())
    assert found is not None
    assert 99 not in {part.household for part in found.parts}


def test_a_larger_volume_reaches_a_lower_price_and_the_best_offer_wins():
    found = best(six(), [supply(), supply(offer=2, cheap=30_000), supply(offer=3, cheap=30_000)], Limits())
    assert found is not None
    assert (found.offer_id, found.item_price_kop) == (2, 30_000)
    assert best([], [supply()], Limits()) is None


BUYERS = st.lists(
    st.builds(
        Buyer,
        household=st.integers(1, 40),
        amount=st.integers(0, 9000).map(lambda value: F(value, 700)),
        price_kop=st.integers(0, 200_000),
    ),
    max_size=20,
    unique_by=lambda one: one.household,
)


@settings(max_examples=300)
@given(
    BUYERS,
    st.integers(1, 90_000),
    st.integers(1, 24),
    st.sampled_from(["0.25", "0.5", "1", "0.95"]),
    st.integers(-100, 100_000),
    st.integers(0, 400_000),
)
def test_no_proposal_and_no_share_ever_saves_nothing(buyers, price, pack, amount, least, transport):
    limits = Limits(least_saving_kop=least, transport_kop=transport)
    offer = Supply(1, F(amount), pack, 1, lambda items: max(1, price - items))
    found = find(buyers, offer, limits)
    if found is None:
        return
    assert found.saving_kop > 0
    assert found.saving_kop >= least
    assert len(found.parts) >= 5
    assert all(part.saving_kop > 0 for part in found.parts)
    assert sum(part.saving_kop for part in found.parts) == found.saving_kop
    assert sum(part.amount for part in found.parts) == found.amount == found.items * offer.amount
    assert found.items == found.packs * pack
    assert found.amount <= sum(one.amount for one in buyers)
