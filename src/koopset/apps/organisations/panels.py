"""What this room shows in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.organisations.permissions import OrganisationRight
from koopset.apps.organisations.selectors import head_of
from koopset.foundation.ui.navigation import NavPlace, register_head, register_place


def register() -> None:
    register_head("settlement", head_of)
    register_place(
        NavPlace(
            room="organisations",
            label=_("Organisation"),
            icon="building-community",
            url_name="organisations:organisation",
            right=OrganisationRight.ORGANISATION_VIEW,
            section="settlement",
            order=40,
        )
    )
    register_place(
        NavPlace(
            room="organisations",
            label=_("My organisations"),
            icon="users-group",
            url_name="organisations:organisations",
            section="self",
            order=80,
        )
    )
