"""Whatever is posted and reversed, the books balance and the running totals are the entries."""

import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from koopset.apps.ledger import factories, selectors, services
from koopset.apps.ledger.models import Account
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

SIDES = ["50", "26", "91", "86.01", ("76.01", 1), ("76.01", 2), ("76.06", 1)]
line = st.tuples(st.sampled_from(SIDES), st.sampled_from(SIDES), st.integers(1, 10**9)).filter(
    lambda one: one[0] != one[1]
)
days = st.dates(date(2026, 1, 1), date(2026, 11, 30))
posting = st.tuples(st.just("post"), st.lists(line, min_size=1, max_size=5), days, st.integers(0, 4))
reversal = st.tuples(st.just("reverse"), st.integers(0, 10), days, st.just(0))
closing = st.tuples(st.just("close"), st.integers(1, 10), days, st.just(0))


class TestAnySequence(TestCase):
    @settings(max_examples=25)
    @given(st.lists(st.one_of(posting, posting, reversal, closing), max_size=12))
    def test_balances(self, steps):
        org = factories.book().organisation_id
        operations = []
        for what, data, on_date, key in steps:
            try:
                if what == "post":
                    operations.append(factories.operation(org, data, on_date=on_date, key=f"key {key}"))
                elif what == "close":
                    services.month_close(
                        actor=SYSTEM, organisation_id=org, month=Month(2026, data), now=factories.NOW
                    )
                elif operations:
                    operations.append(
                        services.operation_reverse(
                            actor=SYSTEM,
                            organisation_id=org,
                            operation_id=operations[data % len(operations)].pk,
                            on_date=on_date,
                            reason="Проба",
                            now=factories.NOW,
                        )
                    )
            except RuleViolation:
                continue
        assert selectors.verify(org) == []
        accounts = Account.objects.filter(organisation_id=org)
        assert sum(account.balance_kop for account in accounts) == 0
        rows = selectors.trial_balance(SYSTEM, org, Month(2026, 3), Month(2026, 8))
        total = selectors.total_of(rows)
        assert total.opening_debit_kop == total.opening_credit_kop
        assert total.debit_kop == total.credit_kop
        assert total.closing_debit_kop == total.closing_credit_kop


@pytest.mark.parametrize("pages", [1, 3])
def test_a_long_operation_is_reversed_by_pages(db, monkeypatch, pages):
    monkeypatch.setattr(sys.modules["koopset.apps.ledger.services.operation_reverse"], "CHUNK", 2)
    org = factories.book().organisation_id
    operation = factories.operation(org, [("50", "91", n) for n in range(1, 2 * pages + 1)])
    reversed_ = services.operation_reverse(
        actor=SYSTEM,
        organisation_id=org,
        operation_id=operation.pk,
        on_date=date(2026, 11, 10),
        reason="Проба",
        now=factories.NOW,
    )
    assert reversed_.entries_count == 2 * pages
    assert selectors.balance(org, "50") == 0
