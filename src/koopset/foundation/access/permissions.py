"""Rights to the doors for machines of an organisation."""

from __future__ import annotations

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import Role


class KeyRight(StrEnum):
    VIEW = "access:key:view"
    MAKE = "access:key:make"  # and revoke


def declare_rights() -> None:
    declare(
        KeyRight,
        {
            KeyRight.VIEW: frozenset({Role.CHAIR, Role.BOARD, Role.AUDITOR}),
            KeyRight.MAKE: frozenset({Role.CHAIR}),
        },
    )
