"""All reading of the books, a file for each question."""

from koopset.apps.ledger.selectors.account_card import AccountCard, CardLine, account_card
from koopset.apps.ledger.selectors.balances import balance, balances, balances_by_code
from koopset.apps.ledger.selectors.changes import BookChange, book_changes
from koopset.apps.ledger.selectors.chart import (
    ChartLine,
    chart,
    chart_lines,
    codes_about,
    profile_choices,
)
from koopset.apps.ledger.selectors.months import (
    MonthState,
    blockers_before,
    book_of,
    first_open_month,
    last_closed_month,
    month_state,
    month_states,
    totals_key,
)
from koopset.apps.ledger.selectors.operations import (
    EntryRow,
    Journal,
    OperationCard,
    OperationRow,
    journal,
    operation_card,
    operations_about,
)
from koopset.apps.ledger.selectors.subject_entries import SubjectEntry, subject_entries
from koopset.apps.ledger.selectors.subject_numbers import opening_subjects, subject_of
from koopset.apps.ledger.selectors.trial_balance import (
    Columns,
    TrialRow,
    TrialSubject,
    total_of,
    trial_balance,
    trial_subjects,
)
from koopset.apps.ledger.selectors.turnovers import turnovers
from koopset.apps.ledger.selectors.verification import Check, Discrepancy, verify

__all__ = [
    "AccountCard",
    "BookChange",
    "CardLine",
    "ChartLine",
    "Check",
    "Columns",
    "Discrepancy",
    "EntryRow",
    "Journal",
    "MonthState",
    "OperationCard",
    "OperationRow",
    "SubjectEntry",
    "TrialRow",
    "TrialSubject",
    "account_card",
    "balance",
    "balances",
    "balances_by_code",
    "blockers_before",
    "book_changes",
    "book_of",
    "chart",
    "chart_lines",
    "codes_about",
    "first_open_month",
    "journal",
    "last_closed_month",
    "month_state",
    "month_states",
    "opening_subjects",
    "operation_card",
    "operations_about",
    "profile_choices",
    "subject_entries",
    "subject_of",
    "total_of",
    "totals_key",
    "trial_balance",
    "trial_subjects",
    "turnovers",
    "verify",
]
