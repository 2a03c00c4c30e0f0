"""What this room holds of a person: nothing but who asked for a file. Papers with names leave a look (K6)."""

from django.utils.translation import gettext_lazy

from koopset.foundation.personal.looks import register_look
from koopset.foundation.personal.ports import register_told


def register() -> None:
    """Name the papers that show people, and the rows that somebody made."""
    register_look("meeting_papers.people", gettext_lazy("papers of a meeting with names"))
    register_told("meeting_papers.MinutesText", gettext_lazy("words of the minutes of a meeting"))
    register_told("meeting_papers.PaperFolder", gettext_lazy("a file with papers of a meeting"))
