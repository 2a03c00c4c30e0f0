"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class JoiningRight(StrEnum):
    APPLICATION_REVIEW = "joining:application:review"
    DISTRICT_VIEW = "joining:district:view"
    GROUP_EDIT = "joining:group:edit"
    HELP_WRITE = "joining:help:write"
    COORDINATOR_APPOINT = "joining:coordinator:appoint"
    STEPS_VIEW = "joining:steps:view"
    CONTACT_EDIT = "joining:contact:edit"


def declare_rights() -> None:
    support = frozenset({Role.OPERATOR, Role.COORDINATOR})
    declare(
        JoiningRight,
        {
            # A coordinator has these in the appointed districts only: services and selectors ask which those are.
            JoiningRight.APPLICATION_REVIEW: support,
            JoiningRight.DISTRICT_VIEW: support,
            JoiningRight.GROUP_EDIT: support,
            JoiningRight.HELP_WRITE: support,
            JoiningRight.COORDINATOR_APPOINT: frozenset({Role.OPERATOR}),
            JoiningRight.STEPS_VIEW: OFFICE,
            JoiningRight.CONTACT_EDIT: frozenset({Role.CHAIR}),
        },
    )
