"""Rights of this room and the roles that have them by default (K2)."""

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import OFFICE, Role


class PrivacyRight(StrEnum):
    REQUEST_DECIDE = "privacy:request:decide"
    CONSENT_RECORD = "privacy:consent:record"
    LOOK_VIEW = "privacy:look:view"
    TERM_VIEW = "privacy:term:view"
    PLATFORM_DECIDE = "privacy:platform:decide"


def declare_rights() -> None:
    declare(
        PrivacyRight,
        {
            PrivacyRight.REQUEST_DECIDE: frozenset({Role.CHAIR, Role.OPERATOR}),
            # Whoever keeps the cards brings in the papers.
            PrivacyRight.CONSENT_RECORD: frozenset({Role.CHAIR, Role.ACCOUNTANT, Role.TREASURER}),
            PrivacyRight.LOOK_VIEW: frozenset({Role.CHAIR, Role.AUDITOR}),
            PrivacyRight.TERM_VIEW: OFFICE | {Role.AUDITOR, Role.OPERATOR},
            # Logins and the cards that people made themselves are kept by the platform.
            PrivacyRight.PLATFORM_DECIDE: frozenset({Role.OPERATOR}),
        },
    )
