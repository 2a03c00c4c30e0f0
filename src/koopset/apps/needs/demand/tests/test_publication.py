"""A month is published once; what comes later changes only the next; nothing tells of anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import Error, transaction

from koopset.apps.needs.demand import services
from koopset.apps.needs.demand.factories import buy, make_district, make_household
from koopset.apps.needs.demand.models import Publication, PublishedCell, Wish
from koopset.apps.needs.demand.selectors.cells import area_needs
from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.apps.needs.demand.services import publication as module
from koopset.apps.needs.demand.tests.refusing import refused
from koopset.foundation.analytics import copied_at
from koopset.foundation.analytics.copying import copy_dataset
from koopset.foundation.rights.actors import SYSTEM, Forbidden, actor_for_login
from koopset.kernel.period import Month

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
ON, NOW = date(2026, 11, 6), datetime(2026, 11, 6, 4, tzinfo=UTC)
LATER_ON, LATER = date(2026, 12, 6), datetime(2026, 12, 6, 4, tzinfo=UTC)


def publish(month: Month = OCTOBER, on: date = ON, now: datetime = NOW) -> Publication:
    copy_dataset(PURCHASES, now=now)
    return services.needs_publish(actor=SYSTEM, month=month, on=on, now=now)


@pytest.fixture
def places():
    district, (here, there) = make_district("Район", "Посёлок", "Деревня")
    families = [make_household(here)[0] for _number in range(7)]
    for household in families:
        buy(household, date(2026, 10, 10), amount="4", kop=40_000)
    return district, here, there, families


def cells() -> dict[tuple[int, str, str], PublishedCell]:
    return {
        (row.territory_id, row.subject, row.measure): row
        for row in PublishedCell.objects.filter(publication=Publication.objects.latest("month"))
    }


def test_figures_are_rounded_and_of_five_or_more(places):
    district, _here, there, _families = places
    for _number in range(3):
        buy(make_household(there)[0], date(2026, 10, 11))
    made = publish()
    # With the settlement and the whole shown, the three of the other would be seen by subtraction.
    assert set(cells()) == {(district.pk, "молоко_молочное", "bought")}
    row = cells()[(district.pk, "молоко_молочное", "bought")]
    assert (row.households, row.amount, row.sum_kop) == (10, Decimal(31), 300_000)
    assert (made.cells_count, made.held_back) == (1, 2)


def test_published_once_and_for_good(places):
    first = publish()
    before = list(PublishedCell.objects.values())
    for household in places[3]:
        buy(household, date(2026, 10, 12), amount="9", at=NOW + timedelta(hours=1))
    assert publish(now=NOW + timedelta(days=1)).pk == first.pk
    assert list(PublishedCell.objects.values()) == before
    with pytest.raises(Error), transaction.atomic():
        PublishedCell.objects.update(households=1)


def test_a_late_receipt_counts_in_the_next_month_only(places):
    _district, here, _there, families = places
    publish()
    for household in families:
        buy(household, date(2026, 10, 20), amount="2", at=NOW + timedelta(days=3))
        buy(household, date(2026, 11, 20), amount="1")
    publish(NOVEMBER, LATER_ON, LATER)
    assert cells()[(here.pk, "молоко_молочное", "bought")].amount == 21
    october = area_needs(here.pk, OCTOBER)
    assert october.settlement_bought[0].amount == 28
    assert october.published.month == OCTOBER


def test_two_publications_at_once_are_one(places, monkeypatch):
    """Another publishes between our look and our writing: theirs stands, and we give it."""
    copy_dataset(PURCHASES, now=NOW)
    real, theirs = copied_at, []

    def meanwhile(dataset):
        monkeypatch.setattr(module, "copied_at", real)
        theirs.append(services.needs_publish(actor=SYSTEM, month=OCTOBER, on=ON, now=NOW))
        return real(dataset)

    monkeypatch.setattr(module, "copied_at", meanwhile)
    ours = services.needs_publish(actor=SYSTEM, month=OCTOBER, on=ON, now=NOW)
    assert [ours.pk] == [one.pk for one in theirs]
    assert Publication.objects.count() == 1
    assert PublishedCell.objects.count() == ours.cells_count


def test_wishes_are_told_by_kind_with_what_is_solvent(places):
    district, here, _there, families = places
    for number, household in enumerate(families):
        for day in (1, 12, 25):
            buy(household, date(2026, 10, day), amount="1", kop=9000)
        Wish.objects.create(
            household_id=household.pk, login_id=1, category="молоко_молочное", kind="молоко", unit="l",
            amount=Decimal(10), max_price_kop=None if number else 1, created_at=NOW - timedelta(days=1),
        )  # fmt: skip
    publish()
    # One alone would not pay the price: what is insolvent would be that one's, so nothing is shown.
    assert (here.pk, "молоко", "wished") not in cells()
    assert (district.pk, "молоко", "wished") not in cells()
    Wish.objects.update(max_price_kop=None, budget_kop=None)
    for household in families:
        buy(household, date(2026, 11, 15), amount="1", kop=9000)
    publish(NOVEMBER, LATER_ON, LATER)
    row = cells()[(here.pk, "молоко", "wished")]
    assert (row.amount, row.solvent, row.insolvent, row.price_kop) == (
        Decimal(70),
        Decimal(70),
        Decimal(0),
        9000,
    )


def test_private_and_unshared_things_are_in_no_cell(places):
    _district, here, _there, families = places
    for household in families:
        buy(household, date(2026, 10, 10), "корвалол", category="лекарства", private=True)
    for _number in range(6):
        buy(make_household(here, shares=())[0], date(2026, 10, 10), "хлеб", category="хлеб", unit="kg")
    publish()
    assert {subject for _place, subject, _measure in cells()} == {"молоко_молочное"}


def test_refusals(places):
    with refused("demand.not_copied"):
        services.needs_publish(actor=SYSTEM, month=OCTOBER, on=ON, now=NOW)
    copy_dataset(PURCHASES, now=NOW)
    with refused("demand.month_not_over"):
        services.needs_publish(actor=SYSTEM, month=NOVEMBER, on=ON, now=NOW)
    publish()
    with refused("demand.month_passed"):
        services.needs_publish(actor=SYSTEM, month=Month(2026, 9), on=ON, now=NOW)
    _household, login = make_household(places[1])
    with pytest.raises(Forbidden):
        services.needs_publish(actor=actor_for_login(login.pk, on=ON), month=OCTOBER, on=ON, now=NOW)
    assert Publication.objects.count() == 1


def test_a_place_without_figures_is_empty_and_an_unknown_one_is_none(places):
    _district, _here, there, _families = places
    assert area_needs(there.pk).is_empty
    assert area_needs(10**6) is None
    publish()
    found = area_needs(there.pk)
    assert not found.settlement_bought
    assert found.district_bought
