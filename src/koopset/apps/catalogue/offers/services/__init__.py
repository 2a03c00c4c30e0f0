"""All writing of price lists and offers."""

from koopset.apps.catalogue.offers.services.imports import (
    import_cancel,
    import_check,
    import_load,
    import_run,
    import_start,
    imports_forget,
)
from koopset.apps.catalogue.offers.services.lists import (
    price_list_add,
    price_list_edit,
    price_list_publish,
    price_list_withdraw,
)
from koopset.apps.catalogue.offers.services.offers import (
    kind_answer,
    offer_archive,
    offer_restore,
    offer_save,
    offers_upsert,
)

__all__ = [
    "import_cancel",
    "import_check",
    "import_load",
    "import_run",
    "import_start",
    "imports_forget",
    "kind_answer",
    "offer_archive",
    "offer_restore",
    "offer_save",
    "offers_upsert",
    "price_list_add",
    "price_list_edit",
    "price_list_publish",
    "price_list_withdraw",
]
