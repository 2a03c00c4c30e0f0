"""What others may read of billing. Facts come as frozen dataclasses; sums are integer kopecks, months 202611."""

from koopset.apps.billing.rules.settlement import OpenCharge, Policy
from koopset.apps.billing.selectors.accounts import (
    AccountLabel,
    AccountRow,
    MatchingAccount,
    account_labels,
    account_numbers,
    account_row,
    accounts_for_matching,
    accounts_list,
    accounts_of_actor,
    labels_of,
)
from koopset.apps.billing.selectors.charges import (
    ChargeRow,
    charges_of_account,
    charges_of_accounts,
    first_charges,
    open_charges,
    settlement_policy,
)
from koopset.apps.billing.selectors.debts import Debt, Debtor, Debtors, balances, debt_of, debtors, debts_of
from koopset.apps.billing.selectors.preview import (
    FeeTotal,
    Preview,
    PreviewLine,
    Warn,
    any_fee,
    charge_preview,
)
from koopset.apps.billing.selectors.statement import Statement, StatementRow, statement

__all__ = [
    "AccountLabel",
    "AccountRow",
    "ChargeRow",
    "Debt",
    "Debtor",
    "Debtors",
    "FeeTotal",
    "MatchingAccount",
    "OpenCharge",
    "Policy",
    "Preview",
    "PreviewLine",
    "Statement",
    "StatementRow",
    "Warn",
    "account_labels",
    "account_numbers",
    "account_row",
    "accounts_for_matching",
    "accounts_list",
    "accounts_of_actor",
    "any_fee",
    "balances",
    "charge_preview",
    "charges_of_account",
    "charges_of_accounts",
    "debt_of",
    "debtors",
    "debts_of",
    "first_charges",
    "labels_of",
    "open_charges",
    "settlement_policy",
    "statement",
]
