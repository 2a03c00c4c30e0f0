"""All writing of payments, a file for each use case."""

from koopset.apps.billing.payments.services.advances import on_charge_corrected, on_charges_posted, settled_of
from koopset.apps.billing.payments.services.lines import (
    codes_to_set_aside,
    line_confirm_repeat,
    line_reject_repeat,
    line_reopen,
    line_return,
    line_set_aside,
)
from koopset.apps.billing.payments.services.payments import (
    line_match,
    lines_match_suggested,
    payment_enter_by_hand,
    payment_move,
    payment_take_back,
)
from koopset.apps.billing.payments.services.statements import (
    statement_bring,
    statement_fail,
    statement_post,
    statement_start,
)

__all__ = [
    "codes_to_set_aside",
    "line_confirm_repeat",
    "line_match",
    "line_reject_repeat",
    "line_reopen",
    "line_return",
    "line_set_aside",
    "lines_match_suggested",
    "on_charge_corrected",
    "on_charges_posted",
    "payment_enter_by_hand",
    "payment_move",
    "payment_take_back",
    "settled_of",
    "statement_bring",
    "statement_fail",
    "statement_post",
    "statement_start",
]
