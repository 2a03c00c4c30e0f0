"""Items of an agenda, candidates, papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.forms.meeting import MeetingForm
from koopset.apps.meetings.models import AgendaItem
from koopset.apps.meetings.ports import EffectField
from koopset.apps.meetings.services import ItemTyped
from koopset.foundation.ui.forms import MoneyField, day_field
from koopset.kernel.money import format_rub

PREFIX = "effect_"


class TypeForm(MeetingForm):
    """Of which type a new item is: a row of the law's competence."""

    type = forms.ChoiceField(label=_("What is decided"), widget=forms.RadioSelect)


class ItemForm(MeetingForm):
    """An item as people will read it, with what its decision needs to be carried out. Fields of the effect come from the room that knows
    how, under `effect_…`.
    """

    title = forms.CharField(
        label=_("Item of the agenda"), max_length=300, help_text=_("As in the notice: «On the size of fees».")
    )
    wording = forms.CharField(
        label=_("Decision as it is put to the vote"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("People vote for or against exactly these words. After the notice they do not change."),
    )
    seats = forms.IntegerField(
        label=_("How many are elected"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Leave empty where the vote is for or against one decision without candidates."),
    )
    is_secret = forms.BooleanField(
        label=_("Secret vote"), required=False, help_text=_("In the hall only. Nobody sees who voted how.")
    )

    def __init__(
        self,
        *args: Any,
        asked: Sequence[EffectField] = (),
        may_elect: bool,
        may_be_secret: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = tuple(asked)
        if not may_elect:
            del self.fields["seats"]
        if not may_be_secret:
            del self.fields["is_secret"]
        for one in self.asked:
            # What the agenda leaves open is asked when the decision is carried out.
            self.fields[PREFIX + one.name] = field_of(replace(one, is_required=False))

    @property
    def effect_rows(self) -> list[forms.BoundField]:
        """Fields of the effect, for the page."""
        return [self[PREFIX + one.name] for one in self.asked]

    def typed(self, kind: str, before: Mapping[str, Any] | None = None) -> ItemTyped:
        """The item; what the form does not ask of the effect stays as it was."""
        data = self.cleaned_data
        effect = {**(before or {}), **effect_data(self.asked, data)}
        return ItemTyped(
            type=kind,
            title=data["title"],
            wording=data["wording"],
            is_secret=bool(data.get("is_secret")),
            seats=data.get("seats") or 0,
            effect_data={name: value for name, value in effect.items() if value not in ("", None)},
        )

    @staticmethod
    def initial_of(item: AgendaItem, asked: Sequence[EffectField]) -> dict[str, Any]:
        """An item as the form shows it."""
        found: dict[str, Any] = {
            "title": item.title,
            "wording": item.wording,
            "seats": item.seats or "",
            "is_secret": item.is_secret,
        }
        for one in asked:
            value = item.effect_data.get(one.name)
            if value is not None:
                found[PREFIX + one.name] = format_rub(value) if one.kind == "money" else value
        return found


def field_of(one: EffectField) -> forms.Field:
    """A field of a form for what a room asks."""
    label = str(one.label)
    common: dict[str, Any] = {
        "label": label[:1].upper() + label[1:],
        "required": one.is_required,
        "help_text": one.hint,
    }
    match one.kind:
        case "choice":
            choices = [("", _("choose")), *one.choices]
            return forms.ChoiceField(choices=choices, **common)
        case "money":
            return MoneyField(**common)
        case "day":
            return day_field(common.pop("label"), **common)
        case "number":
            return forms.IntegerField(min_value=0, **common)
    return forms.CharField(max_length=300, **common)


def effect_data(asked: Sequence[EffectField], data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the room that asked for it reads it: whole numbers and words."""
    found: dict[str, Any] = {}
    for one in asked:
        value = data.get(PREFIX + one.name)
        if isinstance(value, date):
            value = value.isoformat()
        if one.kind == "choice" and isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        found[one.name] = value
    return found


class EffectForm(MeetingForm):
    """What the agenda did not say and carrying out needs."""

    def __init__(self, *args: Any, asked: Sequence[EffectField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = tuple(asked)
        for one in self.asked:
            self.fields[PREFIX + one.name] = field_of(one)

    def data_typed(self) -> dict[str, Any]:
        """What was typed and is not empty."""
        found = effect_data(self.asked, self.cleaned_data)
        return {name: value for name, value in found.items() if value not in ("", None)}


class ByHandForm(MeetingForm):
    """What was done by hand."""

    note = forms.CharField(
        label=_("What you did"),
        max_length=300,
        help_text=_("«The budget is entered, contract No. 12 is signed»"),
    )


class CandidateForm(MeetingForm):
    """Somebody who stands."""

    person = forms.CharField(
        label=_("Surname, name, patronymic"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )


class PaperForm(MeetingForm):
    """A paper to read before the meeting."""

    title = forms.CharField(label=_("What paper it is"), max_length=200, help_text=_("«Estimate for 2027»"))
    file = forms.FileField(label=_("File"), help_text=_("PDF, Word, table or a picture"))
