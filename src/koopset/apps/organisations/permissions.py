"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import EVERYBODY_INSIDE, OFFICE, Role


class OrganisationRight(StrEnum):
    ORGANISATION_CREATE = "organisations:organisation:create"
    ORGANISATION_VERIFY = "organisations:organisation:verify"
    ORGANISATION_VIEW = "organisations:organisation:view"
    ORGANISATION_EDIT = "organisations:organisation:edit"
    BANK_ACCOUNT_ADD = "organisations:bank-account:add"
    BANK_ACCOUNT_CONFIRM = "organisations:bank-account:confirm"
    BANK_CHANGE_OBJECT = "organisations:bank-change:object"
    ROLE_VIEW = "organisations:role:view"
    ROLE_ASSIGN = "organisations:role:assign"


def declare_rights() -> None:
    declare(
        OrganisationRight,
        {
            OrganisationRight.ORGANISATION_CREATE: frozenset({Role.OPERATOR}),
            OrganisationRight.ORGANISATION_VERIFY: frozenset({Role.OPERATOR}),
            OrganisationRight.ORGANISATION_VIEW: EVERYBODY_INSIDE | {Role.OPERATOR},
            OrganisationRight.ORGANISATION_EDIT: frozenset({Role.CHAIR}),
            OrganisationRight.BANK_ACCOUNT_ADD: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            OrganisationRight.BANK_ACCOUNT_CONFIRM: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            OrganisationRight.BANK_CHANGE_OBJECT: OFFICE | {Role.AUDITOR},
            OrganisationRight.ROLE_VIEW: OFFICE | {Role.AUDITOR, Role.OPERATOR},
            OrganisationRight.ROLE_ASSIGN: frozenset({Role.CHAIR, Role.OPERATOR}),
        },
        machines={OrganisationRight.ORGANISATION_VIEW, OrganisationRight.ROLE_VIEW},
    )
