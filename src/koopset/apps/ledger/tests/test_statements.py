"""Balances at any day, the trial balance, cards."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from koopset.apps.ledger import factories, selectors
from koopset.apps.ledger.selectors import Columns
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Forbidden
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    """September: charged to 7 and 8. October: 7 pays too much. November: charged again, cash spent."""
    org = factories.book().organisation_id
    factories.operation(
        org, [(("76.01", 7), "86.01", 100_00), (("76.01", 8), "86.01", 100_00)], on_date=date(2026, 9, 5)
    )
    factories.operation(org, [("50", ("76.01", 7), 150_00)], on_date=date(2026, 10, 10), title="Платёж")
    factories.operation(org, [("26", "50", 30_00)], on_date=date(2026, 10, 20))
    factories.operation(org, [(("76.01", 7), "86.01", 100_00)], on_date=date(2026, 11, 5))
    other = factories.book().organisation_id
    factories.operation(other, [(("76.01", 7), "86.01", 999_00)], on_date=date(2026, 9, 5))
    return org


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (date(2026, 9, 4), {7: 0, 8: 0}),
        (date(2026, 9, 5), {7: 100_00, 8: 100_00}),
        (date(2026, 10, 9), {7: 100_00, 8: 100_00}),
        (date(2026, 10, 10), {7: -50_00, 8: 100_00}),
        (date(2026, 11, 4), {7: -50_00, 8: 100_00}),
        (date(2026, 11, 5), {7: 50_00, 8: 100_00}),
        (None, {7: 50_00, 8: 100_00}),
    ],
)
def test_balances_at_a_day(org, at, expected):
    assert selectors.balances(org, at=at) == expected
    assert selectors.balances(org, codes=["76"], at=at) == expected
    assert selectors.balances(org, subject_ids=[8], at=at) == {8: expected[8]}
    assert selectors.balances(org, subject_ids=[], at=at) == {}


def test_trial_balance_shows_debts_and_advances_apart(org):
    rows = {row.code: row for row in selectors.trial_balance(SYSTEM, org, Month(2026, 10), Month(2026, 10))}

    assert rows["76.01"].columns == Columns(200_00, 0, 0, 150_00, 100_00, 50_00)
    assert rows["76"].columns == rows["76.01"].columns
    assert rows["50"].columns == Columns(0, 0, 150_00, 30_00, 120_00, 0)
    assert rows["86.01"].columns == Columns(0, 200_00, 0, 0, 0, 200_00)
    assert [row.code for row in selectors.trial_balance(SYSTEM, org, Month(2026, 10), Month(2026, 10))] == [
        "26",
        "50",
        "76",
        "76.01",
        "86",
        "86.01",
    ]
    total = selectors.total_of(list(rows.values()))
    assert total == Columns(200_00, 200_00, 180_00, 180_00, 250_00, 250_00)


def test_trial_balance_of_many_months_and_before_any(org):
    rows = selectors.trial_balance(SYSTEM, org, Month(2026, 9), Month(2026, 11))
    assert {row.code: row.columns for row in rows}["76.01"] == Columns(0, 0, 300_00, 150_00, 150_00, 0)
    assert selectors.trial_balance(SYSTEM, org, Month(2026, 1), Month(2026, 8)) == []


def test_subjects_of_an_account(org):
    rows, count = selectors.trial_subjects(SYSTEM, org, "76.01", Month(2026, 10), Month(2026, 10))
    assert count == 2
    assert [(row.subject_id, row.columns) for row in rows] == [
        (7, Columns(100_00, 0, 0, 150_00, 0, 50_00)),
        (8, Columns(100_00, 0, 0, 0, 100_00, 0)),
    ]
    rows, count = selectors.trial_subjects(
        SYSTEM, org, "76.01", Month(2026, 10), Month(2026, 10), offset=1, limit=1
    )
    assert ([row.subject_id for row in rows], count) == ([8], 2)


def test_card_of_a_subject(org):
    card = selectors.account_card(SYSTEM, org, "76.01", 7, date(2026, 10, 1), date(2026, 11, 30))
    assert (card.opening_kop, card.debit_kop, card.credit_kop, card.closing_kop, card.count) == (
        100_00,
        100_00,
        150_00,
        50_00,
        2,
    )
    assert [
        (line.on_date, line.other_code, line.debit_kop, line.credit_kop, line.balance_kop)
        for line in card.lines
    ] == [
        (date(2026, 10, 10), "50", 0, 150_00, -50_00),
        (date(2026, 11, 5), "86.01", 100_00, 0, 50_00),
    ]


def test_card_by_pages_keeps_the_balance(org):
    whole = selectors.account_card(SYSTEM, org, "76", None, date(2026, 1, 1), date(2026, 12, 31))
    paged = [
        line
        for number in (1, 2)
        for line in selectors.account_card(
            SYSTEM, org, "76", None, date(2026, 1, 1), date(2026, 12, 31), page=number, page_size=2
        ).lines
    ]
    assert (whole.count, whole.pages) == (4, 1)
    assert paged == whole.lines
    assert whole.lines[-1].balance_kop == whole.closing_kop == selectors.balance(org, "76")


def test_everything_about_a_subject(org):
    factories.operation(org, [(("76.06", 7), ("76.01", 7), 20_00)], on_date=date(2026, 11, 6), title="Зачёт")
    entries = selectors.subject_entries(org, "personal-account", 7, date(2026, 10, 1), date(2026, 11, 30))
    assert [(e.on_date.day, e.code, e.debit_kop, e.credit_kop, e.title) for e in entries] == [
        (10, "76.01", 0, 150_00, "Платёж"),
        (5, "76.01", 100_00, 0, "Операция"),
        (6, "76.06", 20_00, 0, "Зачёт"),
        (6, "76.01", 0, 20_00, "Зачёт"),
    ]
    assert selectors.subject_entries(org, "personal-account", 99) == []


def test_an_unknown_account_has_no_card(org):
    with pytest.raises(RuleViolation) as refusal:
        selectors.account_card(SYSTEM, org, "44", None, date(2026, 1, 1), date(2026, 12, 31))
    assert refusal.value.code == "ledger.unknown_code"


def test_the_books_are_for_those_who_may_look(org):
    for ask in (
        lambda: selectors.trial_balance(NOBODY, org, Month(2026, 1), Month(2026, 1)),
        lambda: selectors.trial_subjects(NOBODY, org, "50", Month(2026, 1), Month(2026, 1)),
        lambda: selectors.account_card(NOBODY, org, "50", None, date(2026, 1, 1), date(2026, 1, 1)),
        lambda: selectors.journal(NOBODY, org),
        lambda: selectors.operation_card(NOBODY, org, 1),
        lambda: selectors.month_states(NOBODY, org, today=date(2026, 1, 1)),
        lambda: selectors.chart(NOBODY, org),
        lambda: selectors.book_changes(NOBODY, org),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_journal_and_its_filters(org):
    assert selectors.journal(SYSTEM, org).count == 4
    assert [row.title for row in selectors.journal(SYSTEM, org, text="плат").rows] == ["Платёж"]
    assert selectors.journal(SYSTEM, org, month_from=Month(2026, 10), month_to=Month(2026, 10)).count == 2
    assert selectors.journal(SYSTEM, org, kind="ledger.opening").rows == []
    assert selectors.journal(SYSTEM, org, page=99, page_size=3).page == 2


def test_query_counts(org):
    for ask, limit in (
        (lambda: selectors.trial_balance(SYSTEM, org, Month(2026, 10), Month(2026, 10)), 2),
        (lambda: selectors.balances(org, at=date(2026, 10, 10)), 2),
        (lambda: selectors.account_card(SYSTEM, org, "76", None, date(2026, 1, 1), date(2026, 12, 31)), 8),
        (lambda: selectors.journal(SYSTEM, org), 4),
        (lambda: selectors.subject_entries(org, "personal-account", 7), 3),
    ):
        with CaptureQueriesContext(connection) as queries:
            ask()
        assert len(queries) <= limit, [query["sql"] for query in queries]
