"""All writing of settlement, a file for each use case."""

from koopset.apps.purchases.settlement.services.books import ready_books
from koopset.apps.purchases.settlement.services.cash import cash_take_back, pay_in, pay_out, pay_supplier
from koopset.apps.purchases.settlement.services.claims import claim_answer, claim_ask, goods_came_back
from koopset.apps.purchases.settlement.services.holding import (
    hold_place,
    on_round_cancelled,
    on_round_stopped,
)
from koopset.apps.purchases.settlement.services.intake import intake_add, intake_finish
from koopset.apps.purchases.settlement.services.notices import on_claim_answered, on_received, on_settled
from koopset.apps.purchases.settlement.services.pickups import goods_give, point_save, slot_add, slot_choose
from koopset.apps.purchases.settlement.services.ratings import rating_hide, rating_set
from koopset.apps.purchases.settlement.services.settling import round_settle
from koopset.apps.purchases.settlement.services.terms import cost_add, fee_end, fee_set, terms_set

__all__ = [
    "cash_take_back",
    "claim_answer",
    "claim_ask",
    "cost_add",
    "fee_end",
    "fee_set",
    "goods_came_back",
    "goods_give",
    "hold_place",
    "intake_add",
    "intake_finish",
    "on_claim_answered",
    "on_received",
    "on_round_cancelled",
    "on_round_stopped",
    "on_settled",
    "pay_in",
    "pay_out",
    "pay_supplier",
    "point_save",
    "rating_hide",
    "rating_set",
    "ready_books",
    "round_settle",
    "slot_add",
    "slot_choose",
    "terms_set",
]
