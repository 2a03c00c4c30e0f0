"""Rights of the plan and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, Role


class PlanRight(StrEnum):
    PLAN_VIEW = "plan:plan:view"
    PLAN_EDIT = "plan:plan:edit"


def declare_rights() -> None:
    declare(
        PlanRight,
        {
            PlanRight.PLAN_VIEW: EVERYBODY_INSIDE,
            PlanRight.PLAN_EDIT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
        },
    )
