"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    """Give words to the codes of this room."""
    register_messages(
        {
            "ledger.no_book": _(
                "The books are not open yet. Open them first: choose the month from which they are kept."
            ),
            "ledger.book_exists": _("The books of this organisation are open already."),
            "ledger.unknown_profile": _("There is no such chart of accounts. Choose one from the list."),
            "ledger.before_book": _(
                "The books begin with %(first)s, nothing can be posted in %(month)s. Enter earlier sums as opening balances."
            ),
            "ledger.month_closed": _(
                "The month %(month)s is closed. Choose a date in an open month, or ask the accountant or the chair to open it again."
            ),
            "ledger.date_too_far": _("%(date)s is more than a year ahead. Check the date."),
            "ledger.empty_operation": _("There is nothing to post: no line has a sum."),
            "ledger.amount_not_positive": _(
                "The sum must be greater than zero. To take money back, exchange debit and credit."
            ),
            "ledger.same_account": _("Debit and credit are the same account. Choose two different ones."),
            "ledger.unknown_account": _(
                "This account is not in your books. Choose it from the chart of accounts."
            ),
            "ledger.unknown_code": _(
                "There is no account %(account)s in the chart of accounts. Check the number or add it."
            ),
            "ledger.account_closed": _(
                "Account %(account)s is closed for entries. Choose another one or open it again in the chart."
            ),
            "ledger.heading": _("%(account)s only sums up its sub-accounts. Choose one of them."),
            "ledger.subject_required": _(
                "Account %(account)s is kept apart by number. Give the number it is about."
            ),
            "ledger.subject_not_allowed": _(
                "Account %(account)s is not divided by numbers. Leave the number empty."
            ),
            "ledger.subject_unknown": _(
                "Nothing has the number %(number)s on account %(account)s. Check the number."
            ),
            "ledger.unknown_operation": _("There is no such operation in your books."),
            "ledger.reversed_already": _("This operation has been reversed already."),
            "ledger.reversal_before_operation": _(
                "A reversal cannot be earlier than the operation itself, %(date)s."
            ),
            "ledger.reverse_in_its_room": _(
                "This operation was made by another section. Reverse its document there: the books will follow by themselves."
            ),
            "ledger.reason_required": _("Say why: the reason stays in the books for the audit commission."),
            "ledger.opening_too_late": _(
                "The month %(month)s, the first of the books, is closed, so opening balances cannot be added. "
                "Open it again or post the sum by an ordinary operation."
            ),
            "ledger.month_not_over": _("%(month)s is not over yet. A month is closed after its last day."),
            "ledger.month_closed_already": _("%(month)s is closed already."),
            "ledger.month_blocked": _(
                "%(month)s cannot be closed yet: %(reasons)s. Finish this and close the month."
            ),
            "ledger.month_not_closed": _("%(month)s is not closed."),
            "ledger.not_last_closed": _("Months are opened from the end: first open %(last)s."),
            "ledger.bad_code": _("An account number looks like 51, 76.01 or 76.01.02."),
            "ledger.code_taken": _("Account %(account)s exists already. Choose another number."),
            "ledger.code_taken_by_hand": _(
                "Account %(account)s was added by hand and is in use, and joint purchases are kept on it. "
                "Move its balance to another account by operations and write to the support of the platform."
            ),
            "ledger.no_heading": _("There is no account %(heading)s to divide. Add it first."),
            "ledger.account_fixed": _(
                "Account %(account)s is used by the program itself: it can be neither divided nor closed."
            ),
            "ledger.account_in_use": _(
                "There are entries on account %(account)s already, so it cannot be divided. Add a new account beside it."
            ),
            "ledger.name_required": _("Give the account a name."),
            "ledger.balance_not_zero": _(
                "There is a balance on account %(account)s. Bring it to zero by an operation, then close the account."
            ),
            "ledger.no_columns": _(
                "The table has no columns “Ledger account”, “Debit” and “Credit”. Name them so in its first line; "
                "“Number” is for personal and bank accounts."
            ),
            "ledger.bad_rows": _(
                "%(count)s lines cannot be read, so nothing was loaded. Mend them in the table and load it again."
            ),
        }
    )
