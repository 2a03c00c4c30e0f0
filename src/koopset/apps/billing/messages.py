"""What each refusal of this room says to a person: what happened and what to do; and what its notices are about."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.notifications import Channel, register_topic
from koopset.foundation.refusals import register_messages

TEXTS = {
    # Personal accounts
    "billing.no_serials": _(
        "There are no more payment codes for this organisation. Write to the operator of the platform."
    ),
    "billing.account_number_taken": _(
        "There is a personal account %(number)s already. Choose another number."
    ),
    "billing.account_number_long": _("The number of an account has 30 characters at most."),
    "billing.account_unknown": _("There is no such personal account. Choose it from the list."),
    "billing.payer_unknown": _("Choose the payer from the register: there is no such person in it."),
    "billing.unit_unknown": _("Choose the plot or flat from the register: there is no such one in it."),
    "billing.unit_has_account": _(
        "%(unit)s is billed on another account already. Close that one first, or divide the bill in shares that make a whole."
    ),
    "billing.return_has_account": _(
        "Another personal account was opened for %(unit)s since. Close it, then take the death back once more."
    ),
    "billing.account_closed_already": _("This account is closed already."),
    "billing.closed_before_opened": _("An account cannot end before it began. Check the date."),
    # Fees
    "billing.fee_title": _("Give the fee a name that a resident understands."),
    "billing.fee_needs_decision": _(
        "A fee needs the decision that set it. Choose it from the register of decisions, or record it there first."
    ),
    "billing.decision_unknown": _("There is no such decision. Choose it from the register of decisions."),
    "billing.fee_rate": _("The rate must be above zero and have six decimals at most."),
    "billing.fee_months": _("The last month is before the first one."),
    "billing.fee_due_day": _("Choose a day from 1 to 28: every month has it."),
    "billing.fee_audience": _(
        "A payment of owners who are not members is charged to them alone; a share contribution and an entry fee to members alone."
    ),
    "billing.fee_kind": _(
        "There is no such payment in this legal form: %(kind)s (%(form)s; %(article)s). Choose a kind from the list."
    ),
    "billing.fee_no_account": _(
        "The chart of accounts has no account %(account)s for this payment, or it takes no entries. Add it in the chart first."
    ),
    "billing.fee_unknown": _("There is no such fee. Choose it from the list."),
    "billing.fee_charged": _("This fee has been charged, so it stays. End it with its last month instead."),
    "billing.fee_charged_later": _(
        "The fee has been charged after that month. Choose a later month, and correct the charges."
    ),
    "billing.bank_account_unknown": _("Choose one of the organisation's bank accounts."),
    "billing.policy_in_past": _(
        "A later order of settlement is in force already. Payments that were settled stay as they are: choose a later date."
    ),
    # Charging
    "billing.fees_not_chosen": _("Choose at least one fee to charge."),
    "billing.month_closed": _(
        "The month %(month)s is closed in the books. Charge what was forgotten as a correction in an open month."
    ),
    "billing.month_before_books": _(
        "The month %(month)s is before the first month of the books. Open the books, or choose a later month."
    ),
    "billing.preview_changed": _(
        "The register or the fees have changed since you looked. Nothing was charged. Look at the new sums and confirm them."
    ),
    "billing.nothing_to_charge": _(
        "There is nothing to charge: all of it has been charged, or no fee is due in this month."
    ),
    "billing.charged_already": _(
        "Some of these lines have been charged a moment ago. Nothing was charged twice. Look at the month again."
    ),
    # Corrections
    "billing.correction_reason": _("Say why: the resident will read it."),
    "billing.correction_zero": _(
        "A correction of zero changes nothing. Enter a sum, with a minus to take away."
    ),
    "billing.charge_unknown": _(
        "Choose the charged line to correct: only what was charged can be taken away."
    ),
    "billing.correction_below_zero": _("That is more than the line still has: %(left)s ₽ is left of it."),
    # Documents
    "billing.issue_empty": _("No account has a charge or a debt for this month: there is nothing to issue."),
    "billing.issue_unknown": _("There is no such issue of documents."),
    "billing.issue_not_done": _("The documents are still being issued. Wait until that ends."),
    "billing.nobody_to_send": _("None of the payers has an e-mail or a login. Print the documents instead."),
    "billing.code_text_long": _(
        "The name of the organisation or the bank is too long for a payment code. Shorten it in the requisites."
    ),
    "billing.frozen_changed": _(
        "The document comes out other than it was issued. Write to the operator of the platform; nothing was shown."
    ),
    # Statements
    "billing.period_order": _("The end of the period is before its beginning."),
    "billing.period_too_long": _("A statement covers ten years at most."),
    # What to look at before charging
    "billing.warn_month_closed": _("The month %(month)s is closed in the books: it cannot be charged."),
    "billing.warn_units_without_account": _(
        "Plots or flats without a personal account: %(count)s. They are not charged. Open accounts for them."
    ),
    "billing.warn_parts_incomplete": _(
        "Shares of split bills do not make a whole for %(count)s of the plots or flats: the rest is charged to nobody."
    ),
    "billing.warn_units_unmeasured": _(
        "“%(fee)s” cannot be computed for %(count)s of the plots or flats: the register has no area for them."
    ),
    "billing.warn_charged_already": _(
        "“%(fee)s”: %(count)s lines have been charged before and are left out."
    ),
    "billing.warn_divided_already": _(
        "“%(fee)s” has been divided for this month and is left out. Charge newcomers by a correction."
    ),
    "billing.warn_fee_not_due": _("“%(fee)s” is not charged in this month."),
    "billing.warn_no_payer": _("Accounts without a payer: %(count)s."),
    # Reading of a register's file
    "billing.opening_differs": _(
        "This account has another opening balance in the books already. Correct it there, not by the file."
    ),
    "billing.bad_balance": _("This is not a sum of money: %(text)s."),
}


def register() -> None:
    register_messages(TEXTS)
    register_topic(
        "billing.document",
        _("bills"),
        kept=(Channel.APP,),
        reason=_("A bill is handed to you here: terms of payment count from it."),
        open_title=True,
    )
