"""How a meeting is meant: kind, form, days, who calls it; who presides; why it is called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.models import Meeting, Official
from koopset.apps.meetings.selectors import TermsHere
from koopset.apps.meetings.selectors.words import law_name, names_of, refusal_words
from koopset.apps.meetings.services import Settings
from koopset.foundation.ui.forms import RefusableForm, day_field
from koopset.kernel.violations import RuleViolation

MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """A day and an hour by the browser's own picker."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
    return forms.DateTimeField(
        label=label, required=options.pop("required", False), widget=widget, input_formats=[MOMENT], **options
    )


def capital(text: str) -> str:
    """The text with a capital: a name of the law at the head of a line."""
    return text[:1].upper() + text[1:]


class MeetingForm(RefusableForm):
    """A form whose refusals name items and terms as a person calls them; `names`: their keys → names."""

    names: dict[str, str]

    def __init__(self, *args: Any, names: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names or {}

    def refuse(self, violation: RuleViolation) -> None:
        """Add the refusal to its field, or to the form where it has none."""
        field = violation.field if violation.field in self.fields else None
        self.add_error(field, refusal_words(violation, self.names))


class SettingsForm(MeetingForm):
    """A meeting as it is meant. `terms`: the laws that the body may meet by; what none of them knows is not asked."""

    law = forms.ChoiceField(label=_("What meeting"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("What it is called"), max_length=200, help_text=_("People read it in the notice.")
    )
    form = forms.ChoiceField(
        label=_("How it is held"), choices=Meeting.Form.choices, widget=forms.RadioSelect
    )
    starts_at = moment_field(
        _("Day and hour when people gather"),
        help_text=_("For a meeting in person, and for one with votes sent in."),
    )
    place = forms.CharField(label=_("Where people gather"), max_length=300, required=False)
    opens_on = day_field(_("Votes from afar are taken in from"), required=False)
    ends_at = moment_field(
        _("Votes are taken in until"), help_text=_("For a vote in absentia only: its last day and hour.")
    )
    electronic = forms.BooleanField(
        label=_("Votes from afar also by electronic means"),
        required=False,
        help_text=_("Only where the law and the charter let it: if not, the platform says by which article."),
    )
    initiator = forms.ChoiceField(label=_("Who calls it"), choices=Meeting.Initiator.choices)
    demanded_on = day_field(
        _("Day of the demand"), required=False, help_text=_("If members or auditors demanded the meeting.")
    )
    supporters = forms.IntegerField(label=_("How many demanded it"), required=False, min_value=0)
    demand_members = forms.IntegerField(label=_("Of how many members"), required=False, min_value=0)
    in_system = forms.BooleanField(label=_("Voting in the state system of housing (ГИС ЖКХ)"), required=False)
    message_on = day_field(_("Its administrator was told on"), required=False)
    posted_on = day_field(_("The message was posted in the system on"), required=False)

    def __init__(self, *args: Any, terms: Sequence[TermsHere], law: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [one for one in terms if not law or one.key == law] or list(terms)
        self.names = {key: name for one in wanted for key, name in names_of(one.profile).items()}
        self.fields["law"].choices = [(one.key, capital(law_name(one.profile))) for one in wanted]  # type: ignore[attr-defined]
        self.fields["form"].choices = [  # type: ignore[attr-defined]
            (value, capital(str(text))) for value, text in Meeting.Form.choices
        ]
        known = {word for one in wanted for word in one.profile.words("extraordinary.by")}
        if known:
            self.fields["initiator"].choices = [  # type: ignore[attr-defined]
                (value, text) for value, text in Meeting.Initiator.choices if value in known
            ]
        if not any(one.profile.term("system.least_days") for one in wanted):
            for name in ("in_system", "message_on", "posted_on"):
                del self.fields[name]
        if all(one.profile.word("electronic") == "no" for one in wanted):
            del self.fields["electronic"]

    def settings(self, before: Settings | None = None) -> Settings:
        """What was typed; what the form does not ask stays as it was."""
        data = dict(self.cleaned_data)
        for name in ("supporters", "demand_members"):
            data[name] = data.get(name) or 0
        values = {
            field.name: data.get(field.name, getattr(before, field.name, None)) for field in fields(Settings)
        }
        return Settings(**{name: value for name, value in values.items() if value is not None})

    @staticmethod
    def initial_of(settings: Settings) -> dict[str, Any]:
        """The settings as the form shows them."""
        found = {field.name: getattr(settings, field.name) for field in fields(Settings)}
        for name in ("starts_at", "ends_at"):
            found[name] = timezone.localtime(found[name]) if found[name] else None
        for name in ("supporters", "demand_members"):
            found[name] = found[name] or ""
        return found


class OfficialForm(MeetingForm):
    """Who presides, writes or counts."""

    role = forms.ChoiceField(label=_("Who is named"), choices=Official.Role.choices)
    person = forms.CharField(
        label=_("Surname, name, patronymic"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )


class RepeatForm(MeetingForm):
    """The repeated meeting: its day; items and form are what the law offers."""

    starts_at = moment_field(_("Day and hour when people gather"))
    place = forms.CharField(label=_("Where people gather"), max_length=300, required=False)
    opens_on = day_field(_("Votes from afar are taken in from"), required=False)
    ends_at = moment_field(_("Votes are taken in until"))

    def __init__(self, *args: Any, form_of_meeting: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if form_of_meeting == Meeting.Form.ABSENTIA:
            for name in ("starts_at", "place"):
                del self.fields[name]
        else:
            del self.fields["ends_at"]
        if form_of_meeting == Meeting.Form.IN_PERSON:
            del self.fields["opens_on"]
