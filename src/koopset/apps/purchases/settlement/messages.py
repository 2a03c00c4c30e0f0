"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.settlement.services.notices import CLAIM, CLAIM_ASKED, PAY, RECEIVED, SETTLED
from koopset.foundation.notifications import register_topic
from koopset.foundation.refusals import register_messages


def register() -> None:
    """Give words to the codes and the topics of this room."""
    register_topic(PAY, _("Purchases: time to pay"))
    register_topic(RECEIVED, _("Purchases: the goods have come"))
    register_topic(SETTLED, _("Purchases: a round is settled"))
    register_topic(CLAIM, _("Purchases: answers to my claims"))
    register_topic(CLAIM_ASKED, _("Purchases: claims that wait for the organiser"))
    register_messages(_TEXTS)


_TEXTS = {
    "settlement.round_unknown": _("There is no such purchase."),
    "settlement.participant_unknown": _("There is no such participant. Choose one from the list."),
    "settlement.line_unknown": _(
        "This good is not in the order of this participant. Look at the list again."
    ),
    "settlement.good_unknown": _("There is no such good in this purchase."),
    "settlement.choice_unknown": _("Choose one of the answers in the list."),
    "settlement.number_out_of_range": _("Enter a number from 0 to %(most)s."),
    "settlement.over": _("This purchase is over, nothing of it is changed any more."),
    "settlement.terms_frozen": _(
        "People joined on these terms. After the opening, when money is asked for and who bears a loss stay as they are, and the term "
        "for claims may only grow."
    ),
    "settlement.fee_rate": _("The fee must be greater than zero. To do without it, take it away."),
    "settlement.fee_too_high": _("The fee is more than %(most)s percent of the goods. Check the number."),
    "settlement.fee_rises": _(
        "People joined with the fee they were told of. Once the purchase is open, a fee may be lowered or taken away, not raised or added."
    ),
    "settlement.fee_unknown": _("This fee has been changed or taken away already. Look at the list again."),
    "settlement.fee_source": _(
        "Write for what the fee is and by whose decision: everybody who pays sees it."
    ),
    "settlement.seller_holds": _(
        "In this purchase each pays %(supplier)s directly, so no money is taken here. Ask the supplier how to pay."
    ),
    "settlement.not_held_now": _(
        "Nothing is put aside for this purchase now: either it has not stopped yet, or it is paid when the goods are handed out."
    ),
    "settlement.not_enough": _(
        "There is not enough free money on the account: more has to be paid. Nothing was put aside."
    ),
    "settlement.negative_sum": _("A sum below zero makes no sense here."),
    "settlement.amount_not_positive": _("Enter a sum greater than zero."),
    "settlement.date_in_future": _("This day has not come yet. Check the date."),
    "settlement.way_unknown": _("Choose how the money came: in cash or by bank."),
    "settlement.bank_line_other": _(
        "The line of the bank statement has another sum or direction. Take the sum of the line."
    ),
    "settlement.cash_unknown": _("There is no such row of money, or it only takes another one back."),
    "settlement.taken_back_already": _("This row has been taken back already."),
    "settlement.reason_required": _("Write why: the reason stays in the books."),
    "settlement.spent_already": _(
        "This money has been put aside for a purchase or charged already. Settle or cancel the purchase first."
    ),
    "settlement.more_than_free": _(
        "That is more than stands free on the participant’s account. What is put aside for purchases is not sent back."
    ),
    "settlement.fund_empty": _(
        "There is less money of purchases than this sum. If it is paid from other money, write whose decision it is and why."
    ),
    "settlement.not_stopped": _("Costs are entered after the purchase has stopped."),
    "settlement.after_settled": _(
        "The purchase is settled: people cannot be charged more. Only what became cheaper is entered, as a correction of that cost."
    ),
    "settlement.cost_zero": _("Enter the sum of the cost."),
    "settlement.cost_unknown": _("There is no such cost to correct. Choose it from the list."),
    "settlement.cost_below_zero": _(
        "A cost cannot become less than nothing. Check the sum of the correction."
    ),
    "settlement.nobody_took": _(
        "There is a cost, and nobody took anything, so there is nobody to bear it. Enter what came, or correct the cost to zero."
    ),
    "settlement.not_sent": _("Goods are counted after the order has been sent to the supplier."),
    "settlement.received_already": _(
        "The intake of this purchase is finished. What is wrong with the goods goes by a claim; nothing was changed."
    ),
    "settlement.quantity_zero": _("Enter how much came. A mistake is taken back by a number below zero."),
    "settlement.quantity_too_large": _("This number is too large. Check it: kilograms, not grams."),
    "settlement.whole_units": _(
        "Pieces are counted whole, and scales show no less than a gram. Check the number."
    ),
    "settlement.more_than_came": _("More is taken back than was written. Look at the rows of this good."),
    "settlement.instead_required": _("Write what came in place of the ordered good."),
    "settlement.not_received": _(
        "The goods of this purchase have not been received yet. Finish the intake first."
    ),
    "settlement.preview_changed": _(
        "Something has changed since the page was opened: a cost, what came, or a payment. Look at the new figures and press again."
    ),
    "settlement.no_invoice": _(
        "The supplier’s invoice is not entered, so it cannot be proven that money in equals money out. Enter it on the page of money."
    ),
    "settlement.code_bad": _("A code has eight digits, and these are not one. Look at the code once more."),
    "settlement.code_unknown": _(
        "Nobody in this purchase has this code. Look at the code, or choose by the name."
    ),
    "settlement.point_unknown": _("There is no such place of handing out."),
    "settlement.point_name": _("Give the place a name of its own."),
    "settlement.point_address": _("Write the address: people look for it."),
    "settlement.slot_time": _("The end must be after the beginning and has not come yet."),
    "settlement.slot_twice": _("There is such a time at this place already."),
    "settlement.slot_unknown": _("There is no such time. Choose one from the list."),
    "settlement.slot_over": _("This time has passed. Choose another one."),
    "settlement.slot_full": _("All places of this time are taken. Choose another one."),
    "settlement.more_than_his": _("%(name)s: more than this participant gets. Nothing was written."),
    "settlement.more_than_there_is": _(
        "%(name)s: more than came in all. Check the scales; nothing was written."
    ),
    "settlement.below_given": _("%(name)s: more is taken back than was given."),
    "settlement.nothing_given": _("Write how much is given of at least one good."),
    "settlement.claim_late": _("The term for claims about this good is over."),
    "settlement.claim_waits": _("A claim about this good waits for its answer already."),
    "settlement.claim_quantity": _("The claim is about more than was got. Check the quantity."),
    "settlement.claim_unknown": _("There is no such claim."),
    "settlement.claim_answered": _(
        "This claim has been answered already, perhaps by another person a moment ago."
    ),
    "settlement.claim_amount": _("No more can be accepted than was asked."),
    "settlement.answer_required": _("Write why: whoever asked will read it."),
    "settlement.not_a_photo": _("The photo is JPG, PNG, WEBP or HEIC."),
    "settlement.not_settled": _("Money goes back after it has been charged. Settle the purchase first."),
    "settlement.credit_too_large": _("That is more than was paid for this good and not given back yet."),
    "settlement.rating_unknown": _("There is no such rating."),
    "settlement.mark": _("Choose a mark from 1 to 5."),
}
