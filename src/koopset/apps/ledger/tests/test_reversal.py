"""A mistake is taken back by its mirror, once."""

from datetime import date
from typing import Any

import pytest

from koopset.apps.ledger import factories, selectors, services
from koopset.apps.ledger.models import Operation
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return factories.book().organisation_id


def reverse(org, operation, *, own=True, **changes):
    act = services.operation_reverse if own else services.operation_reverse_for_room
    options: Any = {"on_date": date(2026, 11, 20), "reason": "Ошибка в сумме", "now": factories.NOW} | changes
    return act(actor=SYSTEM, organisation_id=org, operation_id=operation.pk, **options)


def test_a_reversal_brings_the_balances_back(org):
    operation = factories.operation(org, [(("76.01", 7), "86.01", 150_000), ("50", ("76.01", 7), 40_000)])
    reversal = reverse(org, operation)

    assert (reversal.kind, reversal.reverses_id, reversal.total_kop) == (
        "ledger.reversal",
        operation.pk,
        190_000,
    )
    assert selectors.balances(org) == {7: 0}
    assert selectors.balance(org, "50") == 0
    card = selectors.operation_card(SYSTEM, org, operation.pk)
    assert card.operation.reversed_by_id == reversal.pk
    assert selectors.verify(org) == []


def test_a_reversal_may_be_reversed_and_that_once_too(org):
    operation = factories.operation(org, [("50", "91", 100)])
    reversal = reverse(org, operation)
    reverse(org, reversal)

    assert selectors.balance(org, "50") == 100
    for done in (operation, reversal):
        with pytest.raises(RuleViolation) as refusal:
            reverse(org, done)
        assert refusal.value.code == "ledger.reversed_already"
    assert Operation.objects.filter(organisation_id=org).count() == 3
    assert selectors.verify(org) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "ledger.reason_required"),
        ({"on_date": date(2026, 11, 9)}, "ledger.reversal_before_operation"),
        ({"on_date": date(2026, 11, 20), "closed": Month(2026, 11)}, "ledger.month_closed"),
        ({"own": True, "kind": "billing.charge"}, "ledger.reverse_in_its_room"),
    ],
)
def test_refusals_change_nothing(org, changes, code):
    changes = dict(changes)
    operation = factories.operation(org, [("50", "91", 100)], kind=changes.pop("kind", "ledger.manual"))
    if closed := changes.pop("closed", None):
        later = factories.NOW.replace(month=12)
        services.month_close(actor=SYSTEM, organisation_id=org, month=closed, now=later)
    with pytest.raises(RuleViolation) as refusal:
        reverse(org, operation, **changes)
    assert refusal.value.code == code
    assert selectors.balance(org, "50") == 100
    assert Operation.objects.filter(organisation_id=org).count() == 1


def test_a_room_reverses_its_own(org):
    operation = factories.operation(org, [("50", "91", 100)], kind="billing.charge")
    reverse(org, operation, own=False)
    assert selectors.balance(org, "50") == 0


def test_another_organisations_operation_is_not_there(org):
    other = factories.book().organisation_id
    operation = factories.operation(other, [("50", "91", 100)])
    with pytest.raises(RuleViolation) as refusal:
        reverse(org, operation)
    assert refusal.value.code == "ledger.unknown_operation"
    assert selectors.operation_card(SYSTEM, org, operation.pk) is None
