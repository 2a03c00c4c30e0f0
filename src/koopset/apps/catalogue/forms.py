"""Shape of what is typed on this room's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.catalogue.selectors import what_choices
from koopset.foundation.ui.forms import RefusableForm


class NameForm(RefusableForm):
    """What a name is: a category with or without a kind, as «category|kind»."""

    what = forms.ChoiceField(label=_("What it is"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [("", _("choose")), *what_choices()]  # type: ignore[attr-defined]
