"""All reading of payments, a file for each question."""

from koopset.apps.billing.payments.selectors.payments import (
    PaymentCard,
    PaymentRow,
    WayStep,
    payment_card,
    payment_rows,
    payments_list,
    payments_of_accounts,
)
from koopset.apps.billing.payments.selectors.queue import (
    LineCard,
    Part,
    QueueTotals,
    line_cards,
    queue,
    queue_totals,
    sure_lines,
)

__all__ = [
    "LineCard",
    "Part",
    "PaymentCard",
    "PaymentRow",
    "QueueTotals",
    "WayStep",
    "line_cards",
    "payment_card",
    "payment_rows",
    "payments_list",
    "payments_of_accounts",
    "queue",
    "queue_totals",
    "sure_lines",
]
