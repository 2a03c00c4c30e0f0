"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from koopset.apps.catalogue import selectors as catalogue
from koopset.apps.catalogue.offers.models import Offer
from koopset.foundation.ui.forms import MoneyField, RefusableForm, day_field
from koopset.kernel.money import parse_rub
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

UNIT_NAMES = {
    Unit.KG: pgettext_lazy("unit", "kg"),
    Unit.G: pgettext_lazy("unit", "g"),
    Unit.T: pgettext_lazy("unit", "t"),
    Unit.L: pgettext_lazy("unit", "l"),
    Unit.ML: pgettext_lazy("unit", "ml"),
    Unit.M3: pgettext_lazy("unit", "m³"),
    Unit.M: pgettext_lazy("unit", "m"),
    Unit.PCS: pgettext_lazy("unit", "pcs"),
}
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"), _("August"), _("September"), _("October"),
    _("November"), _("December"),
)  # fmt: skip


def unit_name(unit: str) -> str:
    """«кг» of "kg"."""
    return str(UNIT_NAMES[Unit(unit)])


def title_of(info: Any) -> str:
    """The title of a category or a kind in the language of the reader."""
    return str(info.title_en if (get_language() or "ru").startswith("en") else info.title)


def kind_choices() -> list[tuple[str, Any]]:
    """Categories with their kinds below, for a select: "category" or "category/kind"."""
    groups: list[tuple[str, Any]] = [("", _("not told"))]
    for info in catalogue.categories().values():
        if not info.is_need:
            continue
        rows = [(info.key, title_of(info))]
        rows += [(f"{info.key}/{kind.key}", title_of(kind)) for kind in info.kinds]
        groups.append((title_of(info), rows))
    return groups


def split_kind(text: str) -> tuple[str, str]:
    """("category", "kind") of what `kind_choices` gives."""
    category, _slash, kind = text.partition("/")
    return category, kind


class DecimalField(forms.CharField):
    """A number above zero with a decimal comma or point, spaces forgiven."""

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
        if not number.is_finite() or not 0 <= number <= Decimal(10**12):
            raise forms.ValidationError(_("This is a number above zero."))
        return number


class BreaksField(forms.CharField):
    """Prices by quantity, one a line: «10 — 420» is 420 roubles for one item from ten items on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=600, widget=forms.Textarea(attrs={"rows": 4}), **options)

    def clean(self, value: Any) -> Any:
        found = []
        for line in str(super().clean(value) or "").splitlines():
            text = line.strip()
            if not text:
                continue
            match = re.fullmatch(
                r"(?:от|from)?\s*(\d{1,7})\s*(?:шт\.?|pcs)?\s*(?:[-–—:=;]|по)\s*(\S.*)", text, re.IGNORECASE
            )
            try:
                found.append((int(match[1]), parse_rub(match[2])) if match else None)
            except RuleViolation:
                found.append(None)
            if found[-1] is None:
                raise forms.ValidationError(
                    _(
                        "“%(line)s” is not understood. Write a line like “10 — 420”: from ten items, 420 roubles each."
                    ),
                    params={"line": text[:40]},
                )
        return [pair for pair in found if pair is not None]


class ListForm(RefusableForm):
    """The card of a price list."""

    is_own = forms.BooleanField(
        label=_("These are our own prices: the organisation itself supplies"), required=False
    )
    supplier_name = forms.CharField(label=_("Supplier"), max_length=160, required=False)
    supplier_inn = forms.CharField(
        label=_("Taxpayer number (ИНН)"),
        max_length=14,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    title = forms.CharField(label=_("Title of the list"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    site = forms.CharField(label=_("Site"), max_length=120, required=False)
    delivery = forms.CharField(
        label=_("Terms of delivery"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    valid_from = day_field(_("Prices hold from"))
    valid_to = day_field(_("to"), required=False)
    is_public = forms.BooleanField(label=_("Show to neighbours"), required=False)
    territories = forms.TypedMultipleChoiceField(
        label=_("Where it is delivered"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territories"].choices = list(places)  # type: ignore[attr-defined]


class FileForm(RefusableForm):
    """A file of prices."""

    file = forms.FileField(label=_("File with prices"))


class OfferForm(RefusableForm):
    """One offer."""

    name = forms.CharField(label=_("What is offered"), max_length=300)
    amount = DecimalField(label=_("In one item"), required=False)
    unit = forms.ChoiceField(
        label=_("Unit"), choices=[(unit.value, UNIT_NAMES[unit]) for unit in Offer.UNITS]
    )
    price = MoneyField(label=_("Price of one item, ₽"))
    breaks = BreaksField(label=_("Cheaper by quantity"), required=False)
    pack = forms.IntegerField(label=_("Items in a pack"), min_value=1, max_value=1_000_000, required=False)
    min_packs = forms.IntegerField(
        label=_("Packs at least"), min_value=1, max_value=1_000_000, required=False
    )
    kind = forms.ChoiceField(label=_("What it is"), required=False)
    stock = DecimalField(label=_("In stock, items"), required=False)
    season_from = forms.TypedChoiceField(label=_("Season from"), coerce=int, required=False, empty_value=None)
    season_to = forms.TypedChoiceField(label=_("Season to"), coerce=int, required=False, empty_value=None)
    article = forms.CharField(label=_("Article"), max_length=64, required=False)
    gtin = forms.CharField(
        label=_("Barcode (GTIN)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    vat = forms.ChoiceField(
        label=_("VAT"),
        required=False,
        choices=[
            ("", _("not told")),
            ("none", _("without VAT")),
            *((rate, f"{rate} %") for rate in ("0", "5", "7", "10", "20", "22")),
        ],
    )
    note = forms.CharField(
        label=_("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_available = forms.BooleanField(label=_("May be ordered now"), required=False)
    photo = forms.FileField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [("", "—"), *((number, name) for number, name in enumerate(MONTHS, start=1))]
        self.fields["season_from"].choices = months  # type: ignore[attr-defined]
        self.fields["season_to"].choices = months  # type: ignore[attr-defined]
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
