"""Rights of this room and the roles that have them by default (K2). A published list asks none: whoever is signed in reads it."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class OffersRight(StrEnum):
    LIST_VIEW = "offers:list:view"
    LIST_EDIT = "offers:list:edit"


def declare_rights() -> None:
    declare(
        OffersRight,
        {
            OffersRight.LIST_VIEW: OFFICE | {Role.STAFF, Role.AUDITOR},
            OffersRight.LIST_EDIT: frozenset({Role.CHAIR, Role.BOARD, Role.STAFF, Role.TREASURER}),
        },
        machines={OffersRight.LIST_VIEW, OffersRight.LIST_EDIT},
    )
