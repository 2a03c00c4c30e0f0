from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.foundation.webhooks.catalogue import event_names
from koopset.foundation.webhooks.targets import LONGEST


class WebhookForm(forms.Form):
    name = forms.CharField(
        label=_("Which program listens"), max_length=80, help_text=_("for example: 1С, the chat of the board")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"}),
        help_text=_("Whoever writes the program gives it: https://…"),
    )
    events = forms.MultipleChoiceField(label=_("What to tell of"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [  # type: ignore[attr-defined]
            (name, str(words)) for name, words in event_names().items()
        ]
