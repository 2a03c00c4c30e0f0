"""All writing of the register."""

from koopset.apps.register.services.admission import (
    application_admit,
    application_ask,
    application_mend,
    application_pass,
    application_refuse,
    application_submit,
    application_withdraw,
    membership_leave,
    outsiders_invite,
)
from koopset.apps.register.services.division import NewUnit, unit_merge, unit_split
from koopset.apps.register.services.endings import death_record, death_reverse, estate_pass
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
from koopset.apps.register.services.exclusion import (
    exclusion_decide,
    exclusion_drop,
    exclusion_notify,
    exclusion_start,
    exclusion_warn,
)
from koopset.apps.register.services.imports import (
    import_cancel,
    import_check,
    import_load,
    import_run,
    import_start,
    imports_forget,
)
from koopset.apps.register.services.notices import notice_received, notice_serve
from koopset.apps.register.services.powers import power_record, power_revoke

__all__ = [
    "NewUnit",
    "ShareInput",
    "application_admit",
    "application_ask",
    "application_mend",
    "application_pass",
    "application_refuse",
    "application_submit",
    "application_withdraw",
    "death_record",
    "death_reverse",
    "decision_record",
    "estate_pass",
    "exclusion_decide",
    "exclusion_drop",
    "exclusion_notify",
    "exclusion_start",
    "exclusion_warn",
    "import_cancel",
    "import_check",
    "import_load",
    "import_run",
    "import_start",
    "imports_forget",
    "membership_close",
    "membership_leave",
    "membership_open",
    "notice_received",
    "notice_serve",
    "outsiders_invite",
    "ownership_transfer",
    "power_record",
    "power_revoke",
    "unit_area_set",
    "unit_close",
    "unit_create",
    "unit_merge",
    "unit_split",
    "unit_update",
]
