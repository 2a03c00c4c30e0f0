"""All writing of the books, a file for each use case."""

from koopset.apps.ledger.services.accounts import accounts_for
from koopset.apps.ledger.services.book_open import book_open
from koopset.apps.ledger.services.chart import (
    chart_account_add,
    chart_account_close,
    chart_account_rename,
    chart_account_reopen,
    chart_accounts_ensure_for_room,
)
from koopset.apps.ledger.services.months import month_close, month_reopen
from koopset.apps.ledger.services.opening_balances import (
    OpeningBalance,
    opening_balances_post,
    opening_balances_post_for_room,
)
from koopset.apps.ledger.services.operation_enter import operation_enter
from koopset.apps.ledger.services.operation_post import EntryLine, operation_post, operation_post_for_room
from koopset.apps.ledger.services.operation_reverse import operation_reverse, operation_reverse_for_room

__all__ = [
    "EntryLine",
    "OpeningBalance",
    "accounts_for",
    "book_open",
    "chart_account_add",
    "chart_account_close",
    "chart_account_rename",
    "chart_account_reopen",
    "chart_accounts_ensure_for_room",
    "month_close",
    "month_reopen",
    "opening_balances_post",
    "opening_balances_post_for_room",
    "operation_enter",
    "operation_post",
    "operation_post_for_room",
    "operation_reverse",
    "operation_reverse_for_room",
]
