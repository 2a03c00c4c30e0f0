"""What this room shows in the shell, and who may read its files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors import DECISION_FILE
from koopset.apps.register.services.imports import FAILED_KIND, FILE_KIND
from koopset.foundation.files import StoredFile, register_file_access
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place


def may_read_import(actor: Actor, file: StoredFile) -> bool:
    return actor.can(RegisterRight.REGISTER_IMPORT, file.organisation_id)


def may_read_decision(actor: Actor, file: StoredFile) -> bool:
    return actor.can(RegisterRight.DECISION_VIEW, file.organisation_id)


def register() -> None:
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
        ),
        NavPlace(
            "register",
            _("Decisions"),
            "gavel",
            "register:decisions",
            RegisterRight.DECISION_VIEW,
            "settlement",
            30,
        ),
        NavPlace(
            "register", _("My plots"), "map-pin", "register:my_units", None, "self", 10, cabinets=household
        ),
    ):
        register_place(place)
