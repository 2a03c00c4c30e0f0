"""All writing of billing, a file for each use case."""

from koopset.apps.billing.services.accounts import (
    accounts_open_for_units,
    personal_account_close,
    personal_account_open,
    personal_account_update,
)
from koopset.apps.billing.services.charge_correct import charge_correct
from koopset.apps.billing.services.charge_run import charge_run_fail, charge_run_post, charge_run_start
from koopset.apps.billing.services.fees import fee_create, fee_end, fee_update, settlement_policy_set

__all__ = [
    "accounts_open_for_units",
    "charge_correct",
    "charge_run_fail",
    "charge_run_post",
    "charge_run_start",
    "fee_create",
    "fee_end",
    "fee_update",
    "personal_account_close",
    "personal_account_open",
    "personal_account_update",
    "settlement_policy_set",
]
