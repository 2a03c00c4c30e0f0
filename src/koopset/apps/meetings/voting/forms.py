"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.foundation.ui.forms import RefusableForm, day_field

MOMENT = "%Y-%m-%dT%H:%M"
Choices = Sequence[tuple[Any, Any]]
_PICTURES = "image/jpeg,image/png,image/webp,image/heic,application/pdf"


def _digits(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "form-control-lg"}
        ),
        **options,
    )


def scan_field(label: Any) -> forms.FileField:
    """A photo from a phone or a scan."""
    return forms.FileField(label=label, required=False, widget=forms.FileInput(attrs={"accept": _PICTURES}))


class CodeForm(RefusableForm):
    """Six digits: of the hall, or of a letter."""

    code = _digits(_("Code, six digits"))


class ReceiptForm(RefusableForm):
    """A receipt that somebody kept."""

    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )


class PowerForm(RefusableForm):
    """A power of attorney as the paper says. Whom it names is chosen by name from those of the register."""

    principal = forms.CharField(label=_("Who gave it"), max_length=300, widget=forms.TextInput())
    agent = forms.CharField(label=_("To whom"), max_length=300, widget=forms.TextInput())
    issued_on = day_field(
        _("Date on the paper"),
        required=False,
        help_text=_("a power without a date does not hold; enter it all the same"),
    )
    until = day_field(_("Until"), required=False, help_text=_("if the paper says so"))
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    is_substitute = forms.BooleanField(label=_("Given by somebody who holds a power himself"), required=False)
    scan = scan_field(_("Photo or scan of the paper"))

    def __init__(self, *args: Any, names: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("principal", "agent"):
            self.fields[name].widget.attrs.update({"list": names, "autocomplete": "off"})


class PaperForm(RefusableForm):
    """What stands around the marks of a written decision."""

    received_at = forms.DateTimeField(
        label=_("When the paper was received"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT],
    )
    agent = forms.ChoiceField(label=_("Signed by"), required=False)
    scan = scan_field(_("Photo or scan of the paper"))

    def __init__(self, *args: Any, agents: Choices = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["received_at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        field = self.fields["agent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("the person")), *agents]


class ReasonForm(RefusableForm):
    """Why a paper is not taken."""

    reason = forms.CharField(label=_("What does not match"), max_length=300)
