"""Rights of the portal and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import Role


class PortalRight(StrEnum):
    INBOX_USE = "portal:inbox:use"
    PLATFORM_RUN = "portal:platform:run"


def declare_rights() -> None:
    declare(
        PortalRight,
        {
            PortalRight.INBOX_USE: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER, Role.AUDITOR}),
            PortalRight.PLATFORM_RUN: frozenset({Role.OPERATOR}),
        },
    )
