"""What this room shows in the shell."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.apps.catalogue.permissions import CatalogueRight
from koopset.foundation.ui.navigation import NavPlace, register_place


def register() -> None:
    register_place(
        NavPlace(
            room="catalogue",
            label=_("Learnt names of goods"),
            short=_("Goods"),
            icon="tag",
            url_name="catalogue:names",
            right=CatalogueRight.NAME_CORRECT,
            section="start",
            order=50,
            of_platform=True,
        )
    )
