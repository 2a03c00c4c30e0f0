"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.models import Round
from koopset.apps.purchases.settlement.models import Cash, Claim, Cost, FeeRule, IntakeRow, RoundMoney
from koopset.foundation.ui.forms import MoneyField, RefusableForm, day_field

MOMENT = "%Y-%m-%dT%H:%M"
Choices = Sequence[tuple[Any, Any]]


class QuantityField(forms.CharField):
    """A number from scales or a count, with a comma or a dot; cleaned to Decimal."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> Any:
        """Decimal, or None for an empty field that may be empty."""
        text = super().clean(value).replace(",", ".").replace("−", "-").replace(" ", "").replace("\u00a0", "")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write a number: 12 or 3,250.")) from error
        if not number.is_finite():
            raise forms.ValidationError(_("Write a number: 12 or 3,250."))
        return number


class KeyedForm(RefusableForm):
    """A form that may be pressed twice: the hidden key makes the second press harmless."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["key"].initial = uuid4().hex


def photo_field() -> forms.FileField:
    """A photo from a phone: its camera or its gallery."""
    return forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
    )


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Give a choice field its answers."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class TermsForm(RefusableForm):
    """How the money of a round is handled."""

    policy = forms.ChoiceField(label=_("When it is paid"), choices=RoundMoney.Policy.choices)
    loss = forms.ChoiceField(
        label=_("If something comes short that is paid for"), choices=RoundMoney.Loss.choices
    )
    claim_days = forms.IntegerField(
        label=_("Days for a claim after handing out"), min_value=0, help_text=_("0: at the check only")
    )
    trip_minutes = forms.IntegerField(label=_("A trip to the shop that each is spared, minutes"), min_value=0)
    organiser_minutes = forms.IntegerField(label=_("The organiser spent, minutes"), min_value=0)
    helper_minutes = forms.IntegerField(label=_("Helpers spent, all together, minutes"), min_value=0)


class FeeForm(RefusableForm):
    """A fee with its source. The rate is a percent or roubles."""

    kind = forms.ChoiceField(label=_("How it is counted"), choices=FeeRule.Kind.choices)
    rate = QuantityField(label=_("Percent or roubles"))
    title = forms.CharField(label=_("For what"), max_length=120)
    source = forms.CharField(
        label=_("By whose decision"), max_length=300, help_text=_("minutes, their number and day")
    )
    replaces = forms.ChoiceField(label=_("In place of"), required=False)

    def __init__(self, *args: Any, fees: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "replaces", [("", _("a new fee")), *fees])


class CostForm(KeyedForm):
    """An invoice, transport, a correction of one."""

    kind = forms.ChoiceField(label=_("What"), choices=Cost.Kind.choices)
    amount = MoneyField(label=_("Sum, ₽"), help_text=_("a correction may be below zero"))
    on_date = day_field(_("Day of the paper"))
    title = forms.CharField(label=_("Number of the paper"), max_length=200, required=False)
    split = forms.ChoiceField(
        label=_("Split among buyers"), choices=Round.TransportSplit.choices, required=False
    )
    corrects = forms.ChoiceField(label=_("Corrects"), required=False)

    def __init__(self, *args: Any, costs: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "corrects", [("", _("nothing, it is a new one")), *costs])
        self.fields["on_date"].initial = timezone.localdate()


class CashForm(KeyedForm):
    """Money that came or goes."""

    amount = MoneyField(label=_("Sum, ₽"))
    on_date = day_field(_("Day"))
    way = forms.ChoiceField(label=_("How"), choices=Cash.Way.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["on_date"].initial = timezone.localdate()


class PayInForm(CashForm):
    """A participant paid. A line of the bank's queue may be named: then it leaves the queue."""

    participant = forms.ChoiceField(label=_("Who paid"))
    bank_line = forms.ChoiceField(label=_("Line of the bank statement"), required=False)

    def __init__(self, *args: Any, participants: Choices, lines: Choices = (), **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "participant", participants)
        choose(self, "bank_line", [("", _("none: it is not in a statement yet")), *lines])


class PayOutForm(CashForm):
    """Money sent back, or paid to a supplier. A reason is asked when the money of purchases does not suffice."""

    reason = forms.CharField(label=_("Reason, if other money is used"), max_length=300, required=False)


class SupplierForm(PayOutForm):
    """Paid to a supplier, or came back from one."""

    direction = forms.ChoiceField(
        label=_("Which way"),
        choices=[("paid", _("paid to the supplier or carrier")), ("back", _("came back from the supplier"))],
    )


class ReasonForm(RefusableForm):
    """Why a row is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class IntakeForm(KeyedForm):
    """What came of one good."""

    good = forms.IntegerField(widget=forms.HiddenInput)
    quantity = QuantityField(label=_("Came"))
    outcome = forms.ChoiceField(label=_("In what state"), choices=IntakeRow.Outcome.choices)
    instead = forms.CharField(label=_("What came in its place"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    photo = photo_field()


class PointForm(RefusableForm):
    """A place of handing out."""

    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.CharField(label=_("Address"), max_length=300)
    note = forms.CharField(label=_("How to find it"), max_length=300, required=False)
    is_closed = forms.BooleanField(label=_("not used any more"), required=False)


class SlotForm(RefusableForm):
    """A time at a place."""

    point = forms.ChoiceField(label=_("Place"))
    starts_at = forms.DateTimeField(
        label=_("Begins at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT],
    )
    ends_at = forms.DateTimeField(
        label=_("Ends at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT],
    )
    capacity = forms.IntegerField(
        label=_("How many households"), min_value=0, required=False, help_text=_("empty: any number")
    )

    def __init__(self, *args: Any, points: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        choose(self, "point", points)


class ClaimForm(RefusableForm):
    """What is wrong with a good."""

    reason = forms.ChoiceField(label=_("What is wrong"), choices=Claim.Reason.choices)
    quantity = QuantityField(label=_("With how much"))
    amount = MoneyField(label=_("Ask back, ₽"), required=False, help_text=_("empty: all that it cost"))
    text = forms.CharField(
        label=_("In your words"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photo = photo_field()


class AnswerForm(RefusableForm):
    """An answer to a claim: 0 refuses."""

    accepted = MoneyField(label=_("Give back, ₽"), help_text=_("0 refuses the claim"))
    bearer = forms.ChoiceField(label=_("Who bears it"), choices=Claim.Bearer.choices)
    answer = forms.CharField(
        label=_("Answer"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnForm(KeyedForm):
    """Goods that came back."""

    quantity = QuantityField(label=_("Came back"))


class RatingForm(RefusableForm):
    """Marks of a supplier."""

    quality = forms.TypedChoiceField(label=_("Quality"), coerce=int)
    terms = forms.TypedChoiceField(label=_("Terms kept"), coerce=int)
    price = forms.TypedChoiceField(label=_("Price"), coerce=int)
    text = forms.CharField(
        label=_("In a few words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("quality", "terms", "price"):
            choose(self, name, [(5, "5"), (4, "4"), (3, "3"), (2, "2"), (1, "1")])
