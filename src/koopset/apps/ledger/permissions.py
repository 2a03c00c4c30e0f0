"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class LedgerRight(StrEnum):
    BOOK_VIEW = "ledger:book:view"
    BOOK_OPEN = "ledger:book:open"
    CHART_EDIT = "ledger:chart:edit"
    OPERATION_POST = "ledger:operation:post"
    OPERATION_REVERSE = "ledger:operation:reverse"
    MONTH_CLOSE = "ledger:month:close"
    MONTH_REOPEN = "ledger:month:reopen"


def declare_rights() -> None:
    declare(
        LedgerRight,
        {
            LedgerRight.BOOK_VIEW: OFFICE | {Role.AUDITOR},
            LedgerRight.BOOK_OPEN: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            LedgerRight.CHART_EDIT: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            LedgerRight.OPERATION_POST: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            LedgerRight.OPERATION_REVERSE: frozenset({Role.ACCOUNTANT, Role.TREASURER}),
            LedgerRight.MONTH_CLOSE: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            LedgerRight.MONTH_REOPEN: frozenset({Role.CHAIR, Role.ACCOUNTANT}),
        },
        machines={LedgerRight.BOOK_VIEW},
    )
