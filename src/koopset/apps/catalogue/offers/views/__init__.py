from koopset.apps.catalogue.offers.views.imports import bring, import_page
from koopset.apps.catalogue.offers.views.lists import (
    export,
    list_edit,
    list_new,
    lists,
    price_list,
    publish,
    withdraw,
)
from koopset.apps.catalogue.offers.views.near import near, near_offer
from koopset.apps.catalogue.offers.views.offers import (
    kind,
    offer_archive,
    offer_edit,
    offer_new,
    offer_restore,
)

__all__ = [
    "bring",
    "export",
    "import_page",
    "kind",
    "list_edit",
    "list_new",
    "lists",
    "near",
    "near_offer",
    "offer_archive",
    "offer_edit",
    "offer_new",
    "offer_restore",
    "price_list",
    "publish",
    "withdraw",
]
