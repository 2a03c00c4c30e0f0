"""What each refusal of this room says to a person, and what is told of a file and of a receipt."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages

#: Why something in a file is no receipt, or why its reading ended: codes of the readers of formats.
FILE_WORDS = {
    "empty": _("The file is empty."),
    "not-json": _("This is not a file of receipts: there is neither JSON nor a code of a receipt in it."),
    "cut": _("The file is cut off: what stands before the cut has been read."),
    "broken": _("There is a mistake in the file: what stands before it has been read."),
    "too-deep": _("The file is wrapped too many times over."),
    "too-large": _("One part of the file is too large. Save the receipts as a list."),
    "file-gone": _("The file is not there any more. Bring it again."),
    "not-a-receipt": _("This is not a receipt."),
    "not-a-code": _("This line is no code of a receipt."),
    "payout-code": _("This is the code of a payout: nothing was bought."),
    "broken-json": _("The receipt stands inside as a text that cannot be read."),
    "no-total": _("There is neither a sum nor a line in the receipt."),
    "bad-sum": _("The sum of the receipt cannot be read."),
    "bad-number": _("There is no number where a sum should be."),
    "not-kopecks": _("The sums are not whole kopecks: they seem to be in roubles."),
    "bad-date": _("The day of the receipt cannot be read."),
    "no-day": _("The receipt has no day."),
    "future": _("The receipt is from the future."),
    "too-old": _("The receipt is older than electronic tills."),
    "bad-operation": _("The kind of the operation is not known."),
    "bad-line": _("A line cannot be read."),
    "bad-quantity": _("A quantity cannot be read."),
    "answer-wrong-code": _("The service of checking says: the code of the receipt is wrong."),
    "answer-not-yet": _("The service of checking says: the receipt is not there yet."),
    "answer-too-many": _("The service of checking says: too many questions."),
    "answer-wait": _("The service of checking says: wait before asking again."),
    "answer-none": _("The service of checking knows nothing of the receipt."),
}

#: What is unusual about a receipt: (words, whether it needs a look).
FLAG_WORDS = {
    "sum-differs": (_("The sums do not agree: the total of the receipt is not that of its lines."), True),
    "lines-unread": (_("Some lines could not be read."), True),
    "line-differs": (_("The sum of a line is more than its price times its quantity."), True),
    "code-differs": (_("The total in the file is not that of the code."), True),
    "discount": (_("There was a discount: sums are less than price times quantity."), False),
    "correction": (_("This is a correction by the shop: it adds nothing."), False),
    "no-code": (_("The receipt came without the numbers of its till."), False),
    "by-hand": (_("The lines were typed by hand."), False),
    "no-lines": (_("The file had no lines of this receipt."), False),
}

OTHER_CODES = {
    "needs.code_is_payment": _(
        "This is a code to pay a bill by (ГОСТ), not a receipt. The receipt's code stands at its bottom and begins with t=."
    ),
    "needs.code_is_sbp": _(
        "This is a code to pay by phone (СБП), not a receipt. Scan the code of the receipt you got after paying."
    ),
    "needs.code_is_link": _("This is a link to a site, not the code of a receipt."),
    "needs.code_is_mark": _(
        "This is the mark of a good («Честный знак»), not a receipt. Scan the square at the bottom of the receipt."
    ),
    "needs.code_is_goods": _(
        "This is the bar code of a good, not a receipt. Scan the square at the bottom of the receipt."
    ),
    "needs.code_is_contact": _("This is the code of a contact or a network, not a receipt."),
}


def register() -> None:
    register_messages(
        {
            **OTHER_CODES,
            "needs.code_empty": _("Scan the code of the receipt, or type what it says."),
            "needs.code_long": _("This is too long for the code of a receipt."),
            "needs.code_unknown": _(
                "This is not the code of a receipt. It begins with t= and has s=, fn=, i= and fp= in it."
            ),
            "needs.code_incomplete": _("The code is not whole: %(keys)s lacks. Scan it once more, closer."),
            "needs.code_bad": _(
                "“%(key)s” in the code cannot be right. Scan it once more, or check what you typed."
            ),
            "needs.code_future": _(
                "This receipt is from the future: check the date, or the clock of the till."
            ),
            "needs.code_old": _("This receipt is older than electronic tills. Check the date."),
            "needs.code_payout": _("Nothing was bought by this receipt: it is a payout (n=3 or n=4)."),
            "needs.picture_empty": _("Choose a picture of the receipt."),
            "needs.picture_large": _("The picture is too large. Take one of at most %(limit_mb)s MB."),
            "needs.picture_unreadable": _(
                "This picture cannot be opened. A photo as JPEG or PNG will do; on an iPhone choose “Most compatible” in the "
                "settings of the camera."
            ),
            "needs.picture_no_code": _(
                "No code is seen in the picture. Take it closer, without glare, so that the whole square is sharp."
            ),
            "needs.no_provider": _(
                "No provider of receipts is set here: lines come from the tax service's application."
            ),
            "needs.has_lines": _("This receipt has its lines already."),
            "needs.no_receipt": _("There is no such receipt."),
            "needs.nothing_to_repeat": _("Only purchases typed by hand can be repeated."),
            "needs.hand_empty": _("Write what you bought and for how much."),
            "needs.hand_many": _("At most %(count)s lines at a time."),
            "needs.hand_name": _("Write what was bought."),
            "needs.hand_sum": _(
                "Write how much was paid, in roubles: more than nothing and less than a million."
            ),
            "needs.hand_quantity": _(
                "Check how much was bought: a number above zero, at most three decimals."
            ),
            "needs.hand_unit": _("Choose a unit from the list."),
            "needs.hand_future": _("A purchase cannot be in the future."),
            "needs.hand_old": _("Purchases of more than five years ago are not counted."),
            "needs.file_empty": _("The file is empty. Save the receipts from the application once more."),
            "needs.file_large": _(
                "The file is larger than %(limit_mb)s MB. Save the receipts by years, and bring them one after another."
            ),
            "needs.unknown_name": _("There is no such name on your receipts."),
            "needs.unknown_category": _("Choose a category from the list."),
            "needs.unknown_kind": _("Choose a kind from the list."),
            "needs.private_category": _("Medicines and alcohol are never shared."),
            "needs.unknown_body": _("Choose a settlement in which you have a place."),
            "needs.unknown_territory": _("Choose where you live from the list."),
        }
    )
