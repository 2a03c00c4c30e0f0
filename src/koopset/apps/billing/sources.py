"""What this room lets programs outside hear of."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.billing import events
from koopset.foundation.access.schemas import MonthText, Out
from koopset.foundation.webhooks.catalogue import tell_outside
from koopset.kernel.period import Month


class ChargesPostedOut(Out):
    run_id: int
    month: MonthText


class ChargeCorrectedOut(Out):
    charge_id: int
    corrects_id: int | None
    account_id: int


class AccountOut(Out):
    account_id: int


class DocumentsIssuedOut(Out):
    issue_id: int
    month: MonthText


def register() -> None:
    tell_outside(
        events.ChargesPosted,
        "charges.posted",
        _("The charges of a month are posted"),
        data=ChargesPostedOut,
        make=lambda one: {"run_id": one.run_id, "month": str(Month.from_number(one.month))},
        links=lambda one: {"charge_run": f"/api/v1/o/{one.organisation_id}/charge-runs/{one.run_id}"},
    )
    tell_outside(
        events.ChargeCorrected,
        "charge.corrected",
        _("A charge is corrected"),
        data=ChargeCorrectedOut,
        make=lambda one: {
            "charge_id": one.charge_id,
            "corrects_id": one.corrects_id,
            "account_id": one.account_id,
        },
        links=lambda one: {
            "charges": f"/api/v1/o/{one.organisation_id}/personal-accounts/{one.account_id}/charges"
        },
    )
    tell_outside(
        events.DocumentsIssued,
        "documents.issued",
        _("Payment documents of a month are issued"),
        data=DocumentsIssuedOut,
        make=lambda one: {"issue_id": one.issue_id, "month": str(Month.from_number(one.month))},
        links=lambda one: {
            "issue": f"/api/v1/o/{one.organisation_id}/document-issues/{one.issue_id}",
            "documents": f"/api/v1/o/{one.organisation_id}/document-issues/{one.issue_id}/documents",
        },
    )
    tell_outside(
        events.PersonalAccountOpened,
        "account.opened",
        _("A personal account is opened"),
        data=AccountOut,
        make=lambda one: {"account_id": one.account_id},
        links=lambda one: {"account": f"/api/v1/o/{one.organisation_id}/personal-accounts/{one.account_id}"},
    )
    tell_outside(
        events.PersonalAccountClosed,
        "account.closed",
        _("A personal account is closed"),
        data=AccountOut,
        make=lambda one: {"account_id": one.account_id},
        links=lambda one: {"account": f"/api/v1/o/{one.organisation_id}/personal-accounts/{one.account_id}"},
    )
