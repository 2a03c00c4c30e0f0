"""Proofs of notices, and the small forms of holding a meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.forms.meeting import MeetingForm
from koopset.apps.meetings.models import NoticeProof
from koopset.foundation.ui.forms import day_field

_TO_PERSONS = ("letter", "signature")


class ProofForm(MeetingForm):
    """How the persons that are marked were told."""

    persons = forms.TypedMultipleChoiceField(
        label=_("Who was told"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    channel = forms.ChoiceField(
        label=_("How"),
        choices=[(value, text) for value, text in NoticeProof.Channel.choices if value in _TO_PERSONS],
        widget=forms.RadioSelect,
    )
    on = day_field(_("On which day"))
    number = forms.CharField(label=_("Number of the letter"), max_length=60, required=False)
    file = forms.FileField(
        label=_("Receipt of the post or list with signatures"),
        required=False,
        help_text=_("PDF or a picture"),
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persons"].choices = choices  # type: ignore[attr-defined]
        self.fields["persons"].error_messages["required"] = _("Mark who was told.")


class PostForm(MeetingForm):
    """A notice put up where everybody sees it."""

    channel = forms.ChoiceField(
        label=_("Where"),
        choices=[(value, text) for value, text in NoticeProof.Channel.choices if value not in _TO_PERSONS],
        widget=forms.RadioSelect,
    )
    on = day_field(_("On which day"))
    basis = forms.CharField(
        label=_("By which clause a posting tells everybody"),
        max_length=300,
        help_text=_("Article of law, clause of the charter, decision of a meeting: «charter, cl. 6.4»"),
    )
    number = forms.CharField(label=_("Number of the act"), max_length=60, required=False)
    file = forms.FileField(label=_("Act or photo"), required=False, help_text=_("PDF or a picture"))


class RecordForm(MeetingForm):
    """The minutes are signed."""

    number = forms.CharField(label=_("Number of the minutes"), max_length=40)
    file = forms.FileField(label=_("Signed minutes"), required=False, help_text=_("PDF or a picture"))
