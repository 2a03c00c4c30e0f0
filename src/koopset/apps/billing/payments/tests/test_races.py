"""Two treasurers and one line: the lock lets one through; with the lock off the unique constraint stands behind it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from koopset.apps.billing.factories import make_account
from koopset.apps.billing.payments import services
from koopset.apps.billing.payments.factories import NOW, Doc, make_paying_organisation, post, statement_text
from koopset.apps.billing.payments.models import BankLine, Payment
from koopset.apps.billing.payments.services import payments as module
from koopset.apps.ledger import selectors as ledger
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.races import SECONDS, at_once, database
from koopset.kernel.violations import RuleViolation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
__all__ = ["database"]


def prepared() -> tuple[int, int, list[int]]:
    pk, number = make_paying_organisation()
    accounts = [make_account(pk).pk, make_account(pk).pk]
    post(pk, statement_text(number, [Doc(5_000)]))
    return pk, BankLine.objects.get(organisation_id=pk).pk, accounts


def race(pk: int, line_id: int, accounts: list[int]) -> list[Any]:
    def act(account_id: int) -> Any:
        return lambda: services.line_match(
            actor=SYSTEM, organisation_id=pk, line_id=line_id, parts=[(account_id, 5_000)], now=NOW
        )

    return at_once(*(act(account) for account in accounts))


def test_two_treasurers_match_one_line_once(database: None) -> None:
    pk, line_id, accounts = prepared()
    results = race(pk, line_id, accounts)
    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["payments.line_taken"]
    assert Payment.objects.filter(organisation_id=pk).count() == 1
    assert ledger.balance(pk, "76.90") == 0
    assert ledger.verify(pk) == []


def test_without_the_lock_both_come_to_the_wall(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    pk, line_id, accounts = prepared()
    both = threading.Barrier(2, timeout=SECONDS)
    free = module.free_kop

    def seen(line: BankLine) -> int:
        kop = free(line)
        both.wait()  # each has seen that the line is free
        return kop

    monkeypatch.setattr(module, "lock_billing", lambda organisation_id: None)
    monkeypatch.setattr(
        module,
        "get_line",
        lambda organisation_id, pk: BankLine.objects.get(organisation_id=organisation_id, pk=pk),
    )
    monkeypatch.setattr(module, "free_kop", seen)
    results = race(pk, line_id, accounts)
    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["payments.line_taken"]
    assert Payment.objects.filter(organisation_id=pk).count() == 1
    assert ledger.verify(pk) == []
