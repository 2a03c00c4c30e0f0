"""What is copied of purchases, and that answers over the copy are those of the rules."""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.utils import timezone

from koopset.apps.needs.demand.factories import buy, make_district, make_household
from koopset.apps.needs.demand.rules.consumption import Bought, by_day, totals_of
from koopset.apps.needs.demand.rules.prices import Paid, own_price, round_kop
from koopset.apps.needs.demand.selectors import frames
from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.apps.needs.models import ReceiptLine, SharingChoice
from koopset.foundation.analytics import question
from koopset.foundation.analytics.copying import copy_dataset, verify_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def copy():
    return copy_dataset(PURCHASES, now=timezone.now())


def copied_lines() -> set[int]:
    table = question(PURCHASES, lambda facts: facts.select("line_id"))
    return {row["line_id"] for row in table.to_pylist()}


def test_only_needs_that_are_shared_are_copied():
    _district, (here,) = make_district("Район", "Посёлок")
    open_one, _login = make_household(here)
    closed, _login = make_household(here, shares=())
    some, _login = make_household(here, shares=("хлеб",))
    on = date(2026, 10, 3)
    kept = buy(open_one, on)
    buy(open_one, on, "корвалол", category="лекарства", private=True)
    buy(open_one, on, "пакет", category="пакеты", need=False)
    buy(open_one, on, "", category="")
    buy(closed, on)
    buy(some, on)
    bread = buy(some, on, "хлеб", category="хлеб", unit="kg")
    copy()
    assert copied_lines() == {kept.pk, bread.pk}
    assert verify_dataset(PURCHASES).holds


def test_a_choice_taken_back_an_answer_and_a_move_reach_the_copy():
    _district, (here, there) = make_district("Район", "Посёлок", "Деревня")
    one, _login = make_household(here)
    two, _login = make_household(here)
    mine, theirs = buy(one, date(2026, 10, 3)), buy(two, date(2026, 10, 4))
    copy()
    SharingChoice.objects.filter(household=two).update(until=timezone.now())
    assert not verify_dataset(PURCHASES).holds
    assert copy().rewritten == 1
    assert copied_lines() == {mine.pk}
    # The kind alone is corrected: no amount and no sum has changed.
    ReceiptLine.objects.filter(pk=mine.pk).update(kind="кефир")
    assert not verify_dataset(PURCHASES).holds
    copy()
    table = question(PURCHASES, lambda facts: facts.select("kind", "territory_id", "district_id"))
    assert table.to_pylist() == [{"kind": "кефир", "territory_id": here.pk, "district_id": _district.pk}]
    from koopset.apps.needs.models import HouseholdHome

    HouseholdHome.objects.filter(household=one).update(territory=there)
    copy()
    assert question(PURCHASES, lambda facts: facts.select("territory_id")).to_pylist() == [
        {"territory_id": there.pk}
    ]
    assert theirs.pk not in copied_lines()


def test_amounts_are_copied_to_the_millionth():
    _district, (here,) = make_district("Район", "Посёлок")
    one, _login = make_household(here)
    buy(one, date(2026, 10, 3), amount="0.123457")
    buy(one, date(2026, 10, 3), amount="1.234567", sign=-1)
    buy(one, date(2026, 10, 4), amount=None)
    copy()
    table = question(PURCHASES, lambda facts: facts.select("micro", "sum_kop").order_by("micro"))
    assert table.to_pylist() == [
        {"micro": -1234567, "sum_kop": -8000},
        {"micro": 0, "sum_kop": 8000},
        {"micro": 123457, "sum_kop": 8000},
    ]
    assert verify_dataset(PURCHASES).holds


@pytest.mark.spark
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_answers_of_the_engine_are_those_of_the_rules(engine, settings):
    if engine == "spark" and os.environ.get("KOOPSET_SPARK") != "1":
        pytest.skip("make test-spark has the engine")
    settings.ANALYTICS_ENGINE = engine
    _district, (here, there) = make_district("Район", "Посёлок", "Деревня")
    chance = Random(20261129)
    lines: dict[tuple[int, str], list[ReceiptLine]] = {}
    for place in (here, there):
        for _number in range(3):
            household, _login = make_household(place)
            for kind in ("молоко", "кефир"):
                for _line in range(chance.randint(2, 12)):
                    row = buy(
                        household,
                        date(2026, 9, 1) + timedelta(days=chance.randint(0, 60)),
                        kind,
                        amount=f"{Decimal(chance.randint(1, 3_000_000)) / 1_000_000}",
                        kop=chance.randint(0, 30_000),
                        sign=chance.choice((1, 1, 1, 1, -1)),
                        shop=chance.choice(("7700000001", "7700000002")),
                    )
                    lines.setdefault((household.pk, kind), []).append(row)
    copy()
    table = question(
        PURCHASES,
        lambda facts: frames.candidates(
            facts, since=date(2026, 9, 1), till=date(2026, 12, 31), least_purchases=1
        ),
    )
    found = {(row["household_id"], row["kind"]): row for row in table.to_pylist()}
    for key, rows in lines.items():
        bought = [
            Bought(row.receipt.day, Fraction(str(row.amount)) * row.sign, row.sum_kop * row.sign)
            for row in rows
        ]
        totals = totals_of(by_day(bought))
        paid = own_price(Paid(one.day, "", one.amount, one.sum_kop) for one in bought)
        if not totals.purchases or paid is None:
            assert key not in found
            continue
        row = found[key]
        assert (row["first"], row["last"], row["purchases"]) == (totals.first, totals.last, totals.purchases)
        assert Fraction(row["before"], 10**6) == totals.before
        assert Fraction(row["since_last"], 10**6) == totals.since_last
        assert round_kop(Fraction(row["price_kop"])) == paid
    months = question(PURCHASES, frames.needs_month).to_pylist()
    weeks = question(PURCHASES, frames.needs_week).to_pylist()
    everything = sum(row.sum_kop * row.sign for rows in lines.values() for row in rows)
    assert sum(row["sum_kop"] for row in months) == sum(row["sum_kop"] for row in weeks) == everything
    assert all(row["week"].weekday() == 0 for row in weeks)
    for row in question(PURCHASES, frames.prices).to_pylist():
        assert row["least_kop"] <= row["median_kop"]
