"""Roles a person may hold in an organisation (K1, K2)."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import pgettext_lazy


class Role(StrEnum):
    """What a person is to an organisation. Resident and member follow from the register; the others are given by a decision."""

    CHAIR = "chair"
    BOARD = "board"
    ACCOUNTANT = "accountant"
    TREASURER = "treasurer"
    AUDITOR = "auditor"
    STAFF = "staff"
    RESIDENT = "resident"
    MEMBER = "member"
    REPRESENTATIVE = "representative"
    OPERATOR = "operator"
    COORDINATOR = "coordinator"


#: Those who run the office. The auditor reads what the office writes.
OFFICE = frozenset({Role.CHAIR, Role.BOARD, Role.ACCOUNTANT, Role.TREASURER})
#: Those who see their own plots, charges and papers.
HOUSEHOLD = frozenset({Role.RESIDENT, Role.MEMBER, Role.REPRESENTATIVE})
#: Whoever has any role in the organisation.
EVERYBODY_INSIDE = OFFICE | HOUSEHOLD | {Role.AUDITOR, Role.STAFF}
#: Roles that a page of the organisation may give; resident and member come from the register, operator from the command line, a
#: coordinator is appointed to a district by the operator and has no role in any organisation.
ASSIGNABLE = frozenset(
    {Role.CHAIR, Role.BOARD, Role.ACCOUNTANT, Role.TREASURER, Role.AUDITOR, Role.STAFF, Role.REPRESENTATIVE}
)

ROLE_NAMES = {
    Role.CHAIR: pgettext_lazy("role", "Chair"),
    Role.BOARD: pgettext_lazy("role", "Board member"),
    Role.ACCOUNTANT: pgettext_lazy("role", "Accountant"),
    Role.TREASURER: pgettext_lazy("role", "Treasurer"),
    Role.AUDITOR: pgettext_lazy("role", "Auditor"),
    Role.STAFF: pgettext_lazy("role", "Staff"),
    Role.RESIDENT: pgettext_lazy("role", "Resident"),
    Role.MEMBER: pgettext_lazy("role", "Member"),
    Role.REPRESENTATIVE: pgettext_lazy("role", "Representative"),
    Role.OPERATOR: pgettext_lazy("role", "Operator of the platform"),
    Role.COORDINATOR: pgettext_lazy("role", "Coordinator of a district"),
}
