"""What this room shows in the shell, and who may read its files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.apps.catalogue.offers.selectors import photo_is_public
from koopset.apps.catalogue.offers.services.imports import FAILED_KIND, FILE_KIND
from koopset.apps.catalogue.offers.services.offers import PHOTO_KIND
from koopset.foundation.files import StoredFile, register_file_access
from koopset.foundation.rights.actors import Actor
from koopset.foundation.ui.navigation import NavPlace, register_place


def may_read_import(actor: Actor, file: StoredFile) -> bool:
    return actor.can(OffersRight.LIST_EDIT, file.organisation_id)


def may_see_photo(actor: Actor, file: StoredFile) -> bool:
    return actor.can(OffersRight.LIST_VIEW, file.organisation_id) or (
        not actor.is_anonymous and photo_is_public(file.organisation_id, file.pk)
    )


def register() -> None:
    register_file_access(FILE_KIND, may_read_import)
    register_file_access(FAILED_KIND, may_read_import)
    register_file_access(PHOTO_KIND, may_see_photo)
    register_place(
        NavPlace(
            "offers",
            _("Price lists"),
            "tag",
            "offers:lists",
            OffersRight.LIST_VIEW,
            "together",
            55,
            short=pgettext_lazy("bottom bar", "Prices"),
            bottom_for=frozenset({"chair", "treasurer", "staff"}),
            cabinets=frozenset({"chair", "treasurer", "staff", "auditor"}),
        )
    )
    register_place(
        NavPlace(
            "offers",
            _("Offers nearby"),
            "building-store",
            "offers:near",
            None,
            "together",
            18,
            cabinets=frozenset({"resident", "buyer"}),
        )
    )
