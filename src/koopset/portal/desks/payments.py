"""The queue and the payments, asked of the room of payments."""

from __future__ import annotations

from koopset.apps.billing.payments import panels
from koopset.apps.billing.payments.selectors import PaymentRow
from koopset.foundation.rights.actors import Actor

QUEUE_SHOWN = 5
PAYMENTS_SHOWN = 4


def payment_queue(actor: Actor, organisation_id: int) -> panels.TreasurerQueue | None:
    """What waits for the treasurer; None for those who may not see payments."""
    return panels.treasurer_queue(actor, organisation_id, QUEUE_SHOWN)


def latest_payments(actor: Actor, organisation_id: int) -> list[PaymentRow]:
    """The resident's latest payments."""
    return panels.resident_payments(actor, organisation_id, PAYMENTS_SHOWN)
