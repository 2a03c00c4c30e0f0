"""All writing of the register."""

from koopset.apps.register.services.entries import (
    ShareInput,
    decision_record,
    membership_close,
    membership_open,
    ownership_transfer,
    unit_area_set,
    unit_close,
    unit_create,
    unit_update,
)
from koopset.apps.register.services.imports import (
    import_cancel,
    import_check,
    import_load,
    import_run,
    import_start,
    imports_forget,
)

__all__ = [
    "ShareInput",
    "decision_record",
    "import_cancel",
    "import_check",
    "import_load",
    "import_run",
    "import_start",
    "imports_forget",
    "membership_close",
    "membership_open",
    "ownership_transfer",
    "unit_area_set",
    "unit_close",
    "unit_create",
    "unit_update",
]
