"""What happens to personal accounts when an owner dies, heirs come, plots are divided and joined."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from koopset.apps.billing import factories
from koopset.apps.billing import services as billing
from koopset.apps.billing.models import PersonalAccount
from koopset.apps.people.factories import make_person
from koopset.apps.register import services as register
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DIED = date(2026, 3, 10)


@pytest.fixture
def home():
    return factories.make_billing_organisation().pk


def account_of(home, unit, payer):
    return billing.personal_account_open(
        actor=SYSTEM, organisation_id=home, number=None, payer_id=payer.pk, unit_ids=[unit.pk], opened_on=date(2026, 1, 1), now=NOW
    )  # fmt: skip


def accounts(home):
    rows = PersonalAccount.objects.filter(organisation_id=home).order_by("pk")
    return [(row.payer_id, row.opened_on, row.closed_on) for row in rows]


def die(home, person):
    register.death_record(
        actor=SYSTEM, organisation_id=home, person_id=person.pk, died_on=DIED, document="№ 1", now=NOW
    )


def test_the_account_of_the_deceased_ends_and_the_one_that_waited_gets_the_heir(home):
    person, heir = make_person(home), make_person(home)
    unit = make_unit(home, owners=[person])
    account_of(home, unit, person)
    die(home, person)
    old = (person.pk, date(2026, 1, 1), date(2026, 3, 9))
    assert accounts(home) == [old, (None, DIED, None)]
    register.estate_pass(
        actor=SYSTEM, organisation_id=home, unit_id=unit.pk, deceased_id=person.pk, heirs=[register.ShareInput(heir.pk)],
        on=date(2026, 9, 15), deed="№ 2", now=NOW,
    )  # fmt: skip
    assert accounts(home) == [old, (heir.pk, DIED, None)]


def test_a_living_co_owner_goes_on_paying(home):
    person, wife = make_person(home), make_person(home)
    unit = make_unit(home, owners=[(person, Fraction(2, 3)), (wife, Fraction(1, 3))])
    account_of(home, unit, person)
    die(home, person)
    assert accounts(home)[1:] == [(wife.pk, DIED, None)]


def test_division_ends_the_account_with_its_debt_and_opens_one_for_each_plot(home):
    person = make_person(home)
    unit, other = (make_unit(home, number, area_m2=600, owners=[person]) for number in ("1", "2"))
    account_of(home, unit, person)
    account_of(home, other, person)
    made = register.unit_split(
        actor=SYSTEM, organisation_id=home, unit_id=unit.pk, on=date(2026, 6, 1), now=NOW,
        parts=[register.NewUnit("1/1", Decimal(250)), register.NewUnit("1/2", Decimal(350))],
    )  # fmt: skip
    new = (person.pk, date(2026, 6, 1), None)
    kept = (person.pk, date(2026, 1, 1), None)
    ended = (person.pk, date(2026, 1, 1), date(2026, 5, 31))
    assert accounts(home) == [ended, kept, new, new]
    register.unit_merge(
        actor=SYSTEM, organisation_id=home, unit_ids=[other.pk, made[0].pk], into=register.NewUnit("3", Decimal(850)),
        on=date(2026, 7, 1), now=NOW,
    )  # fmt: skip
    assert [row[2] for row in accounts(home)] == [
        date(2026, 5, 31),
        date(2026, 6, 30),
        date(2026, 6, 30),
        None,
        None,
    ]
