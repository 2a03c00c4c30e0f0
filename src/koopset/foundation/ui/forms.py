"""What every room's forms are made of: a form that shows refusals, and the fields of days, months, money and numbers copied
from papers. The rules behind them are asked by the services.
"""

from __future__ import annotations

from typing import Any

from django import forms

from koopset.foundation.refusals import text_of
from koopset.kernel.money import parse_rub
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


class RefusableForm(forms.Form):
    """A form that shows a refusal of a service at the field it names."""

    #: The refusal in the reader's words; a room whose refusals hold more than text gives its own.
    refusal_text = staticmethod(text_of)

    def refuse(self, violation: RuleViolation) -> None:
        """Add the refusal to its field, or to the form where it has none."""
        self.add_error(
            violation.field if violation.field in self.fields else None, self.refusal_text(violation)
        )


class MoneyField(forms.CharField):
    """Roubles as people write them; cleaned to kopecks, and to `empty` where nothing is typed and nothing need be."""

    def __init__(self, *, empty: int | None = None, **options: Any) -> None:
        self.empty = empty
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> Any:
        """Kopecks or `empty`."""
        text = super().clean(value)
        if not text:
            return self.empty
        try:
            return parse_rub(text)
        except RuleViolation as violation:
            raise forms.ValidationError(text_of(violation)) from violation


class MonthField(forms.CharField):
    """A month by the browser's own picker, "2026-11"; cleaned to Month."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"type": "month"}))
        super().__init__(max_length=7, **options)

    def clean(self, value: Any) -> Any:
        """Month, or None for an empty field that may be empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return Month.parse(text)
        except RuleViolation as violation:
            raise forms.ValidationError(text_of(violation)) from violation


def day_field(label: Any, *, required: bool = True, **options: Any) -> forms.DateField:
    """A date by the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, **options)


def digits_field(label: Any, length: int, *, required: bool = False, **options: Any) -> forms.CharField:
    """A number copied from a paper, with its spaces."""
    widget = forms.TextInput(attrs={"inputmode": "numeric"})
    return forms.CharField(label=label, max_length=length + 12, required=required, widget=widget, **options)
