"""Accounts: codes, units, sale, debts by age, statements, what a file of the register brings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest

from koopset.apps.billing import factories, panels, selectors, services
from koopset.apps.billing.models import PersonalAccount
from koopset.apps.ledger import selectors as ledger
from koopset.apps.people.factories import make_actor, make_person
from koopset.apps.people.models import Person
from koopset.apps.register.factories import make_unit
from koopset.apps.register.ports import ExtraValue
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.kernel import payment_code
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW, MONTH = factories.NOW, factories.MONTH
TODAY = date(2026, 11, 24)


def test_codes_have_check_digits_and_neighbours_begin_elsewhere() -> None:
    first, second = factories.make_billing_organisation().pk, factories.make_billing_organisation().pk
    codes = [factories.make_account(pk).payment_code for pk in (first, first, second)]
    assert all(payment_code.check(code) for code in codes)
    assert int(codes[1][:7]) == int(codes[0][:7]) + 1
    assert codes[2] not in codes[:2]


def test_a_unit_is_never_billed_for_more_than_the_whole() -> None:
    pk = factories.make_billing_organisation().pk
    unit = make_unit(pk)

    def open_part(share: Fraction) -> PersonalAccount:
        return services.personal_account_open(
            actor=SYSTEM,
            organisation_id=pk,
            payer_id=None,
            unit_ids={unit.pk: share},
            opened_on=TODAY,
            now=NOW,
        )

    open_part(Fraction(1, 3))
    with pytest.raises(RuleViolation) as refusal:
        open_part(Fraction(3, 4))
    assert refusal.value.code == "billing.unit_has_account"
    open_part(Fraction(2, 3))
    assert PersonalAccount.objects.filter(organisation_id=pk).count() == 2


def test_accounts_for_a_whole_register_at_once_and_only_where_there_is_none() -> None:
    pk = factories.make_billing_organisation().pk
    units = [make_unit(pk).pk for _number in range(3)]
    first = services.accounts_open_for_units(
        actor=SYSTEM, organisation_id=pk, unit_ids=units[:2], opened_on=TODAY, now=NOW
    )
    again = services.accounts_open_for_units(
        actor=SYSTEM, organisation_id=pk, unit_ids=units, opened_on=TODAY, now=NOW
    )
    assert {unit: again[unit] for unit in units[:2]} == first
    assert PersonalAccount.objects.filter(organisation_id=pk, payer__isnull=False).count() == 3
    assert PersonalAccount.history.filter(organisation_id=pk).count() == 3


def test_a_file_of_the_register_brings_numbers_and_debts_once() -> None:
    pk = factories.make_billing_organisation().pk
    owner = make_person(pk)
    units = [make_unit(pk, owners=[owner]).pk, make_unit(pk, owners=[owner]).pk, make_unit(pk).pk]
    services.accounts_open_for_units(
        actor=SYSTEM, organisation_id=pk, unit_ids=units, opened_on=TODAY, now=NOW
    )
    numbers, debts = services.COLUMNS
    rows = [
        ExtraValue(2, units[0], None, "17"),
        ExtraValue(3, units[1], None, "17"),
        ExtraValue(4, units[2], None, "18"),
    ]
    sums = [
        ExtraValue(2, units[0], None, debts.parse("1 200,50")),
        ExtraValue(4, units[2], None, debts.parse("-300")),
    ]
    for _time in range(2):
        numbers.load(actor=SYSTEM, organisation_id=pk, values=rows, as_of=TODAY, now=NOW)
        debts.load(actor=SYSTEM, organisation_id=pk, values=sums, as_of=TODAY, now=NOW)
    accounts = {account.number: account.pk for account in PersonalAccount.objects.filter(organisation_id=pk)}
    assert set(accounts) == {"17", "18"}
    assert selectors.account_labels(pk, accounts.values())[accounts["17"]].unit_ids == (units[0], units[1])
    assert selectors.balances(pk) == {accounts["17"]: 120_050, accounts["18"]: -30_000}
    with pytest.raises(RuleViolation) as refusal:
        debts.load(
            actor=SYSTEM, organisation_id=pk, values=[ExtraValue(9, units[0], None, 5)], as_of=TODAY, now=NOW
        )
    assert (refusal.value.code, refusal.value.line) == ("billing.opening_differs", 9)
    with pytest.raises(RuleViolation) as taken:
        numbers.load(
            actor=SYSTEM,
            organisation_id=pk,
            values=[ExtraValue(7, units[2], None, "17")],
            as_of=TODAY,
            now=NOW,
        )
    assert (taken.value.code, taken.value.line) == ("billing.account_number_taken", 7)
    with pytest.raises(RuleViolation):
        debts.parse("долг")
    assert ledger.verify(pk) == []


def test_debts_by_age_search_and_totals() -> None:
    pk = factories.make_billing_organisation().pk
    old, young = (
        factories.make_account(pk, area_m2=1000),
        factories.make_account(pk, area_m2=600, opened_on=date(2026, 11, 1)),
    )
    factories.make_fee(pk)
    for number in (8, 9, 10, 11):
        factories.post_month(pk, month=Month(2026, number), now=datetime(2026, number, 25, 9, tzinfo=UTC))
    treasurer = factories.make_treasurer(pk)
    found = selectors.debtors(treasurer, pk, today=TODAY)
    assert (found.count, found.total_kop) == (2, 600_000 + 90_000)
    assert [(row.account.id, row.debt_kop, row.overdue_kop, row.since, row.age) for row in found.rows] == [
        (old.pk, 600_000, 450_000, date(2026, 9, 10), 30),
        (young.pk, 90_000, 0, None, 0),
    ]
    assert [row.account.id for row in selectors.debtors(treasurer, pk, today=TODAY, only_late=True).rows] == [
        old.pk
    ]
    assert [row.account.id for row in selectors.debtors(treasurer, pk, today=TODAY, older_than=30).rows] == [
        old.pk
    ]
    assert selectors.debtors(treasurer, pk, today=TODAY, older_than=90).count == 0
    name = Person.objects.get(pk=young.payer_id or 0).full_name.split()[-1]
    assert [row.account.id for row in selectors.debtors(treasurer, pk, today=TODAY, text=name).rows] == [
        young.pk
    ]
    assert selectors.debtors(treasurer, pk, today=TODAY, text="нет такого").count == 0
    with pytest.raises(Forbidden):
        selectors.debtors(make_actor(Role.RESIDENT, pk), pk, today=TODAY)
    debt = selectors.debt_of(pk, old.pk, today=TODAY)
    assert (debt.total_kop, debt.overdue_kop, debt.not_due_kop, debt.next_due_on) == (
        600_000,
        450_000,
        150_000,
        date(2026, 12, 10),
    )


def test_a_statement_adds_up_and_shows_the_arithmetic() -> None:
    pk = factories.make_billing_organisation().pk
    account = factories.make_account(pk, area_m2=800)
    factories.make_fee(pk)
    for number in (9, 10, 11):
        factories.post_month(pk, month=Month(2026, number), now=datetime(2026, number, 25, 9, tzinfo=UTC))
    found = selectors.statement(pk, account.pk, date(2026, 10, 1), date(2026, 10, 31))
    assert (found.opening_kop, found.charged_kop, found.paid_kop, found.closing_kop) == (
        120_000,
        120_000,
        0,
        240_000,
    )
    assert [line.amount_kop for line in found.rows[0].lines] == [120_000]
    assert str(found.rows[0].lines[0].arithmetic.quantity) == "8"
    with pytest.raises(RuleViolation) as refusal:
        selectors.statement(pk, account.pk, date(2026, 11, 1), date(2026, 10, 1))
    assert refusal.value.code == "billing.period_order"


def test_the_start_page_of_a_resident_and_of_the_office() -> None:
    pk = factories.make_billing_organisation().pk
    account = factories.make_account(pk, area_m2=800)
    factories.make_account(pk)
    factories.make_fee(pk)
    months = [MONTH.previous(), MONTH]
    assert {
        month: [str(b.text) for b in found] for month, found in panels.charges_not_posted(pk, months).items()
    } == {
        MONTH.previous(): ["октябрь\xa02026: не начислено: Членский взнос"],
        MONTH: ["ноябрь\xa02026: не начислено: Членский взнос"],
    }
    factories.post_month(pk)
    assert list(panels.charges_not_posted(pk, months)) == [MONTH.previous()]
    resident = make_actor(Role.RESIDENT, pk, person_ids=frozenset({account.payer_id or 0}))
    summary = panels.resident_summary(resident, pk, TODAY)
    assert (summary.total_kop, summary.overdue_kop, summary.next_due_on) == (120_000, 0, date(2026, 12, 10))
    assert [(line.note, line.amount_kop) for line in summary.accounts[0].lines] == [
        ("8\u00a0соток × 150,00\u00a0₽", 120_000)
    ]
    office = panels.office_summary(factories.make_treasurer(pk), pk, TODAY, "")
    assert office is not None
    assert (office.month_posted, office.charged_kop, office.debtors_count, office.debt_kop) == (
        True,
        210_000,
        2,
        210_000,
    )
    assert panels.office_summary(resident, pk, TODAY, "") is None
    assert panels.resident_summary(make_actor(Role.RESIDENT, pk), pk, TODAY).accounts == ()


def test_a_buyer_does_not_see_the_sellers_account() -> None:
    pk = factories.make_billing_organisation().pk
    seller = factories.make_account(pk)
    buyer = make_person(pk)
    from koopset.apps.register.services import ShareInput, ownership_transfer

    unit_id = selectors.account_labels(pk, [seller.pk])[seller.pk].unit_ids[0]
    ownership_transfer(
        actor=SYSTEM,
        organisation_id=pk,
        unit_id=unit_id,
        new=[ShareInput(buyer.pk)],
        on=date(2026, 11, 15),
        deed="договор",
        now=NOW,
    )
    actor = make_actor(Role.RESIDENT, pk, person_ids=frozenset({buyer.pk}))
    rows = selectors.accounts_of_actor(actor, pk, on=TODAY)
    assert [row.label.payer_id for row in rows] == [buyer.pk]
    with pytest.raises(Forbidden):
        selectors.account_row(actor, pk, seller.pk, on=TODAY)
    was = make_actor(Role.RESIDENT, pk, person_ids=frozenset({seller.payer_id or 0}))
    assert [row.id for row in selectors.accounts_of_actor(was, pk, on=TODAY)] == [seller.pk]
    known = {row.account_id: row for row in selectors.accounts_for_matching(pk, on=TODAY)}
    assert known[seller.pk].person_ids == (seller.payer_id,)


@pytest.mark.parametrize(
    ("months_ago", "queries"), [((), 1), ((0,), 1), ((1, 0), 1), ((5,), 2), ((5, 1, 0), 2)]
)
def test_a_debt_that_recent_charges_cover_is_told_without_the_older_ones(
    months_ago: tuple[int, ...], queries: int, django_assert_num_queries: Any
) -> None:
    pk = factories.make_billing_organisation().pk
    account = factories.make_account(pk, area_m2=800)
    factories.make_fee(pk)
    for months in months_ago:
        factories.post_month(pk, month=MONTH.plus(-months))
    recent = {
        account.pk: [
            (line.due_on, line.amount_kop)
            for line in selectors.charges_of_account(pk, account.pk, month_from=MONTH.plus(-3).number)
        ]
    }
    plain = selectors.debts_of(pk, [account.pk], today=TODAY)
    with django_assert_num_queries(queries):
        assert selectors.debts_of(pk, [account.pk], today=TODAY, recent=recent) == plain
