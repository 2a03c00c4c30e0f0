"""Shapes of what is typed on this room's pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.purchases.models import Round, RoundGood
from koopset.apps.purchases.services import GoodTyped, Settings
from koopset.foundation.ui.forms import MoneyField, RefusableForm
from koopset.kernel.money import format_rub, parse_rub
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

UNITS = (
    (Unit.PCS.value, _("piece")),
    (Unit.KG.value, _("kilogram")),
    (Unit.G.value, _("gram")),
    (Unit.L.value, _("litre")),
    (Unit.ML.value, _("millilitre")),
)
MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """A day and an hour by the browser's own picker."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(
        label=label, required=options.pop("required", False), widget=widget, input_formats=[MOMENT], **options
    )


class PercentField(forms.DecimalField):
    """Per cent as people write it; cleaned to hundredths of a per cent."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_digits=6, decimal_places=2, localize=False, **options)

    def to_python(self, value: Any) -> Any:
        """With a comma too."""
        return super().to_python(str(value).replace(",", ".") if value not in self.empty_values else value)

    def clean(self, value: Any) -> Any:
        """Hundredths; 0 for nothing."""
        found = super().clean(value)
        return int(found * 100) if found is not None else 0


class SettingsForm(RefusableForm):
    """How a round is run."""

    title = forms.CharField(label=_("What is bought"), max_length=200)
    supplier_name = forms.CharField(label=_("Supplier"), max_length=300)
    supplier_inn = forms.CharField(
        label=_("Taxpayer number (ИНН) of the supplier"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    about = forms.CharField(
        label=_("What buyers should know"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    open_until = moment_field(_("Wants are free until"))
    boxfill_until = moment_field(
        _("Then packs are filled until"), help_text=_("Leave empty if packs are not filled separately.")
    )
    rule = forms.ChoiceField(
        label=_("Who gets how much when there is not enough"),
        choices=Round.Rule.choices,
        widget=forms.RadioSelect,
    )
    tolerance_allowed = forms.BooleanField(
        label=_("Ask «would also take»"),
        required=False,
        help_text=_("Buyers say how many more they would take, and packs come together sooner."),
    )
    minimum = MoneyField(label=_("Supplier’s minimum, ₽"), required=False, empty=0)
    transport = MoneyField(label=_("Transport, about, ₽"), required=False, empty=0)
    transport_split = forms.ChoiceField(
        label=_("How transport is shared"), choices=Round.TransportSplit.choices
    )
    fee = PercentField(label=_("Organiser’s fee, %"), required=False)
    fee_source = forms.CharField(
        label=_("Who set the fee and what for"),
        max_length=300,
        required=False,
        help_text=_("Each buyer sees it beside the sum."),
    )
    holder = forms.ChoiceField(
        label=_("Who takes the money"), choices=Round.Holder.choices, widget=forms.RadioSelect
    )
    handed_out = forms.CharField(label=_("Where and when it is handed out"), max_length=400, required=False)
    access = forms.ChoiceField(
        label=_("Who may take part"), choices=Round.Access.choices, widget=forms.RadioSelect
    )
    territory = forms.TypedChoiceField(
        label=_("Whose neighbours"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, places: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].choices = [("", _("choose")), *places]  # type: ignore[attr-defined]

    def settings(self) -> Settings:
        """What was typed."""
        data = self.cleaned_data
        return Settings(
            title=data["title"],
            supplier_name=data["supplier_name"],
            supplier_inn=data["supplier_inn"],
            about=data["about"],
            rule=data["rule"],
            tolerance_allowed=data["tolerance_allowed"],
            minimum_kop=data["minimum"],
            transport_kop=data["transport"],
            transport_split=data["transport_split"],
            fee_bp=data["fee"],
            fee_source=data["fee_source"],
            holder=data["holder"],
            handed_out=data["handed_out"],
            access=data["access"],
            territory_id=data["territory"],
            open_until=data["open_until"],
            boxfill_until=data["boxfill_until"],
        )

    @staticmethod
    def initial_of(settings: Settings) -> dict[str, Any]:
        """The settings as the form shows them."""
        return {
            **{name: getattr(settings, name) for name in _AS_THEY_ARE},
            "minimum": format_rub(settings.minimum_kop) if settings.minimum_kop else "",
            "transport": format_rub(settings.transport_kop) if settings.transport_kop else "",
            "fee": f"{Decimal(settings.fee_bp) / 100:f}" if settings.fee_bp else "",
            "territory": settings.territory_id,
        }


_AS_THEY_ARE = (
    "title",
    "supplier_name",
    "supplier_inn",
    "about",
    "rule",
    "tolerance_allowed",
    "transport_split",
    "fee_source",
    "holder",
    "handed_out",
    "access",
    "open_until",
    "boxfill_until",
)


class GoodForm(RefusableForm):
    """A good typed by hand. By weight the pack and the steps of the price are in kilograms (litres)."""

    name = forms.CharField(label=_("Name"), max_length=300)
    article = forms.CharField(label=_("Article"), max_length=80, required=False)
    price = MoneyField(label=_("Price, ₽"), help_text=_("Of one piece; of a kilogram or litre by weight."))
    unit = forms.ChoiceField(label=_("In one piece there is"), choices=UNITS)
    amount = forms.CharField(
        label=_("How much in one piece"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("A jar of honey: 0,5 kilogram."),
    )
    by_weight = forms.BooleanField(
        label=_("Sold by weight or volume"),
        required=False,
        help_text=_("Wants are in kilograms or litres and are not rounded to packs."),
    )
    pack = forms.CharField(
        label=_("Supplier’s pack"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("How many pieces (kilograms, litres) come in one pack."),
    )
    min_packs = forms.IntegerField(label=_("Packs at least"), required=False, min_value=0)
    limit = forms.CharField(
        label=_("The supplier has no more than"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    breaks = forms.CharField(
        label=_("Cheaper from"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One step a line: how many and the price, «24 349,00»."),
    )

    def typed(self, before: RoundGood | None = None) -> GoodTyped:
        """The good; what the form does not ask stays as it was. Raises purchases.bad_pack, purchases.bad_limit, purchases.bad_breaks."""
        data = self.cleaned_data
        by_weight = data["by_weight"]
        limit = units_typed(data["limit"], by_weight) if data["limit"] else None
        pack = units_typed(data["pack"], by_weight) if data["pack"] else (1000 if by_weight else 1)
        if pack is None:
            raise RuleViolation("purchases.bad_pack", field="pack")
        if data["limit"] and limit is None:
            raise RuleViolation("purchases.bad_limit", field="limit")
        return GoodTyped(
            name=data["name"],
            article=data["article"],
            price_kop=data["price"],
            unit=data["unit"],
            amount=_decimal(data["amount"]) if data["amount"] else Decimal(1),
            by_weight=by_weight,
            pack=pack,
            min_packs=data["min_packs"] or 0,
            limit=limit,
            breaks=_breaks(data["breaks"], by_weight),
            gtin=before.gtin if before else "",
            category=before.category if before else "",
            kind=before.kind if before else "",
            offer_id=before.offer_id if before else None,
            vat_bp=before.vat_bp if before else None,
        )

    @staticmethod
    def initial_of(good: RoundGood) -> dict[str, Any]:
        """A good as the form shows it."""
        return {
            "name": good.name,
            "article": good.article,
            "price": format_rub(good.price_kop),
            "unit": good.unit,
            "amount": f"{good.amount.normalize():f}",
            "by_weight": good.by_weight,
            "pack": units_shown(good.pack, good.by_weight),
            "min_packs": good.min_packs or "",
            "limit": units_shown(good.limit, good.by_weight) if good.limit is not None else "",
            "breaks": "\n".join(
                f"{units_shown(int(units), good.by_weight)} {format_rub(int(kop))}"
                for units, kop in good.breaks
            ),
        }


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return Decimal("NaN")


def units_shown(units: int, by_weight: bool) -> str:
    """Member units as a field shows them: kilograms or litres by weight."""
    return f"{(Decimal(units) / 1000).normalize():f}" if by_weight else str(units)


def units_typed(text: str, by_weight: bool) -> int | None:
    """Member units of what was typed; None for what is no whole number of them. Nothing typed is 0."""
    clean = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not clean:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,6})?", clean):
        return None
    value = _decimal(clean) * (1000 if by_weight else 1)
    return int(value) if value == value.to_integral_value() else None


def _breaks(text: str, by_weight: bool) -> tuple[tuple[int, int], ...]:
    found = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        start, _, price = line.strip().partition(" ")
        units = units_typed(start, by_weight)
        try:
            kop = parse_rub(price)
        except RuleViolation:
            kop = 0
        if not units or kop <= 0:
            raise RuleViolation("purchases.bad_breaks", field="breaks", line=number)
        found.append((units, kop))
    return tuple(found)


def wanted_typed(
    data: Mapping[str, Any], goods: Mapping[int, bool], *, only: int | None = None
) -> tuple[dict[int, tuple[int, int]], dict[int, str]]:
    """(good → (firm, extra), good → what is wrong) of fields `firm_<id>` and `extra_<id>`; a good without fields is left as it is.

    `goods` tells of each whether it is sold by weight; with `only` the others are not read.
    """
    wanted: dict[int, tuple[int, int]] = {}
    wrong: dict[int, str] = {}
    for good_id, by_weight in goods.items():
        if f"firm_{good_id}" not in data or (only is not None and good_id != only):
            continue
        firm = units_typed(str(data[f"firm_{good_id}"])[:20], by_weight)
        extra = units_typed(str(data.get(f"extra_{good_id}", ""))[:20], by_weight)
        if firm is None or extra is None:
            wrong[good_id] = str(_("Give a whole number; kilograms and litres may have decimals."))
        else:
            wanted[good_id] = (firm, extra)
    return wanted, wrong


class UntilForm(RefusableForm):
    """A new term."""

    until = moment_field(_("New term"), required=True)
