"""What this room shows in the shell, and who may read its files."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koopset.apps.organisations.selectors import keeps_units
from koopset.apps.privacy.permissions import PrivacyRight
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.ports import Link, register_person_links
from koopset.apps.register.selectors import (
    APPLICATION_FILE,
    DECISION_FILE,
    NOTICE_FILE,
    POWER_FILE,
    may_read_application,
)
from koopset.apps.register.services.imports import FAILED_KIND, FILE_KIND
from koopset.foundation.files import StoredFile, register_file_access
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place


def may_read_import(actor: Actor, file: StoredFile) -> bool:
    return actor.can(RegisterRight.REGISTER_IMPORT, file.organisation_id)


def may_read_decision(actor: Actor, file: StoredFile) -> bool:
    return actor.can(RegisterRight.DECISION_VIEW, file.organisation_id)


def may_read_notice(actor: Actor, file: StoredFile) -> bool:
    return actor.can(RegisterRight.EXCLUSION_VIEW, file.organisation_id)


def may_read_power(actor: Actor, file: StoredFile) -> bool:
    return actor.can(RegisterRight.POWER_VIEW, file.organisation_id)


def consent_links(actor: Actor, organisation_id: int, person_id: int) -> list[Link]:
    """From the card of a person to the consents signed on paper."""
    if not actor.can(PrivacyRight.CONSENT_RECORD, organisation_id):
        return []
    address = reverse("privacy:person_consents", args=[organisation_id, person_id])
    return [Link(str(_("Consents on paper")), address, icon="shield-check")]


def register() -> None:
    register_person_links(consent_links)
    register_file_access(APPLICATION_FILE, may_read_application)
    register_file_access(NOTICE_FILE, may_read_notice)
    register_file_access(POWER_FILE, may_read_power)
    register_file_access(FILE_KIND, may_read_import)
    register_file_access(FAILED_KIND, may_read_import)
    register_file_access(DECISION_FILE, may_read_decision)
    household = frozenset({"resident"})
    for place in (
        NavPlace(
            "register",
            _("Register"),
            "map-2",
            "register:units",
            RegisterRight.REGISTER_VIEW,
            "settlement",
            10,
            shown=keeps_units,
        ),
        NavPlace(
            "register",
            _("Decisions"),
            "gavel",
            "register:decisions",
            RegisterRight.DECISION_VIEW,
            "settlement",
            30,
            bottom_for=frozenset({"chair", "auditor", "staff"}),
        ),
        NavPlace(
            "register",
            _("Applications"),
            "user-plus",
            "register:applications",
            RegisterRight.APPLICATION_VIEW,
            "settlement",
            12,
            shown=keeps_units,
        ),
        NavPlace(
            "register",
            _("Exclusions"),
            "alert-triangle",
            "register:exclusions",
            RegisterRight.EXCLUSION_VIEW,
            "settlement",
            14,
            shown=keeps_units,
        ),
        NavPlace(
            "register",
            _("Powers of attorney"),
            "signature",
            "register:powers",
            RegisterRight.POWER_VIEW,
            "settlement",
            16,
            shown=keeps_units,
        ),
        NavPlace(
            "register", _("My plots"), "map-pin", "register:my_units", None, "self", 10, cabinets=household
        ),
        NavPlace(
            "register",
            _("My membership"),
            "user-check",
            "register:my_membership",
            None,
            "self",
            12,
            cabinets=household,
        ),
        NavPlace(
            "register",
            _("My powers of attorney"),
            "signature",
            "register:my_powers",
            None,
            "self",
            14,
            cabinets=household,
        ),
    ):
        register_place(place)
