"""Words for this room's refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from koopset.foundation.refusals import register_messages


def register() -> None:
    register_messages(
        {
            "privacy.unknown_purpose": _("There is no such consent any more. Open the page again."),
            "privacy.consent_changed": _(
                "The text of this consent has changed while the page was open. Read the new text and press again."
            ),
            "privacy.not_given": _("This consent was not given, there is nothing to withdraw."),
            "privacy.paper_future": _(
                "This day has not come yet. Give the day on which the paper was signed."
            ),
            "privacy.paper_before_text": _(
                "This version of the text is in force since %(since)s: nobody can have signed it before. Check the date or the version."
            ),
            "privacy.paper_no_scan": _(
                "Attach the scan or a photo of the signed paper: without it the consent cannot be proved (152-ФЗ art. 9)."
            ),
            "privacy.paper_withdrawn_before": _(
                "The consent was given on %(on)s: it cannot have been withdrawn before. Check the date."
            ),
            "privacy.paper_known": _("This paper is entered already."),
            "privacy.export_old": _(
                "This archive is too old and has been deleted. Gather your data once more."
            ),
            "privacy.unknown_card": _("There is no such card among yours. Open the page again."),
            "privacy.already_asked": _("You have asked for this already. The answer will come as a notice."),
            "privacy.unknown_request": _("There is no such request any more. Open the list again."),
            "privacy.decided": _("This request has been answered already."),
            "privacy.no_reason": _("Write why, in words for the person: what law keeps and until when."),
        }
    )
