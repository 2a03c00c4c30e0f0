"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.billing.models import Fee
from koopset.foundation.ui.forms import MoneyField, MonthField, RefusableForm, day_field


class RateField(forms.CharField):
    """A tariff in roubles, with a comma or a point, six decimals at most; cleaned to Decimal."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=30, **options)

    def clean(self, value: Any) -> Any:
        """A Decimal; what is out of range is refused by the service."""
        text = super().clean(value)
        for space in (" ", "\u00a0", "\u202f", "\u2009"):
            text = text.replace(space, "")
        try:
            number = Decimal(text.replace(",", ".").removesuffix("₽"))
        except InvalidOperation as wrong:
            raise forms.ValidationError(_("Enter a number, for example 150 or 6,94.")) from wrong
        if not number.is_finite():
            raise forms.ValidationError(_("Enter a number, for example 150 or 6,94."))
        return number


class AccountForm(RefusableForm):
    """A new personal account."""

    units = forms.MultipleChoiceField(
        label=_("Plots or flats"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Those that no account pays for yet. Several may be chosen."),
    )
    payer = forms.ChoiceField(
        label=_("Payer"), required=False, help_text=_("Left empty: the owner of the largest share.")
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=30,
        required=False,
        help_text=_("The old number that people know. Left empty: the payment code."),
    )
    opened_on = day_field(_("Since"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self, *args: Any, units: Sequence[tuple[int, str]], persons: Sequence[tuple[int, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        _choices(self, "units", units)
        _choices(self, "payer", [("", _("the owner")), *persons])


class AccountEditForm(RefusableForm):
    """What may change on an account."""

    number = forms.CharField(label=_("Number"), max_length=30, required=False)
    payer = forms.ChoiceField(label=_("Payer"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, persons: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "payer", [("", _("nobody")), *persons])


class CloseForm(RefusableForm):
    """The last day of an account."""

    closed_on = day_field(_("Last day"))


class CorrectionForm(RefusableForm):
    """A signed correction. The hidden key makes a second press of the button harmless."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    charge = forms.ChoiceField(label=_("What is corrected"), required=False)
    fee = forms.ChoiceField(label=_("Or a late charge of the fee"), required=False)
    amount = MoneyField(label=_("Sum, ₽"), help_text=_("With a minus to take away: −120,50."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The resident will read it."),
    )
    month = MonthField(label=_("Month in which it is written"))

    def __init__(
        self, *args: Any, charges: Sequence[tuple[int, str]], fees: Sequence[tuple[int, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        _choices(self, "charge", [("", _("nothing: it was not charged at all")), *charges])
        _choices(self, "fee", [("", "—"), *fees])
        self.fields["key"].initial = uuid4().hex

    def clean(self) -> dict[str, Any]:
        """One of the two must be named."""
        data = super().clean() or {}
        if not self.errors and not data.get("charge") and not data.get("fee"):
            self.add_error("charge", _("Choose the charged line, or the fee that was not charged."))
        return data


class FeeForm(RefusableForm):
    """A fee with its decision."""

    title = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As residents will read it: “Membership fee”.")
    )
    kind = forms.ChoiceField(label=_("Kind"))
    method = forms.ChoiceField(
        label=_("How it is computed"), choices=Fee.Method.choices, initial=Fee.Method.RATE
    )
    base = forms.ChoiceField(label=_("Charged by"), choices=Fee.Base.choices, initial=Fee.Base.SOTKA)
    rate = RateField(label=_("Rate, or the whole sum to divide, ₽"))
    audience = forms.ChoiceField(label=_("Who pays"), choices=Fee.Audience.choices, initial=Fee.Audience.ALL)
    period = forms.ChoiceField(label=_("How often"), choices=Fee.Period.choices, initial=Fee.Period.MONTH)
    from_month = MonthField(label=_("First month"))
    to_month = MonthField(label=_("Last month"), required=False)
    due_day = forms.IntegerField(
        label=_("Pay before day"), initial=10, help_text=_("Of the month after the charged one, 1 to 28.")
    )
    decision = forms.ChoiceField(
        label=_("Decision"),
        help_text=_("The decision that set the fee and its size."),
        error_messages={
            "required": _(
                "A fee needs the decision that set it. Choose it from the register of decisions, or record it there first."
            )
        },
    )
    bank_account = forms.ChoiceField(
        label=_("Bank account"),
        required=False,
        help_text=_("For money that must come to an account of its own. Else the main one."),
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[tuple[str, str]],
        decisions: Sequence[tuple[int, str]],
        bank_accounts: Sequence[tuple[int, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        _choices(self, "kind", kinds)
        _choices(self, "decision", [("", _("choose")), *decisions])
        _choices(self, "bank_account", [("", _("the main account")), *bank_accounts])


class FeeEditForm(RefusableForm):
    """What may change on a fee that has been charged."""

    title = forms.CharField(label=_("Name"), max_length=120)
    due_day = forms.IntegerField(
        label=_("Pay before day"), help_text=_("Of the month after the charged one, 1 to 28.")
    )
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=9999)
    bank_account = forms.ChoiceField(label=_("Bank account"), required=False)

    def __init__(self, *args: Any, bank_accounts: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "bank_account", [("", _("the main account")), *bank_accounts])


class FeeEndForm(RefusableForm):
    """The last month of a fee."""

    to_month = MonthField(label=_("Last month"))


class PeriodForm(RefusableForm):
    """The period of a statement."""

    date_from = day_field(_("From"))
    date_to = day_field(_("To"))


class IssueForm(RefusableForm):
    """The month of documents."""

    month = MonthField(label=_("Month"))


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
