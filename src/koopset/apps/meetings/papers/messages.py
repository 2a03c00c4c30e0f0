"""What each refusal of this room says to a person: what happened and what to do."""

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    """Give words to the codes of this room."""
    register_messages(
        {
            "meeting_papers.ask_first": _(
                "There are many electors: press “Prepare”, and the file will be made in the background."
            ),
            "meeting_papers.unknown_kind": _("There is no such paper."),
            "meeting_papers.not_yet": _("This paper cannot be made yet."),
            "meeting_papers.text_frozen": _(
                "The words of the minutes are written after the count and before the signing."
            ),
            "meeting_papers.no_open_item": _(
                "All items of this meeting are voted on secretly or were taken off: there is nothing to mark on a ballot with a name."
            ),
        }
    )
