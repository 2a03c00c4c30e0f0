"""Rights of this room and the roles that have them by default (K2). What a person answers of an own receipt needs only a login."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import Role


class CatalogueRight(StrEnum):
    NAME_CORRECT = "catalogue:name:correct"
    GOOD_EDIT = "catalogue:good:edit"


def declare_rights() -> None:
    declare(
        CatalogueRight,
        {
            CatalogueRight.NAME_CORRECT: frozenset({Role.OPERATOR}),
            CatalogueRight.GOOD_EDIT: frozenset({Role.OPERATOR}),
        },
    )
