"""The door for programs asks as the pages do: nothing is charged, issued or collected for a body whose chair is not verified (K11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from koopset.apps.billing import factories, selectors
from koopset.apps.billing.models import Charge, ChargeRun, DocumentIssue
from koopset.apps.billing.payments.models import Payment
from koopset.apps.organisations.factories import make_role
from koopset.apps.organisations.models import Organisation
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
MONTH = factories.MONTH


@pytest.mark.parametrize(
    ("trust", "code"),
    [
        ({"verified_at": None}, "organisations.not_verified"),
        ({"verified_until": date(2026, 1, 2)}, "organisations.verification_lapsed"),
    ],
)
def test_a_program_is_refused_with_the_reason(program: Any, trust: dict[str, Any], code: str) -> None:
    org = factories.make_billing_organisation("tsj").pk
    account, fee = factories.make_account(org), factories.make_fee(org)
    treasurer = program(make_role(org, Role.TREASURER).person.login)
    Organisation.objects.filter(pk=org).update(**trust)
    fingerprint = selectors.charge_preview(SYSTEM, org, MONTH, [fee.pk]).fingerprint
    asked: list[tuple[str, dict[str, Any]]] = [
        ("charge-runs", {"month": str(MONTH), "fee_ids": [fee.pk], "fingerprint": fingerprint}),
        ("document-issues", {"month": str(MONTH)}),
        (
            "payments",
            {
                "key": "1",
                "account_id": account.pk,
                "amount_kop": 100,
                "received_on": "2026-11-20",
                "way": "cash",
            },
        ),
    ]
    for path, body in asked:
        told = treasurer.post(f"/o/{org}/{path}", body, 422)
        assert code in str(told), (path, told)
    for model in (Charge, ChargeRun, DocumentIssue, Payment):
        assert not model.objects.filter(organisation_id=org).exists()
