"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, OFFICE, Role


class RegisterRight(StrEnum):
    REGISTER_VIEW = "register:register:view"
    REGISTER_EDIT = "register:register:edit"
    REGISTER_IMPORT = "register:register:import"
    DECISION_VIEW = "register:decision:view"
    DECISION_RECORD = "register:decision:record"


def declare_rights() -> None:
    declare(
        RegisterRight,
        {
            RegisterRight.REGISTER_VIEW: OFFICE | {Role.AUDITOR},
            RegisterRight.REGISTER_EDIT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            RegisterRight.REGISTER_IMPORT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            RegisterRight.DECISION_VIEW: EVERYBODY_INSIDE,
            RegisterRight.DECISION_RECORD: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
        },
        machines={
            RegisterRight.REGISTER_VIEW,
            RegisterRight.REGISTER_EDIT,
            RegisterRight.REGISTER_IMPORT,
            RegisterRight.DECISION_VIEW,
        },
    )
