"""Posting: what goes into the books and what is refused, with nothing changed by a refusal."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koopset.apps.ledger import factories, selectors, services
from koopset.apps.ledger.models import Account, Entry, MonthTotal, Operation
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Forbidden
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return factories.book().organisation_id


def standing(org):
    """All that a posting writes."""
    with across_tenants("a test compares before and after"):
        return (
            list(Operation.objects.order_by("pk").values_list()),
            list(Entry.objects.order_by("pk").values_list()),
            list(MonthTotal.objects.order_by("pk").values_list()),
            sorted(
                Account.objects.filter(organisation_id=org).values_list(
                    "chart__code", "subject_id", "debit_kop", "credit_kop"
                )
            ),
        )


def post(org, lines, **changes):
    options: Any = {
        "kind": "test",
        "key": "one",
        "on_date": date(2026, 11, 10),
        "title": "Проба",
        "now": factories.NOW,
    } | changes
    return services.operation_post_for_room(actor=SYSTEM, organisation_id=org, lines=lines, **options)


def test_a_charge_stands_on_both_sides(org):
    operation = factories.operation(
        org,
        [(("76.01", 7), "86.01", 150_000), (("76.02", 7), "86.02", 25_050), (("76.01", 8), "86.01", 150_000)],
    )

    assert (operation.entries_count, operation.total_kop, operation.month) == (3, 325_050, 202611)
    assert selectors.balances(org) == {7: 175_050, 8: 150_000}
    assert selectors.balances_by_code(org, subject_ids=[7]) == {7: {"76.01": 150_000, "76.02": 25_050}}
    assert selectors.balance(org, "86") == -325_050
    assert selectors.verify(org) == []


def test_the_same_key_posts_once(org):
    line = factories.line(org, "50", "91", 100)
    first = post(org, [line])
    before = standing(org)

    lines = iter([line])
    assert post(org, lines).pk == first.pk
    assert next(lines) == line, "the lines of a posted operation are not read again"
    assert standing(org) == before


def test_one_key_may_stand_in_two_books(org):
    other = factories.book().organisation_id
    first = post(org, [factories.line(org, "50", "91", 100)])
    second = post(other, [factories.line(other, "50", "91", 300)])

    assert first.pk != second.pk
    assert (selectors.balance(org, "50"), selectors.balance(other, "50")) == (100, 300)


def test_thousands_of_lines_touch_each_total_once(org):
    accounts = services.accounts_for(org, [("76.01", n) for n in range(1, 10_502)] + [("86.01", 0)])
    lines = [(accounts["76.01", n], accounts["86.01", 0], n, n) for n in range(1, 10_502)]
    with CaptureQueriesContext(connection) as queries:
        post(org, iter(lines))

    assert len(queries) < 25
    assert selectors.balance(org, "86.01") == -sum(range(1, 10_502))
    assert selectors.balances(org, subject_ids=[10_501]) == {10_501: 10_501}
    assert selectors.verify(org) == []


def _closed(org):
    services.month_close(actor=SYSTEM, organisation_id=org, month=Month(2026, 10), now=factories.NOW)


def _shut(org):
    services.chart_account_close(actor=SYSTEM, organisation_id=org, code="97", now=factories.NOW)


GOOD = ("50", "91", 100)
REFUSALS = {
    "closed month": (_closed, GOOD, {"on_date": date(2026, 10, 31)}, "ledger.month_closed"),
    "before the book": (None, GOOD, {"on_date": date(2025, 12, 31)}, "ledger.before_book"),
    "far ahead": (None, GOOD, {"on_date": date(2027, 12, 1)}, "ledger.date_too_far"),
    "nothing": (None, None, {}, "ledger.empty_operation"),
    "zero": (None, ("50", "91", 0), {}, "ledger.amount_not_positive"),
    "negative": (None, ("50", "91", -1), {}, "ledger.amount_not_positive"),
    "a float": (None, ("50", "91", 1.5), {}, "ledger.amount_not_positive"),
    "a truth": (None, ("50", "91", True), {}, "ledger.amount_not_positive"),
    "itself": (None, ("50", "50", 100), {}, "ledger.same_account"),
    "closed account": (_shut, ("97", "50", 100), {}, "ledger.account_closed"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_changes_nothing(org, name):
    prepare, line, changes, code = REFUSALS[name]
    good = factories.line(org, "50", "91", 500)
    lines = [good, factories.line(org, *line)] if line else []
    if prepare:
        prepare(org)
    before = standing(org)

    with pytest.raises(RuleViolation) as refusal:
        post(org, lines, **changes)

    assert refusal.value.code == code
    assert standing(org) == before
    assert selectors.verify(org) == []


def test_an_account_of_another_organisation_is_as_one_that_is_not_there(org):
    other = factories.book().organisation_id
    own, foreign = factories.line(org, "50", "91", 100), factories.line(other, "50", "91", 100)
    before = standing(org), standing(other)

    for account_id in (foreign.debit_id, 10**12):
        with pytest.raises(RuleViolation) as refusal:
            post(org, [own, services.EntryLine(account_id, own.credit_id, 100)])
        assert refusal.value.code == "ledger.unknown_account"
    assert (standing(org), standing(other)) == before


def test_a_line_at_fault_is_named(org):
    good = factories.line(org, "50", "91", 100)
    with pytest.raises(RuleViolation) as refusal:
        post(org, [good, good, good._replace(amount_kop=0)])
    assert refusal.value.line == 3


def test_without_books_nothing_is_posted(db):
    with pytest.raises(RuleViolation) as refusal:
        post(factories.tenant(), [])
    assert refusal.value.code == "ledger.no_book"


@pytest.mark.parametrize(
    ("pair", "code"),
    [
        (("76.77", 1), "ledger.unknown_code"),
        (("76", 1), "ledger.heading"),
        (("76.01", 0), "ledger.subject_required"),
        (("51", 0), "ledger.subject_required"),
        (("50", 3), "ledger.subject_not_allowed"),
        (("60", -3), "ledger.subject_not_allowed"),
    ],
)
def test_accounts_are_made_only_where_they_mean_something(org, pair, code):
    before = Account.objects.filter(organisation_id=org).count()
    with pytest.raises(RuleViolation) as refusal:
        services.accounts_for(org, [pair])
    assert refusal.value.code == code
    assert Account.objects.filter(organisation_id=org).count() == before


def test_accounts_are_found_again(org):
    pairs = [("76.01", 1), ("76.01", 2), ("50", 0)]
    assert services.accounts_for(org, pairs) == services.accounts_for(org, pairs)
    assert services.accounts_for(org, []) == {}


def test_a_person_without_the_right_posts_nothing(org):
    line = factories.line(org, "50", "91", 100)
    before = standing(org)
    with pytest.raises(Forbidden):
        services.operation_post(
            actor=NOBODY,
            organisation_id=org,
            kind="test",
            key="x",
            on_date=date(2026, 11, 1),
            title="",
            lines=[line],
            now=factories.NOW,
        )
    assert standing(org) == before
