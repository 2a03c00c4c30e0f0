"""The queue and the payments, asked of the room of payments."""

from __future__ import annotations

from collections.abc import Collection

from koopset.apps.billing.payments import panels
from koopset.apps.billing.payments.selectors import PaymentRow, payments_of_accounts
from koopset.apps.billing.selectors import AccountLabel
from koopset.foundation.rights.actors import Actor

QUEUE_SHOWN = 5
PAYMENTS_SHOWN = 4


def payment_queue(actor: Actor, organisation_id: int) -> panels.TreasurerQueue | None:
    """What waits for the treasurer; None for those who may not see payments."""
    return panels.treasurer_queue(actor, organisation_id, QUEUE_SHOWN)


def latest_payments(organisation_id: int, accounts: Collection[AccountLabel]) -> list[PaymentRow]:
    """The latest payments of accounts that were found to be the actor's own."""
    labels = {account.id: account for account in accounts}
    return payments_of_accounts(organisation_id, list(labels), limit=PAYMENTS_SHOWN, labels=labels)
