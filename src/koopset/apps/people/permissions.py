"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.actors import Actor, ActorKind, Forbidden
from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role

#: What a person's key is given to see and change one's own household. No role has it: it narrows, it gives nothing.
HOUSEHOLD_USE = "people:household:use"


def own_login(actor: Actor) -> int:
    """The login whose household is meant. Raises Forbidden for nobody, keys of organisations, and keys not given HOUSEHOLD_USE."""
    if actor.kind not in (ActorKind.PERSON, ActorKind.TOKEN) or actor.login_id is None or actor.login_id <= 0:
        raise Forbidden(HOUSEHOLD_USE)
    if actor.scopes is not None and HOUSEHOLD_USE not in actor.scopes:
        raise Forbidden(HOUSEHOLD_USE)
    return actor.login_id


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
