"""All writing of billing, a file for each use case."""

from koopset.apps.billing.services.accounts import (
    accounts_open_for_units,
    personal_account_close,
    personal_account_open,
    personal_account_update,
)
from koopset.apps.billing.services.charge_correct import charge_correct
from koopset.apps.billing.services.charge_run import charge_run_fail, charge_run_post, charge_run_start
from koopset.apps.billing.services.documents import (
    accounts_to_bill,
    documents_issue,
    documents_issue_end,
    documents_print,
    documents_print_file,
    documents_render,
    documents_send,
    documents_send_some,
)
from koopset.apps.billing.services.fees import (
    fee_create,
    fee_delete,
    fee_end,
    fee_update,
    settlement_policy_set,
)
from koopset.apps.billing.services.listeners import (
    on_estate_opened,
    on_estate_passed,
    on_estate_returned,
    on_register_loaded,
    on_unit_transferred,
    on_units_redrawn,
)
from koopset.apps.billing.services.register_columns import COLUMNS

__all__ = [
    "COLUMNS",
    "accounts_open_for_units",
    "accounts_to_bill",
    "charge_correct",
    "charge_run_fail",
    "charge_run_post",
    "charge_run_start",
    "documents_issue",
    "documents_issue_end",
    "documents_print",
    "documents_print_file",
    "documents_render",
    "documents_send",
    "documents_send_some",
    "fee_create",
    "fee_delete",
    "fee_end",
    "fee_update",
    "on_estate_opened",
    "on_estate_passed",
    "on_estate_returned",
    "on_register_loaded",
    "on_unit_transferred",
    "on_units_redrawn",
    "personal_account_close",
    "personal_account_open",
    "personal_account_update",
    "settlement_policy_set",
]
