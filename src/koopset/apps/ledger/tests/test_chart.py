"""The chart of accounts: the profile and an organisation's own changes."""

import pytest

from koopset.apps.ledger import factories, selectors, services
from koopset.apps.ledger.formats.chart_profile import read_profile
from koopset.apps.ledger.models import ChartAccount
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.organisations.selectors import form_choices, legal_form
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.violations import RuleViolation


@pytest.fixture
def org(db):
    return factories.book().organisation_id


def add(org, code, name="Проба", **options):
    return services.chart_account_add(
        actor=SYSTEM, organisation_id=org, code=code, name=name, kind="both", now=factories.NOW, **options
    )


def test_the_profile_of_a_partnership():
    profile = read_profile("nonprofit")
    accounts = {account.code: account for account in profile.accounts}
    assert {code for code, account in accounts.items() if account.subject == "personal-account"} == {
        f"76.0{n}" for n in range(1, 7)
    }
    assert accounts["51"].subject == "bank-account"
    assert {code for code, account in accounts.items() if account.is_heading} == {"76", "86"}
    assert all(account.name and account.name_en for account in profile.accounts)
    assert {"000", "50", "51", "60", "76.90", "76.91", "86.05"} <= profile.fixed_codes


@pytest.mark.parametrize("form", [value for value, _name in form_choices()])
def test_each_legal_form_has_a_chart_with_its_payments(form):
    profile = read_profile(legal_form(form).chart)
    accounts = {account.code: account for account in profile.accounts}
    assert profile.fixed_codes >= read_profile("nonprofit").fixed_codes, "what the program names is in each"
    for fee in legal_form(form).fees:
        assert accounts[fee.debit].subject == "personal-account", fee
        assert not accounts[fee.credit].is_heading, fee
        assert {fee.debit, fee.credit} <= profile.fixed_codes, fee
    assert all(account.name and account.name_en for account in profile.accounts)


@pytest.mark.parametrize(
    ("form", "key", "own"),
    [
        ("snt", "nonprofit", "86.01"),
        ("tsj", "tsj", "86.06"),
        ("po", "coop", "80"),
        ("zoo", "nonprofit", "86.01"),
    ],
)
def test_books_are_opened_with_the_chart_of_the_legal_form(db, form, key, own):
    body = make_organisation(form)
    book = services.book_open(actor=SYSTEM, organisation_id=body.pk, opened_month=202601, now=factories.NOW)
    assert book.profile == key
    assert own in {line.code for line in selectors.chart_lines(body.pk)}


def test_books_of_a_house_are_opened_with_its_chart(db):
    body = make_organisation("tsj")
    (first, _title), (second, _other) = selectors.profile_choices(body.pk)
    assert (first, second) == ("tsj", "nonprofit")
    services.book_open(
        actor=SYSTEM, organisation_id=body.pk, profile=first, opened_month=202601, now=factories.NOW
    )
    assert "96" in {line.code for line in selectors.chart_lines(body.pk)}


def test_a_profile_that_is_not_there():
    for name in ("house", "../nonprofit", ""):
        with pytest.raises(RuleViolation) as refusal:
            read_profile(name)
        assert refusal.value.code == "ledger.unknown_profile"


def test_books_are_opened_once(org):
    with pytest.raises(RuleViolation) as refusal:
        factories.book(org)
    assert refusal.value.code == "ledger.book_exists"
    assert len(selectors.chart_lines(org)) == len(read_profile("nonprofit").accounts)


def test_a_sub_account_of_a_heading_and_of_an_empty_account(org):
    add(org, "76.07", subject="counterparty")
    add(org, "26.01")
    lines = {line.code: line for line in selectors.chart(SYSTEM, org)}
    assert lines["76.07"].takes_entries
    assert lines["26.01"].takes_entries
    assert lines["26"].is_heading


@pytest.mark.parametrize(
    ("code", "name", "refused"),
    [
        ("5", "Проба", "ledger.bad_code"),
        ("50", "Проба", "ledger.code_taken"),
        ("44.01", "Проба", "ledger.no_heading"),
        ("50.01", "Проба", "ledger.account_fixed"),
        ("20.01", "Проба", "ledger.account_in_use"),
        ("76.07", " ", "ledger.name_required"),
    ],
)
def test_refusals_of_a_new_account(org, code, name, refused):
    factories.operation(org, [("20", "50", 100)])
    before = list(ChartAccount.objects.filter(organisation_id=org).values_list())
    with pytest.raises(RuleViolation) as refusal:
        add(org, code, name)
    assert refusal.value.code == refused
    assert list(ChartAccount.objects.filter(organisation_id=org).values_list()) == before


def test_an_account_is_closed_at_zero_only(org):
    def close(code):
        return services.chart_account_close(actor=SYSTEM, organisation_id=org, code=code, now=factories.NOW)

    factories.operation(org, [("97", "50", 100)])
    for code, refused in (
        ("97", "ledger.balance_not_zero"),
        ("50", "ledger.account_fixed"),
        ("76", "ledger.heading"),
        ("44", "ledger.unknown_code"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            close(code)
        assert refusal.value.code == refused
    factories.operation(org, [("50", "97", 100)])
    close("97")
    with pytest.raises(RuleViolation):
        factories.operation(org, [("97", "50", 100)])
    services.chart_account_reopen(actor=SYSTEM, organisation_id=org, code="97", now=factories.NOW)
    factories.operation(org, [("97", "50", 100)])


def test_changes_are_told_with_before_and_after(org):
    assert selectors.book_changes(SYSTEM, org) == []
    services.chart_account_rename(
        actor=SYSTEM, organisation_id=org, code="26", name="Правление", now=factories.NOW
    )
    (change,) = selectors.book_changes(SYSTEM, org)
    assert [(one.before, one.after) for one in change.changes] == [("Общехозяйственные расходы", "Правление")]
