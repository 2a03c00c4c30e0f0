"""What this room lets programs outside hear of."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.billing.payments import events
from koopset.foundation.access.schemas import Out
from koopset.foundation.webhooks.catalogue import tell_outside


class StatementOut(Out):
    statement_id: int


class PaymentsMatchedOut(Out):
    line_id: int
    payment_ids: list[int]


class PaymentMovedOut(Out):
    payment_id: int
    payment_ids: list[int]


class PaymentOut(Out):
    payment_id: int


def _payment(organisation_id: int, payment_id: int) -> dict[str, str]:
    return {"payment": f"/api/v1/o/{organisation_id}/payments/{payment_id}"}


def register() -> None:
    tell_outside(
        events.StatementPosted,
        "statement.posted",
        _("A bank statement is posted"),
        data=StatementOut,
        make=lambda one: {"statement_id": one.statement_id},
        links=lambda one: {
            "statement": f"/api/v1/o/{one.organisation_id}/statements/{one.statement_id}",
            "queue": f"/api/v1/o/{one.organisation_id}/bank-lines",
        },
    )
    tell_outside(
        events.PaymentsMatched,
        "payment.matched",
        _("A payment from the queue has found its account"),
        data=PaymentsMatchedOut,
        make=lambda one: {"line_id": one.line_id, "payment_ids": list(one.payment_ids)},
        links=lambda one: {"line": f"/api/v1/o/{one.organisation_id}/bank-lines/{one.line_id}"},
    )
    tell_outside(
        events.PaymentMoved,
        "payment.moved",
        _("A payment is moved to another account"),
        data=PaymentMovedOut,
        make=lambda one: {"payment_id": one.payment_id, "payment_ids": list(one.payment_ids)},
        links=lambda one: _payment(one.organisation_id, one.payment_id),
    )
    tell_outside(
        events.PaymentTakenBack,
        "payment.taken_back",
        _("A payment is taken off its account"),
        data=PaymentOut,
        make=lambda one: {"payment_id": one.payment_id},
        links=lambda one: _payment(one.organisation_id, one.payment_id),
    )
    tell_outside(
        events.PaymentEntered,
        "payment.entered",
        _("A payment is entered by hand"),
        data=PaymentOut,
        make=lambda one: {"payment_id": one.payment_id},
        links=lambda one: _payment(one.organisation_id, one.payment_id),
    )
