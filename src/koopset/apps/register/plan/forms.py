"""Shape of what is typed on the pages of the plan; the rules are asked by the services."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.register.plan.rules import MOST_IN_ROW
from koopset.foundation.ui.forms import RefusableForm


class PlanFileForm(RefusableForm):
    """A file of shapes."""

    file = forms.FileField(label=_("File with the shapes of plots"), help_text=_("GeoJSON, up to 16 MB"))


class PictureForm(RefusableForm):
    """A picture to draw on."""

    file = forms.FileField(
        label=_("Picture of the plan"), help_text=_("a photograph or scan: JPEG, PNG or WEBP, up to 32 MB")
    )


class PointsField(forms.CharField):
    """Corners as the page sends them: a JSON list of pairs of whole numbers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, max_length=20_000, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            points = json.loads(text)
        except (ValueError, RecursionError):
            points = None
        if not isinstance(points, list) or not all(isinstance(pair, list) for pair in points):
            raise forms.ValidationError(_("The corners could not be read. Press them on the plan again."))
        return points


class DrawForm(RefusableForm):
    """One plot, or a row that begins with it."""

    unit = forms.TypedChoiceField(label=_("Plot"), coerce=int)
    count = forms.IntegerField(
        label=_("How many plots in the row"), min_value=1, max_value=MOST_IN_ROW, initial=1
    )
    points = PointsField(
        error_messages={"required": _("Press the corners of the plot on the plan, then save.")}
    )

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["unit"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(pk, text) for pk, text in units]
