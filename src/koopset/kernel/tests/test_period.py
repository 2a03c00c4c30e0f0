from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

months = st.builds(Month, st.integers(2, 9998), st.integers(1, 12))


def test_november() -> None:
    november = Month(2026, 11)
    assert (november.first, november.last, november.days) == (date(2026, 11, 1), date(2026, 11, 30), 30)
    assert november.number == 202611
    assert str(november) == "2026-11"
    assert november.next() == Month(2026, 12)
    assert november.previous() == Month(2026, 10)
    assert date(2026, 11, 30) in november
    assert date(2026, 12, 1) not in november


def test_edges_of_the_year_and_february() -> None:
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2027, 1).previous() == Month(2026, 12)
    assert Month(2024, 2).last == date(2024, 2, 29)
    assert Month(2100, 2).last == date(2100, 2, 28)
    assert Month(2026, 11).plus(14) == Month(2028, 1)


def test_of_takes_dates_and_moments() -> None:
    assert Month.of(date(2026, 11, 30)) == Month(2026, 11)
    assert Month.of(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)) == Month(2026, 11)


@pytest.mark.parametrize("text", ["2026-11", "11.2026", " 2026-11 "])
def test_parse(text: str) -> None:
    assert Month.parse(text) == Month(2026, 11)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "0.2026", "2026-1", "ноябрь", "0000-01", "2026-11-01"]
)
def test_parse_refuses(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        Month.parse(text)
    assert refusal.value.code == "period.bad_month"


@pytest.mark.parametrize("number", [202613, 202600, 0, -202611, 2026])
def test_from_number_refuses(number: int) -> None:
    with pytest.raises(RuleViolation) as refusal:
        Month.from_number(number)
    assert refusal.value.code == "period.bad_month"


def test_time_has_ends() -> None:
    with pytest.raises(RuleViolation):
        Month(9999, 12).next()
    with pytest.raises(RuleViolation):
        Month(1, 1).previous()


@given(months, months)
def test_order_is_that_of_numbers_and_of_first_days(a: Month, b: Month) -> None:
    assert (a < b) == (a.number < b.number) == (a.first < b.first)
    assert max(a, b) in (a, b)


@given(months)
def test_round_trips(month: Month) -> None:
    assert Month.from_number(month.number) == month == Month.parse(str(month)) == Month.of(month.last)
    assert month.next().previous() == month
    assert (month.next().first - month.last).days == 1
