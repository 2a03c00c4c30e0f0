"""Shape of what is typed on this room's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.needs.demand.models import Wish
from koopset.apps.needs.demand.selectors.wording import goods, unit
from koopset.foundation.ui.forms import MoneyField, RefusableForm, day_field


class AmountField(forms.DecimalField):
    """An amount as people write it: with a comma or a point."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_digits=12, **options)

    def to_python(self, value: Any) -> Any:
        """The number typed."""
        text = (
            value.replace(",", ".").replace(" ", "").replace("\u00a0", "")
            if isinstance(value, str)
            else value
        )
        return super().to_python(text)


class WishForm(RefusableForm):
    """What is needed, how much, how often or by when, and the most one would pay."""

    kind = forms.ChoiceField(label=_("What you need"))
    amount = AmountField(label=_("How much"), decimal_places=3)
    rhythm = forms.ChoiceField(label=_("How often"), choices=Wish.Rhythm.choices, initial=Wish.Rhythm.MONTH)
    needed_on = day_field(_("By which day"), required=False)
    max_price = MoneyField(label=_("The most for one unit, ₽"), required=False)
    budget = MoneyField(label=_("The most in all, ₽"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for key, category, measure in kinds:
            groups.setdefault(category, []).append((key, f"{goods(key)}, {unit(measure)}"))
        choices: list[Any] = [("", _("choose")), *sorted(groups.items())]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class JoinForm(RefusableForm):
    """How many items, and how many more to fill a pack."""

    quantity = forms.IntegerField(
        label=_("How many pieces you take"),
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    tolerance = forms.IntegerField(
        label=_("And up to how many more, to fill a pack"),
        min_value=0,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class ThresholdsForm(RefusableForm):
    """When buying together is worth proposing."""

    least_households = forms.IntegerField(label=_("Households, at least"))
    least_saving_kop = MoneyField(label=_("Saving of all in a month, at least, ₽"))
    least_days = forms.IntegerField(label=_("Days of purchases behind a household’s figures, at least"))
    window_days = forms.IntegerField(label=_("Days back that purchases count"))
    transport_kop = MoneyField(label=_("Transport of one purchase, ₽"))
    organiser_percent = AmountField(label=_("The organiser’s fee, %"), decimal_places=2)
    hours_round = AmountField(label=_("Hours of work for one purchase"), decimal_places=2)
    hours_household = AmountField(label=_("And for each household"), decimal_places=2)
    hour_kop = MoneyField(label=_("An hour of work is counted at, ₽"))
    lasts_days = forms.IntegerField(label=_("Days a proposal lasts"))
