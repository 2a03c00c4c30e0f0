"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class DemandRight(StrEnum):
    AREA_VIEW = "demand:area:view"  # published needs of the body's area: no household is seen in them
    THRESHOLDS_EDIT = "demand:thresholds:edit"


def declare_rights() -> None:
    declare(
        DemandRight,
        {
            DemandRight.AREA_VIEW: OFFICE | {Role.OPERATOR},
            DemandRight.THRESHOLDS_EDIT: frozenset({Role.OPERATOR}),
        },
        machines={DemandRight.AREA_VIEW},
    )
