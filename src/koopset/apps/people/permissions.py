"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class PeopleRight(StrEnum):
    PERSON_VIEW = "people:person:view"
    PERSON_EDIT = "people:person:edit"
    LOGIN_INVITE = "people:login:invite"
    SUPPORT_VISIT = "people:support:visit"


def declare_rights() -> None:
    declare(
        PeopleRight,
        {
            PeopleRight.PERSON_VIEW: OFFICE | {Role.AUDITOR},
            # The operator makes the card of a body's first chair and invites the chair (K11).
            PeopleRight.PERSON_EDIT: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER, Role.OPERATOR}),
            PeopleRight.LOGIN_INVITE: frozenset({Role.CHAIR, Role.TREASURER, Role.OPERATOR}),
            PeopleRight.SUPPORT_VISIT: frozenset({Role.OPERATOR}),
        },
        machines={PeopleRight.PERSON_VIEW, PeopleRight.PERSON_EDIT},
    )
