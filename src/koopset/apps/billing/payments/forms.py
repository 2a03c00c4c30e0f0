"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.foundation.ui.forms import MoneyField, MonthField, RefusableForm, day_field


class StatementForm(RefusableForm):
    """A file of the bank."""

    file = forms.FileField(
        label=_("Statement file"), help_text=_("kl_to_1c.txt from the internet bank: «export to 1C»")
    )


class ReasonForm(RefusableForm):
    """Why a payment is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class SetAsideForm(RefusableForm):
    """Where the money of a line belongs."""

    code = forms.ChoiceField(label=_("Chart account"))

    def __init__(self, *args: Any, codes: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "code", [("", _("choose")), *codes])


class HandForm(RefusableForm):
    """One payment entered by hand. `key` makes a second press harmless."""

    account = forms.CharField(label=_("Account, payment code or plot"), max_length=60)
    amount = MoneyField(label=_("Sum, ₽"))
    received_on = day_field(_("Day it came"))
    way = forms.ChoiceField(
        label=_("How it came"), choices=[("bank", _("to the bank account")), ("cash", _("in cash"))]
    )
    bank_account = forms.ChoiceField(label=_("Bank account"), required=False)
    payer_name = forms.CharField(label=_("Who paid"), max_length=200, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=300, required=False)
    for_month = MonthField(label=_("For which month"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, bank_accounts: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "bank_account", bank_accounts)
        self.fields["key"].initial = uuid4().hex


def _choices(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
