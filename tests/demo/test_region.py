"""The 17 districts of the first target, each a hundredth of its size: the same code, the same steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from tests.demo.building import DAY

from koopset.apps.billing.models import Charge, PaymentDocument
from koopset.apps.billing.payments.models import Payment
from koopset.apps.joining.models import Coordinator
from koopset.apps.joining.selectors import bodies_of, district_numbers, waiting_applications
from koopset.apps.ledger.selectors import verify
from koopset.apps.organisations.models import Organisation
from koopset.apps.people.models import Login
from koopset.apps.places import services as places
from koopset.apps.register.models import Membership, Unit
from koopset.foundation.rights.actors import actor_for_login
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.testing.database import clean_tables
from koopset.portal.demo import region
from koopset.portal.demo.calendar import Calendar
from koopset.portal.demo.district import DISTRICT
from koopset.portal.demo.mark import put_mark
from koopset.portal.demo.office import operator_create
from koopset.portal.demo.people import REGION_DISTRICT, REGION_LARGEST, REGION_ROLES, demo_entries

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.django_db]
CALENDAR = Calendar(DAY)


def test_the_target_is_34_000_plots() -> None:
    """With the 300 plots and 120 flats of the town: 2,000 a district."""
    towns = 300 + 120
    assert (
        sum(region.USUAL) == sum(region.SIZES[REGION_DISTRICT]) == sum(region.SIZES[DISTRICT]) + towns == 2000
    )


@pytest.fixture(scope="module")
def small(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    before = settings.DATA_DIR
    settings.DATA_DIR = tmp_path_factory.mktemp("region")
    with django_db_blocker.unblock():
        clean_tables()
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        across_tenants("a test looks at the whole region"),
        transaction.atomic(),
    ):
        patch.setattr(region, "USUAL", (4,))
        patch.setattr(region, "SIZES", {REGION_DISTRICT: (21, 3), DISTRICT: (5,)})
        put_mark(town_date=CALENDAR.today, now=CALENDAR.now)
        operator = operator_create("operator@koopset.example")
        places.tree_load(actor=operator, now=CALENDAR.now)
        region.region_build(operator, CALENDAR, lambda _text: None)
        yield
        transaction.set_rollback(True)
    settings.DATA_DIR = before
    with django_db_blocker.unblock():
        clean_tables()


def _actor(email: str):
    return actor_for_login(Login.objects.get(email=email).pk, on=CALENDAR.today)


def test_every_district_has_its_settlements_and_who_helps(small: None) -> None:
    numbers = district_numbers(_actor("operator@koopset.example"), now=CALENDAR.now)
    assert len(numbers) == 17
    plots = {row.name: row.units for row in numbers}
    assert (plots.pop(REGION_DISTRICT), plots.pop(DISTRICT), set(plots.values())) == (24, 5, {4})
    assert Coordinator.objects.count() == 16  # that of the town's district comes with the town
    assert len(waiting_applications(_actor("operator@koopset.example"))) == 17


def test_settlements_stand_at_every_step(small: None) -> None:
    steps = {row.step for row in bodies_of(_actor("operator@koopset.example"), now=CALENDAR.now)}
    assert steps == {"verification", "bank", "register", "charge", ""}


def test_what_works_has_members_charges_payments_and_proved_books(small: None) -> None:
    largest = Organisation.objects.get(name_short=f"СНТ «{REGION_LARGEST}»").pk
    assert Unit.objects.filter(organisation_id=largest).count() == 21
    assert 15 <= Membership.objects.filter(organisation_id=largest).count() <= 21
    assert Charge.objects.filter(organisation_id=largest).count() >= 3 * 21
    assert Payment.objects.filter(organisation_id=largest).count() > 20
    assert PaymentDocument.objects.filter(organisation_id=largest).exists()
    assert list(verify()) == []


def test_one_enters_as_those_of_the_region(small: None) -> None:
    offered = {entry.key: entry for entry in demo_entries()}
    for role in REGION_ROLES:
        assert offered[role.key].organisation_id is not None or not role.organisation
        client = Client()
        answer = client.post("/demo/", {"who": role.key}, follow=True)
        assert answer.status_code == 200, role
        assert answer.redirect_chain, role


def test_nothing_of_it_lies_in_the_future(small: None) -> None:
    latest = max(Payment.objects.values_list("received_on", flat=True))
    assert latest < CALENDAR.today
