"""What each refusal of this room says to a person."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "voting.not_here": _("Only those who have checked in in the hall may ask for the floor."),
            "voting.asked_already": _("You are in the queue of speakers already."),
            "voting.speech_gone": _("This person is not in the queue of speakers any more."),
            "voting.somebody_speaks": _("Somebody has the floor. Thank them first, then call the next."),
            "voting.nobody_waits": _("Nobody waits in the queue of speakers."),
            "voting.minutes": _("Give from 1 to %(most)s minutes for a speech."),
            "voting.nobody_marked": _("Nobody is marked. Mark at least one person."),
            "voting.hands_changed": _(
                "Another counter has written down meanwhile: %(people)s. Nothing of yours is written. Look at the list again."
            ),
            "voting.paper_differs": _(
                "What you read differs from what was entered: %(items)s. Look at the paper once more."
            ),
            "voting.nobody_found": _("Choose the person whose decision it is."),
            "voting.receipt_shape": _("A receipt is 64 digits and letters from a to f. Copy it whole."),
        }
    )
