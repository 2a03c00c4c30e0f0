"""The search among decisions of meetings: words come beside it, in `q`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.models import ItemResult
from koopset.apps.meetings.selectors import Asked
from koopset.foundation.ui.forms import day_field


class DecidedForm(forms.Form):
    """What is asked of the list; what cannot be read is not asked."""

    q = forms.CharField(required=False, max_length=100)
    meeting = forms.TypedChoiceField(label=_("Meeting"), coerce=int, empty_value=None, required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    effect = forms.ChoiceField(label=_("What follows from it"), required=False)
    since = day_field(_("From the day"), required=False)
    until = day_field(_("Until the day"), required=False)

    def __init__(
        self, *args: Any, meetings: list[tuple[int, str]], effects: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].choices = [("", _("any meeting")), *meetings]  # type: ignore[attr-defined]
        self.fields["outcome"].choices = [("", _("any outcome")), *ItemResult.Outcome.choices]  # type: ignore[attr-defined]
        self.fields["effect"].choices = [("", _("anything")), *effects]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """The search."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return Asked(
            text=data.get("q", ""),
            meeting_id=data.get("meeting"),
            since=data.get("since"),
            until=data.get("until"),
            outcome=data.get("outcome", ""),
            effect=data.get("effect", ""),
        )

    @property
    def active(self) -> int:
        """How many filters beside the words are set."""
        data = getattr(self, "cleaned_data", {})
        return sum(bool(data.get(name)) for name in ("meeting", "outcome", "effect", "since", "until"))
