"""Editions of the law by an administrator, and what the charter of a body changes in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.forms.charter_items import AddedItems, threshold_choices
from koopset.apps.meetings.forms.meeting import MeetingForm
from koopset.apps.meetings.rules.charter import MAY_ADD, CharterFacts, Clause
from koopset.apps.meetings.rules.law import Leeway, Threshold
from koopset.apps.meetings.rules.profile import Item, Profile, Term
from koopset.apps.meetings.rules.profile_text import profile_faults
from koopset.apps.meetings.rules.rule_kinds import KINDS, WHOLE_LISTS, RuleKind, ValueType
from koopset.apps.meetings.selectors.words import (
    LEEWAYS,
    TERMS,
    names_of,
    rule_words,
    said,
    value_words,
    word_words,
)
from koopset.foundation.ui.forms import day_field
from koopset.kernel.violations import RuleViolation

_MOST_FAULTS = 30


class EditionForm(MeetingForm):
    """A text of a law profile; its faults are named with their rows and lines."""

    text = forms.CharField(
        label=_("Text of the law for the platform"),
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "class": "ks-code", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=_("Why it is changed"),
        max_length=300,
        help_text=_("«Law No. 353 of 31.07.2025 changed the terms»"),
    )

    def refuse(self, violation: RuleViolation) -> None:
        """All faults of the text with their lines, not only the first."""
        faults = profile_faults(self.cleaned_data.get("text", ""))[:_MOST_FAULTS]
        if violation.field != "text" or not faults:
            super().refuse(violation)
            return
        for fault in faults:
            words = said(fault.code, {"where": fault.where, **fault.params}, {})
            place = (
                gettext("Line %(line)s. %(words)s") % {"line": fault.line, "words": words}
                if fault.line
                else words
            )
            self.add_error("text", place)


class EndForm(MeetingForm):
    """An edition is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=300)


@dataclass(frozen=True, slots=True)
class CharterRow:
    """A row of the law that the charter may change: what the law says, and two fields."""

    title: str
    law_says: str
    leeway: str
    article: str
    value: forms.BoundField
    clause: forms.BoundField


class CharterForm(MeetingForm):
    """Per row what the charter may change, with its clause; rows left empty stay as the law has them."""

    since = day_field(_("In force since"))
    document = forms.CharField(
        label=_("The charter and its edition"),
        max_length=300,
        help_text=_("«Charter in the edition of 12.05.2026, minutes No. 3»"),
    )
    absentia_clause = forms.CharField(label=_("Clause on voting in absentia"), max_length=300, required=False)
    electronic_clause = forms.CharField(
        label=_("Clause on electronic voting"), max_length=300, required=False
    )
    electronic_items = forms.MultipleChoiceField(
        label=_("Questions for electronic voting"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("With none marked the charter names no list: all questions may be voted on so."),
    )
    electronic_decision = forms.CharField(
        label=_("Decision of the owners that chose the system for electronic voting"),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, profile: Profile, added: Sequence[Item] = (), **kwargs: Any) -> None:
        whole = replace(profile, items=(*profile.items, *added))
        super().__init__(*args, names=names_of(whole), **kwargs)
        self.targets = list(_targets(profile))
        self.added = AddedItems(
            self.data if self.is_bound else None, profile=profile, added=added, names=self.names
        )
        self.fields["electronic_items"].choices = [  # type: ignore[attr-defined]
            (item.key, self.names[item.key]) for item in whole.items
        ]
        for target in self.targets:
            self.fields[f"value_{target.key}"] = target.field()
            self.fields[f"clause_{target.key}"] = forms.CharField(
                label=_("Clause of the charter"), max_length=200, required=False
            )

    @property
    def term_rows(self) -> list[CharterRow]:
        """Rows of single terms."""
        return [self._row(target) for target in self.targets if not target.key.startswith("item:")]

    @property
    def item_rows(self) -> list[CharterRow]:
        """Rows of items: their thresholds."""
        return [self._row(target) for target in self.targets if target.key.startswith("item:")]

    def _row(self, target: Target) -> CharterRow:
        return CharterRow(
            target.title,
            target.law_says,
            target.leeway,
            target.article,
            self[f"value_{target.key}"],
            self[f"clause_{target.key}"],
        )

    def clean(self) -> dict[str, Any]:
        """A value comes with its clause, and a clause with its value."""
        data = super().clean() or self.cleaned_data
        for target in self.targets:
            value, clause = data.get(f"value_{target.key}"), data.get(f"clause_{target.key}")
            if value not in (None, "", []) and not clause:
                self.add_error(f"clause_{target.key}", gettext("Name the clause of the charter."))
            if clause and value in (None, "", []):
                self.add_error(f"value_{target.key}", gettext("Say what the charter has here."))
        return data

    def is_valid(self) -> bool:
        """This form and the added questions, each of which shows its own faults."""
        questions = self.added.is_valid()
        return super().is_valid() and questions

    @property
    def is_refused(self) -> bool:
        """Whether something is to be mended."""
        return bool(self.errors) or any(form.errors for form in self.added.forms)

    def refuse(self, violation: RuleViolation) -> None:
        """A refusal of a row stands at that row."""
        target = str(violation.params.get("target") or violation.params.get("name") or "")
        field = f"value_{target}"
        if field in self.fields:
            self.add_error(field, said(violation.code, violation.params, self.names))
        else:
            super().refuse(violation)

    def clauses(self) -> list[Clause]:
        """What the charter changes."""
        found = []
        for target in self.targets:
            value = self.cleaned_data.get(f"value_{target.key}")
            if value not in (None, "", []):
                found.append(
                    Clause(target.key, target.read(value), self.cleaned_data[f"clause_{target.key}"])
                )
        return found

    def facts(self) -> CharterFacts:
        """What the charter makes possible."""
        data = self.cleaned_data
        items = data["electronic_items"]
        return CharterFacts(
            electronic_clause=data["electronic_clause"],
            electronic_items=frozenset(items) if items else None,
            electronic_decision=data["electronic_decision"],
            absentia_clause=data["absentia_clause"],
        )

    @staticmethod
    def initial_of(clauses: tuple[Clause, ...], facts: CharterFacts, document: str) -> dict[str, Any]:
        """What holds, as the form shows it."""
        found: dict[str, Any] = {
            "document": document,
            "absentia_clause": facts.absentia_clause,
            "electronic_clause": facts.electronic_clause,
            "electronic_items": sorted(facts.electronic_items or ()),
            "electronic_decision": facts.electronic_decision,
        }
        for one in clauses:
            value: Any = one.value
            if isinstance(value, bool):
                value = "yes" if value else "no"
            if isinstance(value, list) and one.target in WHOLE_LISTS:
                value = ",".join(value)
            found[f"value_{one.target}"] = value
            found[f"clause_{one.target}"] = one.clause
        return found


@dataclass(frozen=True, slots=True)
class Target:
    """A row that the charter may change. `kind` is None for the threshold of an item."""

    key: str
    title: str
    law_says: str
    leeway: str
    article: str
    kind: RuleKind | None
    needs: Threshold | None

    def field(self) -> forms.Field:
        """Its field: a number, yes or no, a word, a list of words, a threshold."""
        label = _("The charter says")
        common: dict[str, Any] = {"required": False}
        if self.kind is None or self.kind.type is ValueType.THRESHOLD:
            return forms.ChoiceField(label=label, choices=self._thresholds(), **common)
        match self.kind.type:
            case ValueType.NUMBER:
                return forms.IntegerField(
                    label=label, min_value=self.kind.least, max_value=self.kind.most, **common
                )
            case ValueType.YES:
                choices = [("", _("as the law has it")), ("yes", _("yes")), ("no", _("no"))]
                return forms.ChoiceField(label=label, choices=choices, **common)
            case ValueType.SOME if self.key in WHOLE_LISTS:
                orders = [
                    (",".join(order), value_words(self.key, order)) for order in permutations(self.kind.words)
                ]
                return forms.ChoiceField(
                    label=label, choices=[("", _("as the law has it")), *orders], **common
                )
            case ValueType.SOME:
                return forms.MultipleChoiceField(
                    label=label, choices=self._words(), widget=forms.CheckboxSelectMultiple, **common
                )
        return forms.ChoiceField(
            label=label, choices=[("", _("as the law has it")), *self._words()], **common
        )

    def _words(self) -> list[tuple[str, str]]:
        assert self.kind is not None
        return [(word, word_words(self.key, word)) for word in self.kind.words]

    def _thresholds(self) -> list[tuple[str, Any]]:
        more = [str(self.needs)] if self.needs is not None else []
        return [("", _("as the law has it")), *threshold_choices(*more)]

    def read(self, value: Any) -> int | bool | str | list[str]:
        """What was typed, as a profile writes it."""
        if self.kind is not None and self.kind.type is ValueType.YES:
            return bool(value == "yes")
        if self.key in WHOLE_LISTS and isinstance(value, str):
            return value.split(",")
        found: int | bool | str | list[str] = value
        return found


def _targets(profile: Profile) -> Iterator[Target]:
    for term in profile.terms.values():
        if term.charter is not Leeway.NO:
            yield _of_term(term)
    for key in sorted(MAY_ADD - profile.terms.keys()):
        yield Target(key, str(TERMS[key]), gettext("the law says nothing"), "", "", KINDS[key], None)
    for item in profile.items:
        if item.charter is not Leeway.NO:
            yield _of_item(item)


def _of_term(term: Term) -> Target:
    return Target(
        term.key,
        str(TERMS[term.key]),
        value_words(term.key, term.value),
        str(LEEWAYS[term.charter]),
        term.source.article,
        KINDS[term.key],
        term.value if isinstance(term.value, Threshold) else None,
    )


def _of_item(item: Item) -> Target:
    rule = rule_words(item)
    return Target(f"item:{item.key}", rule.title, rule.needs, rule.leeway, rule.article, None, item.needs)
