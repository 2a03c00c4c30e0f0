"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, OFFICE, Role


class PurchaseRight(StrEnum):
    ROUND_VIEW = "purchases:round:view"
    ROUND_RUN = "purchases:round:run"
    ROUND_JOIN = (
        "purchases:round:join"  # whom a round for members is for; neighbours and the invited need no role
    )


def declare_rights() -> None:
    declare(
        PurchaseRight,
        {
            PurchaseRight.ROUND_VIEW: OFFICE | {Role.AUDITOR, Role.STAFF},
            PurchaseRight.ROUND_RUN: frozenset({Role.CHAIR, Role.BOARD, Role.TREASURER, Role.STAFF}),
            PurchaseRight.ROUND_JOIN: EVERYBODY_INSIDE,
        },
        machines={PurchaseRight.ROUND_VIEW},
    )
