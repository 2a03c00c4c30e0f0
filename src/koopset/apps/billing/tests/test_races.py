"""Two at once charge a month once: the lock decides, the unique constraints stand behind it; with both off the race is real."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from koopset.apps.billing import factories, selectors, services
from koopset.apps.billing.models import Charge, PersonalAccount
from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger.models import Operation
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.races import SECONDS, at_once, database
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db(transaction=True)
NOW, MONTH = factories.NOW, factories.MONTH
__all__ = ["SECONDS", "at_once", "database"]


def confirmed() -> tuple[int, int]:
    """An organisation with two plots and a confirmed preview."""
    pk: int = factories.make_billing_organisation().pk
    factories.make_account(pk)
    factories.make_account(pk)
    fee = factories.make_fee(pk)
    preview = selectors.charge_preview(SYSTEM, pk, MONTH, [fee.pk])
    run = services.charge_run_start(
        actor=SYSTEM,
        organisation_id=pk,
        month=MONTH,
        fee_ids=[fee.pk],
        fingerprint=preview.fingerprint,
        now=NOW,
    )
    return pk, run.pk


def post(pk: int, run_id: int) -> Any:
    return services.charge_run_post(actor=SYSTEM, organisation_id=pk, run_id=run_id, now=NOW)


def test_two_workers_with_one_preview_charge_once(database: None) -> None:
    pk, run_id = confirmed()
    start = threading.Barrier(2, timeout=SECONDS)

    def act() -> Any:
        start.wait()
        return post(pk, run_id)

    results = at_once(act, act)
    assert [result.pk for result in results] == [run_id, run_id]
    assert Charge.objects.filter(organisation_id=pk).count() == 2
    assert Operation.objects.filter(organisation_id=pk).count() == 1
    assert ledger.verify(pk) == []


@pytest.mark.postgres
def test_without_the_lock_both_come_to_the_wall_and_one_is_stopped(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: lock off, two previews of the same lines under different keys. Both compute, the unique constraint stops the second."""
    pk, run_id = confirmed()
    from koopset.apps.billing.models import ChargeRun

    first = ChargeRun.objects.get(organisation_id=pk, pk=run_id)
    second = ChargeRun.objects.create(
        organisation_id=pk, month=first.month, fee_ids=first.fee_ids, fingerprint="f" * 64, created_at=NOW
    )
    from koopset.apps.billing.selectors import preview
    from koopset.apps.billing.services import charge_run

    both = threading.Barrier(2, timeout=SECONDS)
    compute = preview.month_lines

    class Same:
        """The lines of the month, whatever the fingerprint of the run."""

        def __init__(self, computed: Any) -> None:
            self._computed = computed
            self.fingerprint = _Any()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._computed, name)

    class _Any(str):
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            return True

        def __ne__(self, other: object) -> bool:
            return False

    def computed(*args: Any) -> Any:
        found = compute(*args)
        both.wait()  # each has seen that nothing is charged
        return Same(found)

    monkeypatch.setattr(charge_run, "lock_billing", lambda organisation_id: None)
    monkeypatch.setattr(charge_run, "month_lines", computed)
    results = at_once(lambda: post(pk, run_id), lambda: post(pk, second.pk))
    refused = [result for result in results if isinstance(result, RuleViolation)]
    assert [refusal.code for refusal in refused] == ["billing.charged_already"]
    assert Charge.objects.filter(organisation_id=pk).count() == 2
    assert ledger.verify(pk) == []


def test_two_accounts_opened_at_once_have_different_codes(database: None) -> None:
    pk: int = factories.make_billing_organisation().pk
    from datetime import date

    from koopset.apps.register.factories import make_unit

    units = [make_unit(pk).pk for _number in range(4)]

    def act(unit_id: int) -> Callable[[], Any]:
        return lambda: services.personal_account_open(
            actor=SYSTEM,
            organisation_id=pk,
            payer_id=None,
            unit_ids=[unit_id],
            opened_on=date(2026, 1, 1),
            now=NOW,
        )

    results = at_once(*(act(unit) for unit in units))
    assert not [result for result in results if isinstance(result, Exception)]
    codes = PersonalAccount.objects.filter(organisation_id=pk).values_list("payment_code", flat=True)
    assert len(set(codes)) == 4
