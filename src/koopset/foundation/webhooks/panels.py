"""The words under which letters about subscriptions may be refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.foundation.notifications import register_topic
from koopset.foundation.webhooks.deliveries import TOPIC


def register() -> None:
    register_topic(TOPIC, _("notices of webhooks that do not answer"))
