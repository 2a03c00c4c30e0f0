"""All reading of price lists and offers, for pages and for the rooms above."""

from koopset.apps.catalogue.offers.selectors.lists import (
    ListRow,
    PriceAt,
    export_rows,
    import_row,
    imports_of,
    list_of_office,
    list_rows,
    offer_row,
    offers_of_list,
    photo_is_public,
    place_ids,
    places_of,
    prices_of,
    public_list,
    unknown_count,
)
from koopset.apps.catalogue.offers.selectors.offers import (
    OfferInfo,
    offer,
    offers_by_ids,
    offers_for,
    offers_near,
)

__all__ = [
    "ListRow",
    "OfferInfo",
    "PriceAt",
    "export_rows",
    "import_row",
    "imports_of",
    "list_of_office",
    "list_rows",
    "offer",
    "offer_row",
    "offers_by_ids",
    "offers_for",
    "offers_near",
    "offers_of_list",
    "photo_is_public",
    "place_ids",
    "places_of",
    "prices_of",
    "public_list",
    "unknown_count",
]
