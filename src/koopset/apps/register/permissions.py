"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, HOUSEHOLD, OFFICE, Role


class RegisterRight(StrEnum):
    REGISTER_VIEW = "register:register:view"
    REGISTER_EDIT = "register:register:edit"
    REGISTER_IMPORT = "register:register:import"
    DECISION_VIEW = "register:decision:view"
    DECISION_RECORD = "register:decision:record"
    MEMBERSHIP_APPLY = "register:membership:apply"
    APPLICATION_VIEW = "register:application:view"
    APPLICATION_HANDLE = "register:application:handle"
    EXCLUSION_VIEW = "register:exclusion:view"
    EXCLUSION_HANDLE = "register:exclusion:handle"
    POWER_VIEW = "register:power:view"
    POWER_EDIT = "register:power:edit"


def declare_rights() -> None:
    declare(
        RegisterRight,
        {
            RegisterRight.REGISTER_VIEW: OFFICE | {Role.AUDITOR},
            RegisterRight.REGISTER_EDIT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            RegisterRight.REGISTER_IMPORT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            RegisterRight.DECISION_VIEW: EVERYBODY_INSIDE,
            RegisterRight.DECISION_RECORD: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            RegisterRight.MEMBERSHIP_APPLY: HOUSEHOLD,
            RegisterRight.APPLICATION_VIEW: OFFICE,
            RegisterRight.APPLICATION_HANDLE: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            RegisterRight.EXCLUSION_VIEW: OFFICE,
            RegisterRight.EXCLUSION_HANDLE: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            RegisterRight.POWER_VIEW: OFFICE,
            RegisterRight.POWER_EDIT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
        },
        machines={
            RegisterRight.REGISTER_VIEW,
            RegisterRight.REGISTER_EDIT,
            RegisterRight.REGISTER_IMPORT,
            RegisterRight.DECISION_VIEW,
        },
    )
