"""Rights to the addresses that an organisation's news go to."""

from __future__ import annotations

from enum import StrEnum

from koopset.foundation.rights.catalogue import declare
from koopset.foundation.rights.roles import Role


class WebhookRight(StrEnum):
    VIEW = "webhooks:subscription:view"
    MANAGE = "webhooks:subscription:manage"
    REPLAY = "webhooks:delivery:replay"


def declare_rights() -> None:
    # Where the news of an organisation go is said by a person; a program may look at its deliveries and ask for one again.
    declare(
        WebhookRight,
        {
            WebhookRight.VIEW: frozenset({Role.CHAIR, Role.BOARD, Role.AUDITOR}),
            WebhookRight.MANAGE: frozenset({Role.CHAIR}),
            WebhookRight.REPLAY: frozenset({Role.CHAIR}),
        },
        machines={WebhookRight.VIEW, WebhookRight.REPLAY},
    )
