"""What the doors for machines show in the shell, and what they tell the engine of rights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.foundation.access.keys import TOPIC, actor_of_key
from koopset.foundation.access.permissions import KeyRight
from koopset.foundation.notifications import register_topic
from koopset.foundation.rights.actors import register_key_source
from koopset.foundation.ui.navigation import NavPlace, register_place


def register() -> None:
    register_key_source(actor_of_key)
    register_topic(TOPIC, _("notices of keys for programs that end soon"))
    register_place(
        NavPlace(
            room="access",
            label=_("Programs"),
            icon="key",
            url_name="access:keys",
            also=("webhooks:list",),
            right=KeyRight.VIEW,
            section="settlement",
            order=90,
        )
    )
