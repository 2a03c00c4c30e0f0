"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.register.models import Decision, Membership, Ownership, Unit
from koopset.foundation.refusals import text_of
from koopset.kernel.fractions import parse_share
from koopset.kernel.violations import RuleViolation


class RefusableForm(forms.Form):
    """A form that shows a refusal of a service at the field it names."""

    def refuse(self, violation: RuleViolation) -> None:
        field = violation.field if violation.field in self.fields else None
        self.add_error(field, text_of(violation))


def day_field(label: Any, *, required: bool = True, **options: Any) -> forms.DateField:
    """A date by the browser's own calendar."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **options,
    )


class AreaField(forms.CharField):
    """Square metres with a decimal comma or point, spaces forgiven."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def clean(self, value: Any) -> Any:
        text = "".join(str(super().clean(value) or "").split()).replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 < number < Decimal(10000000000):
            raise forms.ValidationError(_("The area is a number above zero, in square metres: 640 or 640,5."))
        return number


class UnitForm(RefusableForm):
    """The card of a unit."""

    kind = forms.ChoiceField(label=_("What it is"), choices=Unit.Kind.choices)
    number = forms.CharField(label=_("Number"), max_length=30)
    street = forms.CharField(label=_("Line, street or entrance"), max_length=100, required=False)
    cadastral_number = forms.CharField(
        label=_("Cadastral number"),
        max_length=40,
        required=False,
        help_text=_("from the extract, like 47:07:0123456:78"),
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)


class NewUnitForm(UnitForm):
    """A new unit with its area."""

    area_m2 = AreaField(label=_("Area, m²"), required=False)
    since = day_field(_("In the register since"))


class AreaForm(RefusableForm):
    """Another area from a date on."""

    area_m2 = AreaField(label=_("Area, m²"))
    on = day_field(_("Starting from"))
    document = forms.CharField(
        label=_("Document"),
        max_length=200,
        required=False,
        help_text=_("survey plan, extract: number and date"),
    )


class CloseForm(RefusableForm):
    """The unit leaves the register."""

    on = day_field(_("Last day in the register"))


class TransferForm(RefusableForm):
    """When and by what paper the owners change."""

    on = day_field(_("Owners since"), help_text=_("date of registration of the right, from the extract"))
    deed = forms.CharField(
        label=_("Deed"), max_length=200, required=False, help_text=_("extract or contract: number and date")
    )
    create = forms.BooleanField(
        label=_("Make cards for those who are not in the register yet"), required=False
    )


class OwnerForm(RefusableForm):
    """One owner: a line of the form of a transfer."""

    owner = forms.CharField(
        label=_("Owner"),
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    share = forms.CharField(label=_("Share"), max_length=25, required=False)
    right = forms.ChoiceField(label=_("Right"), choices=Ownership.Right.choices, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("share", "")
        if data.get("owner") and text:
            try:
                data["share"] = parse_share(text)
            except RuleViolation as refusal:
                self.add_error("share", text_of(refusal))
        elif data.get("owner"):
            data["share"] = None
        return data


class MembershipOpenForm(RefusableForm):
    """A person becomes a member."""

    on = day_field(_("Member since"))
    decision = forms.TypedChoiceField(label=_("By decision"), coerce=int, empty_value=None, required=False)
    card_number = forms.CharField(label=_("Number of the member's book"), max_length=30, required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [("", _("not entered")), *decisions]  # type: ignore[attr-defined]


class MembershipCloseForm(RefusableForm):
    """A person ceases to be a member."""

    on = day_field(_("Last day of membership"))
    ground = forms.ChoiceField(label=_("Why"), choices=Membership.Ground.choices)
    decision = forms.TypedChoiceField(label=_("By decision"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [("", _("not entered")), *decisions]  # type: ignore[attr-defined]


class DecisionForm(RefusableForm):
    """A decision as the minutes have it."""

    body = forms.ChoiceField(label=_("Who decided"), choices=Decision.Body.choices)
    decided_on = day_field(_("Date"))
    number = forms.CharField(label=_("Number of the minutes"), max_length=40)
    item = forms.CharField(label=_("Item of the agenda"), max_length=20, required=False)
    title = forms.CharField(label=_("What about"), max_length=200)
    wording = forms.CharField(
        label=_("Wording"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("word by word, as in the minutes: figures and terms too"),
    )
    article = forms.CharField(label=_("Article of law or charter"), max_length=120, required=False)
    file = forms.FileField(label=_("Minutes, scanned"), required=False, help_text=_("PDF or a picture"))


class ImportFileForm(RefusableForm):
    """A file of a register."""

    file = forms.FileField(label=_("Table of the register"), help_text=_("XLSX or CSV, any order of columns"))
    as_of = day_field(
        _("The file is right on"), help_text=_("owners without a date of their own are owners since this day")
    )


def initial_day(value: date | None) -> str:
    """A date as the browser's calendar takes it."""
    return value.isoformat() if value else ""
