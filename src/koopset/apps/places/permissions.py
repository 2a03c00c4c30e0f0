"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import Role


class PlacesRight(StrEnum):
    TERRITORY_EDIT = "places:territory:edit"
    LOCATION_EDIT = "places:location:edit"


def declare_rights() -> None:
    declare(
        PlacesRight,
        {
            PlacesRight.TERRITORY_EDIT: frozenset({Role.OPERATOR}),
            PlacesRight.LOCATION_EDIT: frozenset({Role.CHAIR, Role.OPERATOR}),
        },
    )
