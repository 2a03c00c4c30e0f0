"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, OFFICE, Role


class BillingRight(StrEnum):
    ACCOUNT_VIEW = "billing:account:view"
    ACCOUNT_EDIT = "billing:account:edit"
    FEE_VIEW = "billing:fee:view"
    FEE_EDIT = "billing:fee:edit"
    CHARGE_VIEW = "billing:charge:view"
    CHARGE_POST = "billing:charge:post"
    CHARGE_CORRECT = "billing:charge:correct"
    DOCUMENT_ISSUE = "billing:document:issue"
    DOCUMENT_VIEW = "billing:document:view"
    DEBTOR_VIEW = "billing:debtor:view"


def declare_rights() -> None:
    declare(
        BillingRight,
        {
            BillingRight.ACCOUNT_VIEW: OFFICE | {Role.AUDITOR},
            BillingRight.ACCOUNT_EDIT: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            BillingRight.FEE_VIEW: EVERYBODY_INSIDE,
            BillingRight.FEE_EDIT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            BillingRight.CHARGE_VIEW: OFFICE | {Role.AUDITOR},
            BillingRight.CHARGE_POST: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            BillingRight.CHARGE_CORRECT: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            BillingRight.DOCUMENT_ISSUE: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            BillingRight.DOCUMENT_VIEW: OFFICE | {Role.AUDITOR},
            BillingRight.DEBTOR_VIEW: OFFICE | {Role.AUDITOR},
        },
        machines={
            BillingRight.ACCOUNT_VIEW,
            BillingRight.ACCOUNT_EDIT,
            BillingRight.CHARGE_VIEW,
            BillingRight.CHARGE_POST,
            BillingRight.DEBTOR_VIEW,
            BillingRight.DOCUMENT_VIEW,
            BillingRight.DOCUMENT_ISSUE,
            BillingRight.FEE_VIEW,
        },
    )
