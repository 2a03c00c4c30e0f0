"""What this room shows in the shell, and the names of its notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.privacy.permissions import PrivacyRight
from koopset.apps.privacy.selectors.paper import PAPER_FILE, may_read_paper
from koopset.apps.privacy.services.paper import TOPIC
from koopset.foundation.files import register_file_access
from koopset.foundation.notifications import register_topic
from koopset.foundation.ui.navigation import NavPlace, register_place


def register() -> None:
    register_topic("privacy.export", _("your data are gathered"))
    register_topic("privacy.erasure", _("erasure of personal data"))
    register_topic(TOPIC, _("consents on paper"))
    register_file_access(PAPER_FILE, may_read_paper)
    register_place(
        NavPlace(
            room="privacy",
            label=_("My data and consents"),
            icon="shield-lock",
            url_name="privacy:my_data",
            section="self",
            order=91,
        )
    )
    register_place(
        NavPlace(
            room="privacy",
            label=_("Personal data"),
            icon="shield-check",
            url_name="privacy:desk",
            right=PrivacyRight.TERM_VIEW,
            section="settlement",
            order=60,
        )
    )
