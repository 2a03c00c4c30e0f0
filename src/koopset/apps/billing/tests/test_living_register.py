"""What happens to personal accounts when an owner dies, heirs come, plots are divided and joined."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from koopset.apps.billing import factories
from koopset.apps.billing import services as billing
from koopset.apps.billing.models import AccountUnit, Charge, PersonalAccount
from koopset.apps.billing.payments.services import payment_enter_by_hand
from koopset.apps.billing.selectors.debts import balances
from koopset.apps.billing.selectors.late import late_charges
from koopset.apps.ledger.services import OpeningBalance, opening_balances_post
from koopset.apps.organisations.selectors import own_accounts
from koopset.apps.people.factories import make_person
from koopset.apps.register import selectors as register_selectors
from koopset.apps.register import services as register
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.refusals import refused
from koopset.kernel.period import Month

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


def take_back(home, person, **changes):
    values = {
        "actor": SYSTEM,
        "organisation_id": home,
        "person_id": person.pk,
        "word": "по ошибке",
        "now": NOW,
    }
    register.death_reverse(**(values | changes))


def test_a_death_by_mistake_gives_the_account_back_with_what_was_charged_meanwhile(home):
    person = make_person(home)
    unit = make_unit(home, owners=[person])
    old = account_of(home, unit, person)
    factories.make_fee(home)
    factories.post_month(home, month=Month(2026, 3))
    die(home, person)
    factories.post_month(home, month=Month(2026, 4))
    owed = balances(home)
    take_back(home, person)
    new = PersonalAccount.objects.filter(organisation_id=home).last()
    today, yesterday = date(2026, 11, 24), date(2026, 11, 23)
    assert accounts(home) == [(person.pk, date(2026, 1, 1), None), (person.pk, DIED, yesterday)]
    assert balances(home) == owed
    assert set(owed) == {
        old.pk,
        new.pk,
    }  # March stands on the old one, April on the other; both are the person's
    held = AccountUnit.objects.filter(organisation_id=home, unit_id=unit.pk).order_by("valid_from", "pk")
    assert [(row.account_id, row.valid_from, row.valid_to) for row in held] == [
        (old.pk, date(2026, 1, 1), date(2026, 3, 9)),
        (new.pk, DIED, yesterday),
        (old.pk, today, None),
    ]
    factories.post_month(home, month=Month(2026, 12))
    assert Charge.objects.get(organisation_id=home, month=202612).account_id == old.pk


def test_a_co_owner_who_paid_in_between_pays_no_longer(home):
    person, wife = make_person(home), make_person(home)
    unit = make_unit(home, owners=[(person, Fraction(2, 3)), (wife, Fraction(1, 3))])
    account_of(home, unit, person)
    die(home, person)
    take_back(home, person)
    assert accounts(home) == [(person.pk, date(2026, 1, 1), None), (person.pk, DIED, date(2026, 11, 23))]


def test_entered_and_taken_back_on_one_day_the_plot_is_billed_once(home):
    person = make_person(home)
    unit = make_unit(home, owners=[person])
    old = account_of(home, unit, person)
    first = datetime(2026, 12, 1, 9, tzinfo=UTC)
    register.death_record(
        actor=SYSTEM, organisation_id=home, person_id=person.pk, died_on=date(2026, 12, 1), document="№ 1", now=first
    )  # fmt: skip
    take_back(home, person, now=first)
    factories.make_fee(home)
    factories.post_month(home, month=Month(2026, 12))
    assert [row.account_id for row in Charge.objects.filter(organisation_id=home, month=202612)] == [old.pk]


def test_an_account_of_two_plots_goes_on_as_one(home):
    person = make_person(home)
    one, two = (make_unit(home, number, owners=[person]) for number in ("1", "2"))
    old = billing.personal_account_open(
        actor=SYSTEM, organisation_id=home, number="17", payer_id=person.pk, unit_ids=[one.pk, two.pk],
        opened_on=date(2026, 1, 1), now=NOW,
    )  # fmt: skip
    die(home, person)
    take_back(home, person)
    open_rows = AccountUnit.objects.filter(organisation_id=home, valid_to__isnull=True)
    assert {(row.account_id, row.unit_id) for row in open_rows} == {(old.pk, one.pk), (old.pk, two.pk)}


def test_billed_elsewhere_since_it_says_what_to_close(home):
    person, wife = make_person(home), make_person(home)
    unit = make_unit(home, owners=[(person, Fraction(2, 3)), (wife, Fraction(1, 3))])
    account_of(home, unit, person)
    die(home, person)
    waiting = PersonalAccount.objects.filter(organisation_id=home).last()
    billing.personal_account_close(
        actor=SYSTEM, organisation_id=home, account_id=waiting.pk, closed_on=date(2026, 10, 31), now=NOW
    )
    account_of(home, unit, wife)
    before = accounts(home)
    refused("billing.return_has_account", take_back, home=home, person=person)
    assert accounts(home) == before


def test_where_heirs_took_a_part_accounts_stay(home):
    person, heir = make_person(home), make_person(home)
    unit = make_unit(home, owners=[person])
    account_of(home, unit, person)
    die(home, person)
    register.estate_pass(
        actor=SYSTEM, organisation_id=home, unit_id=unit.pk, deceased_id=person.pk,
        heirs=[register.ShareInput(heir.pk, Fraction(1, 2))], on=date(2026, 9, 15), deed="№ 2", now=NOW,
    )  # fmt: skip
    before = accounts(home)
    take_back(home, person, heirs_stay=True)
    assert accounts(home) == before


# What an exclusion is judged by


def pay(home, account, kop):
    payment_enter_by_hand(
        actor=SYSTEM, organisation_id=home, account_id=account.pk, amount_kop=kop, received_on=date(2026, 11, 20), way="bank",
        bank_account_id=next(iter(own_accounts(home).values())), key=str(kop), now=NOW,
    )  # fmt: skip


def late_of(home, person, today=date(2026, 11, 24)):
    return late_charges(home, [person.pk], today).get(person.pk)


def test_contributions_are_told_apart_from_the_rest_line_by_line(home):
    person = make_person(home)
    unit = make_unit(home, area_m2=600, owners=[person], member=True)
    account = account_of(home, unit, person)
    factories.make_fee(home)
    factories.make_fee(home, title="Пени", kind="penalty", base="account", rate=Decimal(70))
    for number in (7, 8, 10):
        factories.post_month(home, month=Month(2026, number))
    pay(home, account, 1_000_00)
    found = late_of(home, person)
    assert [
        (line.title, line.month, line.due_on, line.is_contribution, line.charged_kop, line.settled_kop)
        for line in found.lines
    ] == [
        ("Пени", 202607, date(2026, 8, 10), False, 7_000, 0),
        ("Членский взнос", 202608, date(2026, 9, 10), True, 90_000, 10_000),
        ("Пени", 202608, date(2026, 9, 10), False, 7_000, 0),
        ("Членский взнос", 202610, date(2026, 11, 10), True, 90_000, 0),
        ("Пени", 202610, date(2026, 11, 10), False, 7_000, 0),
    ]
    ground = register_selectors.ground_today(home, person.pk, 2, date(2026, 11, 24))
    assert (ground.ground.kop, ground.ground.since, ground.other_kop) == (80_000, date(2026, 9, 10), 21_000)
    pay(home, account, 800_00)
    refused(
        "register.exclusion_debt_young",
        register.exclusion_start,
        actor=SYSTEM,
        organisation_id=home,
        person_id=person.pk,
        now=NOW,
    )


def test_a_debt_brought_without_lines_counts_for_nothing_and_is_named(home):
    person = make_person(home)
    unit = make_unit(home, owners=[person], member=True)
    account = account_of(home, unit, person)
    opening_balances_post(
        actor=SYSTEM, organisation_id=home, key="1", balances=[OpeningBalance("76.01", account.pk, 5_000_00, 0)], now=NOW
    )  # fmt: skip
    found = late_of(home, person)
    assert (found.lines, found.unnamed_kop) == ((), 5_000_00)


def test_what_was_paid_ahead_before_the_books_is_set_off(home):
    person = make_person(home)
    unit = make_unit(home, area_m2=600, owners=[person], member=True)
    account = account_of(home, unit, person)
    opening_balances_post(
        actor=SYSTEM, organisation_id=home, key="1", balances=[OpeningBalance("76.06", account.pk, 0, 5_000_00)], now=NOW
    )  # fmt: skip
    factories.make_fee(home)
    factories.post_month(home, month=Month(2026, 7))
    ground = register_selectors.ground_today(home, person.pk, 2, date(2026, 11, 24)).ground
    assert ground.lines == ()


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
