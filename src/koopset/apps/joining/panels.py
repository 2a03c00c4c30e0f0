"""What this room shows in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.joining.permissions import JoiningRight
from koopset.foundation.ui.navigation import NavPlace, register_place


def register() -> None:
    register_place(
        NavPlace(
            room="joining",
            label=_("Steps of joining"),
            icon="list-check",
            url_name="joining:steps",
            right=JoiningRight.STEPS_VIEW,
            section="settlement",
            order=45,
        )
    )
    register_place(
        NavPlace(
            room="joining",
            label=_("My applications"),
            icon="clipboard-list",
            url_name="joining:applications",
            section="self",
            order=85,
        )
    )
    register_place(
        NavPlace(
            room="joining",
            label=_("Open a group of buyers"),
            icon="users-group",
            url_name="joining:buyer_group_new",
            section="self",
            order=86,
            cabinets=frozenset({"resident", "buyer"}),
        )
    )
    for label, short, icon, name, right, order in (
        (
            _("Applications to join"),
            _("Applications to join"),
            "clipboard",
            "joining:queue",
            JoiningRight.APPLICATION_REVIEW,
            10,
        ),
        (_("Settlements"), "", "building-community", "joining:bodies", JoiningRight.DISTRICT_VIEW, 20),
        (_("Pilot groups"), _("Groups"), "users-group", "joining:groups", JoiningRight.GROUP_EDIT, 30),
        (_("Coordinators"), "", "map-pin", "joining:coordinators", JoiningRight.COORDINATOR_APPOINT, 40),
    ):
        register_place(
            NavPlace(
                room="joining",
                label=label,
                short=short,
                icon=icon,
                url_name=name,
                right=right,
                section="start",
                order=order,
                of_platform=True,
            )
        )
