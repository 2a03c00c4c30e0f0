"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "payments.not_a_bank_statement": _(
                "This is not a bank statement in the 1C format. "
                "In the internet bank choose the export to 1C, the file is called kl_to_1c.txt."
            ),
            "payments.orders_to_bank": _(
                "These are payment orders prepared for the bank, not a statement: the money may not have moved. "
                "Export a statement from the bank."
            ),
            "payments.file_damaged": _(
                "The file is damaged, it is not to be believed. What is wrong and where is told below. Export the statement once more."
            ),
            "payments.sections_wrong": _(
                "The balances in the file do not add up, so none of it was taken. Export the statement once more."
            ),
            "payments.account_unknown": _(
                "The statement is of the account %(account)s, and the organisation has no such account. Add it, then bring the file again."
            ),
            "payments.no_books": _("The books are not open yet. Open them first, then bring the statement."),
            "payments.line_without_date": _(
                "The document in line %(line_number)s has no date. Export the statement once more."
            ),
            "payments.date_in_future": _(
                "The date %(date)s (line %(line_number)s) has not come yet. Check the date or export the statement once more."
            ),
            "payments.direction_unknown": _(
                "The document in line %(line_number)s does not say whether the money came or went. Export the statement of one account."
            ),
            "payments.statement_unknown": _("There is no such statement."),
            "payments.statement_refused": _(
                "This statement was refused, it cannot be posted. Bring a mended file."
            ),
            "payments.line_twice": _(
                "Some of these lines were posted by someone else a moment ago. Nothing was written; bring the file again."
            ),
            "payments.line_unknown": _("There is no such line of a statement."),
            "payments.line_taken": _(
                "This payment has been sorted already, perhaps by another person a moment ago."
            ),
            "payments.line_divided": _(
                "A part of this payment stands on a personal account. Take that part back first."
            ),
            "payments.parts_sum": _("The parts do not make up the payment: the difference is %(gap)s ₽."),
            "payments.part_not_positive": _("Enter a sum greater than zero for each account."),
            "payments.account_twice": _("One account is named twice. Put its sums together."),
            "payments.account_absent": _("There is no such personal account. Choose one from the list."),
            "payments.registry_line": _(
                "This is a lump sum of many payments by a registry of the bank. "
                "Divide it among accounts, or say that it is one person's payment."
            ),
            "payments.payment_unknown": _("There is no such payment."),
            "payments.taken_back_already": _("This payment has been taken back already."),
            "payments.reason_required": _("Write the reason: the resident and the auditor will see it."),
            "payments.hand_is_not_moved": _(
                "A cash payment entered by hand is not moved. Take it back and enter it for the right account."
            ),
            "payments.code_not_for_this": _(
                "This chart account is not for that. Choose another; a payment of a resident is given to a personal account."
            ),
            "payments.not_its_return": _(
                "That is not the return of this payment: the return is an outgoing line of the same sum, on the same day or later."
            ),
            "payments.line_not_sorted": _("This line is not sorted, there is nothing to undo."),
            "payments.not_asked": _("Nothing is asked about this line any more."),
            "payments.way_unknown": _("Choose how the money came."),
            "payments.cash_forbidden": _(
                "Fees of this legal form are not taken in cash: they are paid to the bank account (%(article)s). "
                "Give the resident a payment code."
            ),
            "payments.bank_account_absent": _("Choose the bank account to which the money came."),
        }
    )
