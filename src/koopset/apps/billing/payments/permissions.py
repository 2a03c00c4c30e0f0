"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class PaymentRight(StrEnum):
    PAYMENT_VIEW = "payments:payment:view"
    STATEMENT_IMPORT = "payments:statement:import"
    PAYMENT_MATCH = "payments:payment:match"
    PAYMENT_ENTER = "payments:payment:enter"
    PAYMENT_REVERSE = "payments:payment:reverse"


def declare_rights() -> None:
    declare(
        PaymentRight,
        {
            PaymentRight.PAYMENT_VIEW: OFFICE | {Role.AUDITOR},
            PaymentRight.STATEMENT_IMPORT: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            PaymentRight.PAYMENT_MATCH: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            PaymentRight.PAYMENT_ENTER: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            PaymentRight.PAYMENT_REVERSE: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
        },
        machines={
            PaymentRight.PAYMENT_VIEW,
            PaymentRight.PAYMENT_ENTER,
            PaymentRight.PAYMENT_MATCH,
            PaymentRight.STATEMENT_IMPORT,
        },
    )
