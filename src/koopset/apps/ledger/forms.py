"""Shape of what is typed on the pages of the books; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.ledger.models import ChartAccount
from koopset.apps.ledger.selectors import ChartLine
from koopset.apps.ledger.selectors.wording import words
from koopset.foundation.ui.forms import MoneyField, MonthField, RefusableForm, day_field


class BookForm(RefusableForm):
    """A form whose refusals name months as people do."""

    refusal_text = staticmethod(words)


def account_choices(chart: list[ChartLine]) -> list[tuple[str, str]]:
    """Accounts that take entries."""
    return [("", "—"), *((line.code, f"{line.code} {line.title}") for line in chart if line.takes_entries)]


class BookOpenForm(BookForm):
    """From which month the books are kept, and with which chart of accounts."""

    profile = forms.ChoiceField(
        label=_("Chart of accounts"),
        help_text=_("the first is made for your legal form; your own accounts are added later"),
    )

    month = MonthField(
        label=_("First month of the books"),
        help_text=_(
            "Balances on the day before it are entered as opening balances, later sums are posted as they happen."
        ),
    )

    def __init__(self, *args: Any, profiles: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = list(profiles)  # type: ignore[attr-defined]


class OperationForm(BookForm):
    """One entry by hand. The hidden key makes a second press of the button harmless."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    on_date = day_field(_("Date"))
    title = forms.CharField(
        label=_("What happened"),
        max_length=200,
        help_text=_("For example: “Paid for snow removal in November”. Without names of people."),
    )
    debit = forms.ChoiceField(label=_("Debit"))
    debit_number = forms.CharField(
        label=_("Number for the debit"),
        max_length=40,
        required=False,
        help_text=_("Of the personal or the bank account, where the account is divided by them."),
    )
    credit = forms.ChoiceField(label=_("Credit"))
    credit_number = forms.CharField(label=_("Number for the credit"), max_length=40, required=False)
    amount = MoneyField(label=_("Sum, ₽"))

    def __init__(self, *args: Any, chart: list[ChartLine], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("debit", "credit"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = account_choices(chart)
        self.fields["key"].initial = uuid4().hex


class ReversalForm(BookForm):
    """When and why an operation is taken back."""

    on_date = day_field(_("Date of the reversal"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReopenForm(BookForm):
    """Why a closed month is opened."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the history of the month for the audit commission."),
    )


class ChartAccountForm(BookForm):
    """A new account of the chart."""

    code = forms.CharField(label=_("Number"), max_length=12, help_text=_("76.07 is a sub-account of 76."))
    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Side of its balance"), choices=ChartAccount.Kind.choices, initial="both"
    )
    subject = forms.ChoiceField(label=_("Divided by"), choices=ChartAccount.Subject.choices, required=False)


class RenameForm(BookForm):
    """Another name of an account."""

    name = forms.CharField(label=_("Name"), max_length=200)


class OpeningForm(BookForm):
    """One opening balance."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    code = forms.ChoiceField(label=_("Ledger account"))
    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        required=False,
        help_text=_("Of the personal or the bank account, where the account is divided by them."),
    )
    debit = MoneyField(label=_("Debit, ₽"), required=False, empty=0)
    credit = MoneyField(label=_("Credit, ₽"), required=False, empty=0)

    def __init__(self, *args: Any, chart: list[ChartLine], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [choice for choice in account_choices(chart) if choice[0] != "000"]
        self.fields["key"].initial = uuid4().hex


class OpeningFileForm(BookForm):
    """A table of opening balances."""

    file = forms.FileField(
        label=_("Table with balances"),
        help_text=_("XLSX or CSV with columns: account, number, debit, credit."),
    )
