"""Questions that the charter adds to the competence: each with who decides it, by how many, in which forms and by which clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.forms.meeting import MeetingForm, capital
from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.rules.law import (
    Base,
    Effect,
    Form,
    Leeway,
    MixedWhen,
    Source,
    Status,
    Voters,
    Weight,
    Words,
    threshold_read,
)
from koopset.apps.meetings.rules.profile import Item, Profile
from koopset.apps.meetings.selectors.words import BASES, VOTERS, WEIGHTS, threshold_words

#: Thresholds that charters ask for; what an item has already joins them.
THRESHOLDS = (
    "more than 1/2",
    "at least 3/5",
    "at least 2/3",
    "more than 2/3",
    "at least 3/4",
    "more than 3/4",
    "at least 4/5",
    "at least 9/10",
    "at least 1/1",
)
_PREFIX = "charter-"


def threshold_choices(*more: str) -> list[tuple[str, str]]:
    """Thresholds in words; `more`: what else stands somewhere."""
    known = dict.fromkeys([*THRESHOLDS, *more])
    return [(text, threshold_words(threshold_read(text), "").strip()) for text in known]


def _measures(profile: Profile) -> Iterator[tuple[str, str]]:
    """Of whom a threshold can be a part, by which weight: as the law of the form weighs votes anywhere."""
    weights = {item.weight for item in profile.items} or {Weight.HEAD}
    bases = {
        Weight.HEAD: (Base.PRESENT, Base.ALL_MEMBERS),
        Weight.AREA: (Base.PRESENT, Base.ALL_VOTES),
    }
    for weight in Weight:
        if weight in weights:
            for base in bases[weight]:
                text = gettext("%(base)s: %(weight)s") % {"base": BASES[base], "weight": WEIGHTS[weight]}
                yield f"{weight.value} {base.value}", text


class AddedItemForm(MeetingForm):
    """One question of the charter. `known`: the one that holds, with its key; without it an empty place for another."""

    title = forms.CharField(
        label=_("Question"),
        max_length=300,
        error_messages={"required": _("Name the question.")},
        help_text=_("As the charter names it: «consent to lease common land»"),
    )
    voters = forms.ChoiceField(label=_("Who votes"))
    needs = forms.ChoiceField(label=_("How many must be for it"))
    measure = forms.ChoiceField(label=_("Of whom, and what a vote weighs"))
    forms_of_meeting = forms.MultipleChoiceField(
        label=_("Forms of meeting that may decide it"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Mark at least one form of meeting.")},
    )
    clause = forms.CharField(
        label=_("Clause of the charter"),
        max_length=200,
        error_messages={"required": _("Name the clause of the charter.")},
    )
    remove = forms.BooleanField(label=_("The charter has it no more"), required=False)

    def __init__(self, *args: Any, profile: Profile, known: Item | None, **kwargs: Any) -> None:
        super().__init__(
            *args,
            initial=_initial_of(profile, known),
            empty_permitted=known is None,
            use_required_attribute=False,
            **kwargs,
        )
        self.known = known
        used = {item.voters for item in profile.items} | ({known.voters} if known else set())
        self._choose("voters", [(one.value, capital(str(VOTERS[one]))) for one in Voters if one in used])
        self._choose("needs", threshold_choices(*([str(known.needs)] if known else [])))
        whole = replace(profile, items=(*profile.items, known)) if known else profile
        self._choose("measure", list(_measures(whole)))
        self._choose("forms_of_meeting", [(one, capital(str(text))) for one, text in Meeting.Form.choices])
        if known is None:
            del self.fields["remove"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def is_given(self) -> bool:
        """Whether the charter has it: something was typed, and it was not taken away."""
        return self.has_changed() if self.known is None else not self.cleaned_data.get("remove")

    def item(self, key: str) -> Item:
        """What was typed, with what the form does not ask as it was."""
        data, known = self.cleaned_data, self.known
        weight, base = data["measure"].split()
        kept = known is not None and data["title"] == known.title.in_language(get_language() or "ru")
        title = known.title if known is not None and kept else Words(data["title"], data["title"])
        can_be_mixed = Form.MIXED.value in data["forms_of_meeting"]
        return Item(
            key=key,
            number=known.number if known else "",
            title=title,
            voters=Voters(data["voters"]),
            weight=Weight(weight),
            base=Base(base),
            needs=threshold_read(data["needs"]),
            quorum=known.quorum if known else None,
            forms=tuple(Form(one) for one in data["forms_of_meeting"]),
            mixed=known.mixed if known and can_be_mixed else MixedWhen.ALWAYS,
            electronic=known.electronic if known else "",
            effect=known.effect if known else Effect.NONE,
            charter=Leeway.NO,
            source=Source(data["clause"], Status.READ),
        )


def _initial_of(profile: Profile, known: Item | None) -> dict[str, Any]:
    if known is None:
        first = next(iter(profile.items), None)
        if first is None:
            return {"needs": THRESHOLDS[0]}
        return {
            "voters": first.voters.value,
            "needs": THRESHOLDS[0],
            "measure": f"{first.weight.value} {Base.PRESENT.value}",
            "forms_of_meeting": [Form.IN_PERSON.value],
        }
    return {
        "title": known.title.in_language(get_language() or "ru"),
        "voters": known.voters.value,
        "needs": str(known.needs),
        "measure": f"{known.weight.value} {known.base.value}",
        "forms_of_meeting": [one.value for one in known.forms],
        "clause": known.source.article,
    }


class AddedItems:
    """All questions that the charter adds, and a place for one more; none where the law closes the list and nothing was added."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        profile: Profile,
        added: Iterable[Item],
        names: dict[str, str],
    ) -> None:
        self.known = tuple(added)
        places: list[Item | None] = list(self.known)
        if profile.says("items.open"):
            places.append(None)
        self.taken = {item.key for item in profile.items} | {item.key for item in self.known}
        self.forms = [
            AddedItemForm(
                data,
                profile=profile,
                known=one,
                names=names,
                prefix=f"added-{one.key if one else 'new'}",
            )
            for one in places
        ]

    def is_valid(self) -> bool:
        """All of them: each shows its own faults."""
        valid = [form.is_valid() for form in self.forms]
        return all(valid)

    @property
    def items(self) -> tuple[Item, ...]:
        """What the charter adds from now on. A new one gets a key of its own."""
        return tuple(
            form.item(form.known.key if form.known else self._new_key())
            for form in self.forms
            if form.is_given
        )

    def _new_key(self) -> str:
        number = 1
        while f"{_PREFIX}{number}" in self.taken:
            number += 1
        return f"{_PREFIX}{number}"
