"""Shape of what is typed on this room's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.foundation.ui.forms import RefusableForm


class LocationForm(RefusableForm):
    """Where an organisation lies."""

    territory = forms.TypedChoiceField(label=_("District or settlement"), coerce=int)
    address = forms.CharField(label=_("Address, as one gets there"), max_length=300, required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].choices = [("", _("choose")), *places]  # type: ignore[attr-defined]
