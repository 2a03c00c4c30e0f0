"""Shapes of what people send. The rules behind them are asked by the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from koopset.apps.catalogue.selectors import categories, groups
from koopset.foundation.ui.forms import MoneyField, RefusableForm, day_field

UNITS = (
    ("pcs", pgettext_lazy("unit", "pcs")),
    ("kg", pgettext_lazy("unit", "kg")),
    ("g", pgettext_lazy("unit", "g")),
    ("l", pgettext_lazy("unit", "l")),
    ("ml", pgettext_lazy("unit", "ml")),
)
#: Between the category and its kind in one choice.
MARK = "/"


def is_english() -> bool:
    """Whether the reader's language is English: titles of categories are data in two languages."""
    return (get_language() or "ru").startswith("en")


def what_choices() -> list[tuple[str, Any]]:
    """Categories in their groups with kinds below them: «молоко_молочное», «молоко_молочное/кефир»."""
    english = is_english()
    titles = {group.key: group.title_en if english else group.title for group in groups()}
    found: dict[str, list[tuple[str, str]]] = {title: [] for title in titles.values()}
    for key, info in categories().items():
        rows = found.setdefault(titles.get(info.parent, info.parent), [])
        title = info.title_en if english else info.title
        rows.append((key, title))
        rows += [
            (f"{key}{MARK}{kind.key}", f"{title}: {kind.title_en if english else kind.title}")
            for kind in info.kinds
        ]
    return [("", "—"), *((title, rows) for title, rows in found.items() if rows)]


class CodeForm(RefusableForm):
    """The text of a receipt's code."""

    code = forms.CharField(
        label=_("What the code says"),
        max_length=2000,
        help_text=_("t=20231203T2319&s=261.80&fn=…&i=…&fp=…&n=1"),
        widget=forms.Textarea(
            attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )


class HandForm(RefusableForm):
    """A purchase typed by hand in ten seconds: what and for how much; all else may be left."""

    name = forms.CharField(
        label=_("What was bought"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "often"}),
    )
    sum = MoneyField(label=_("For how much, roubles"))
    quantity = forms.DecimalField(
        label=_("How much"),
        max_digits=9,
        decimal_places=3,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS, required=False)
    shop_name = forms.CharField(label=_("Shop"), max_length=120, required=False)
    day = day_field(_("Day"), required=False)


class LineForm(RefusableForm):
    """One line of a paper receipt."""

    name = forms.CharField(label=_("What was bought"), max_length=250, required=False)
    sum = MoneyField(label=_("For how much, roubles"), required=False, empty=0)
    quantity = HandForm.base_fields["quantity"]
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS, required=False)

    def is_blank(self) -> bool:
        """Whether nothing is typed in the row."""
        data = getattr(self, "cleaned_data", {})
        return not data.get("name") and not data.get("sum")


class TellForm(RefusableForm):
    """What a name is."""

    name = forms.CharField(max_length=250, widget=forms.HiddenInput)
    what = forms.ChoiceField(label=_("What it is"), choices=what_choices, required=True)

    def told(self) -> tuple[str, str]:
        """(category, kind)."""
        category, _mark, kind = str(self.cleaned_data["what"]).partition(MARK)
        return category, kind


class PlaceForm(RefusableForm):
    """Where the household lives, out of the tree of territories."""

    territory_id = forms.TypedChoiceField(label=_("District or settlement"), coerce=int)

    def __init__(self, *args: Any, places: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory_id"].choices = [("", "—"), *places]  # type: ignore[attr-defined]
