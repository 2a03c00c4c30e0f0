"""Rights of this room and the roles that have them by default (K2). Who may look at a round is asked by the room of rounds."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class SettlementRight(StrEnum):
    MONEY_VIEW = "settlement:money:view"
    MONEY_TAKE = "settlement:money:take"
    TERMS_EDIT = "settlement:terms:edit"
    INTAKE_WRITE = "settlement:intake:write"
    HANDOUT_GIVE = "settlement:handout:give"
    CLAIM_ANSWER = "settlement:claim:answer"
    ROUND_SETTLE = "settlement:round:settle"


def declare_rights() -> None:
    money = frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER})
    runs = frozenset({Role.CHAIR, Role.BOARD, Role.TREASURER, Role.STAFF})
    declare(
        SettlementRight,
        {
            SettlementRight.MONEY_VIEW: OFFICE | {Role.AUDITOR},
            SettlementRight.MONEY_TAKE: money,
            SettlementRight.TERMS_EDIT: frozenset({Role.CHAIR, Role.BOARD, Role.TREASURER}),
            SettlementRight.INTAKE_WRITE: runs,
            SettlementRight.HANDOUT_GIVE: runs | {Role.ACCOUNTANT},
            SettlementRight.CLAIM_ANSWER: frozenset({Role.CHAIR, Role.BOARD, Role.TREASURER}),
            SettlementRight.ROUND_SETTLE: money,
        },
        machines={SettlementRight.MONEY_VIEW},
    )
