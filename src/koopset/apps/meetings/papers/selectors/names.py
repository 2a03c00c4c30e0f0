"""What the list calls each paper, what it is for, since when it is there."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

_TOLD = gettext_lazy("when the notice goes out")
_COUNTED = gettext_lazy("when votes are counted")

#: In the order of the list.
TITLES: dict[str, Promise] = {
    "notice": pgettext_lazy("papers", "Notice"),
    "ballot": pgettext_lazy("papers", "My blank ballot"),
    "ballots": pgettext_lazy("papers", "Written ballots of all"),
    "bulletin": pgettext_lazy("papers", "Bulletin for the secret vote"),
    "told": pgettext_lazy("papers", "List of those who were told"),
    "participants": pgettext_lazy("papers", "Register of participants"),
    "results": gettext_lazy("Result protocol of the counting commission"),
    "minutes": pgettext_lazy("papers", "Minutes"),
    "secret": gettext_lazy("Protocol of the secret vote"),
    "filled": pgettext_lazy("papers", "Filled ballots of all"),
    "own": pgettext_lazy("papers", "My filled ballot"),
    "archive": pgettext_lazy("papers", "Archive for checking"),
    "bundle": pgettext_lazy("papers", "All papers in one archive"),
}
TEXTS: dict[str, Promise] = {
    "notice": gettext_lazy("For those who get it on paper: to be posted, handed over, mailed."),
    "ballot": gettext_lazy("Print it, mark it, sign it, hand it in."),
    "ballots": gettext_lazy("A sheet for each elector by streets, with a number that cannot be forged."),
    "bulletin": gettext_lazy("Without names: copy it for the hall."),
    "told": gettext_lazy("With the day and the proof for each."),
    "participants": gettext_lazy(
        "Before the end a sheet to sign at the door; after it who took part and how."
    ),
    "results": gettext_lazy("Votes by item, the arithmetic, the verdicts."),
    "minutes": gettext_lazy("All that the law asks of them; what only people know is filled in by hand."),
    "secret": gettext_lazy("The published tables: no voter's name stands in them."),
    "filled": gettext_lazy("What was marked, how it came, who entered and compared it."),
    "own": gettext_lazy("How my vote was entered and whether it counted."),
    "archive": gettext_lazy("Register, ballots and the chain of events: anybody can count again."),
    "bundle": gettext_lazy("Every paper as PDF and DOCX, with the archive for checking."),
}
SINCE_TEXTS: dict[str, Promise] = {
    **dict.fromkeys(("notice", "ballot", "ballots", "bulletin", "told"), _TOLD),
    "participants": gettext_lazy("when the meeting opens"),
    **dict.fromkeys(("results", "minutes", "secret", "filled", "own", "archive", "bundle"), _COUNTED),
}
SIGNED_TEXT = gettext_lazy("when the minutes are signed")
