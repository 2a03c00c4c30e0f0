"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.foundation.ui.forms import RefusableForm, day_field


class ConsentForm(forms.Form):
    """A press on «give» or «withdraw»: hidden fields only."""

    purpose = forms.CharField(max_length=40)
    organisation = forms.IntegerField(required=False, min_value=1)
    version = forms.IntegerField(required=False, min_value=1)
    sha256 = forms.CharField(max_length=64, required=False)
    deed = forms.ChoiceField(choices=[("give", "give"), ("withdraw", "withdraw")])


class PaperConsentForm(RefusableForm):
    """A signed paper: which text, what it says, when it was signed, its scan."""

    text = forms.ChoiceField(label=_("Which text"))
    deed = forms.ChoiceField(
        label=_("What was signed"),
        widget=forms.RadioSelect,
        choices=[("given", _("consent")), ("withdrawn", _("withdrawal of the consent"))],
        initial="given",
    )
    signed_on = day_field(_("Signed on"), help_text=_("the date beside the signature"))
    file = forms.FileField(label=_("Scan or photo of the paper"), required=False, help_text=_("PDF, picture"))

    def __init__(self, *args: Any, texts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].choices = texts  # type: ignore[attr-defined]


class ErasureForm(RefusableForm):
    """What to erase, and why in the person's own words."""

    what = forms.ChoiceField(
        label=_("What to erase"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what to erase.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices  # type: ignore[attr-defined]


class RefusalForm(RefusableForm):
    """Why nothing can be erased."""

    reason = forms.CharField(
        label=_("Why it cannot be erased"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("the person reads this: what law keeps and until when"),
    )
