"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.joining.models import ApplicationDocument
from koopset.apps.organisations.selectors import form_choices, how_choices
from koopset.foundation.ui.forms import RefusableForm, day_field, digits_field


class ApplicationForm(RefusableForm):
    """Who applies and in whose name. Only the short name is needed for a draft."""

    form = forms.ChoiceField(label=_("Legal form"))
    name_short = forms.CharField(
        label=_("Short name"), max_length=120, help_text=_("as in the charter: СНТ «Берёзка»")
    )
    name_full = forms.CharField(label=_("Full name"), max_length=300, required=False)
    inn = digits_field(
        _("Taxpayer number (ИНН)"),
        12,
        help_text=_(
            "10 digits, of an entrepreneur 12; left empty by a body that is no legal person: a ТОС, a settlement of family homesteads"
        ),
    )
    ogrn = digits_field(_("ОГРН"), 15, help_text=_("13 digits, of an entrepreneur 15; left empty likewise"))
    territory_id = forms.TypedChoiceField(
        label=_("District and settlement"), coerce=int, empty_value=None, required=False
    )
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    last_name = forms.CharField(label=_("Last name of the chair"), max_length=100, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    middle_name = forms.CharField(label=_("Middle name"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    contact_shown = forms.BooleanField(
        label=_("The coordinator of the district may call and write to me"), required=False
    )
    elected_on = day_field(_("Elected chair on"), required=False)
    term_until = day_field(
        _("Term until"), required=False, help_text=_("as in the minutes or the charter; at most five years")
    )
    minutes_number = forms.CharField(label=_("Number of the minutes"), max_length=40, required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = form_choices()  # type: ignore[attr-defined]
        self.fields["territory_id"].choices = [("", _("choose")), *places]  # type: ignore[attr-defined]


class BuyerGroupForm(RefusableForm):
    """A new group of buyers and who organises it."""

    name_short = forms.CharField(label=_("Name of the group"), max_length=120)
    territory_id = forms.TypedChoiceField(label=_("District or settlement"), coerce=int)
    last_name = forms.CharField(label=_("Your last name"), max_length=100)
    first_name = forms.CharField(label=_("First name"), max_length=100)
    middle_name = forms.CharField(label=_("Middle name"), max_length=100, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory_id"].choices = [("", _("choose")), *places]  # type: ignore[attr-defined]


class DocumentForm(RefusableForm):
    """A paper."""

    kind = forms.ChoiceField(label=_("What paper it is"), choices=ApplicationDocument.Kind.choices)
    file = forms.FileField(label=_("File"), help_text=_("PDF or a picture, up to 20 MB"))


class WordForm(RefusableForm):
    """A word to the applicant."""

    word = forms.CharField(
        label=_("What is wrong and what to do"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CheckForm(RefusableForm):
    """Which papers proved the chair's authority."""

    minutes_number = forms.CharField(label=_("Number of the minutes"), max_length=40)
    minutes_on = day_field(_("Date of the minutes"))
    extract_number = forms.CharField(
        label=_("Number of the extract from the state register (ЕГРЮЛ)"), max_length=60, required=False
    )
    extract_on = day_field(_("Date of the extract"), required=False)
    act_number = forms.CharField(
        label=_("Number of the act of local self-government"), max_length=60, required=False
    )
    act_on = day_field(_("Date of the act"), required=False)
    act_by = forms.CharField(
        label=_("Whose act it is"),
        max_length=160,
        required=False,
        help_text=_("who registered the charter: the council or the administration"),
    )
    how = forms.ChoiceField(label=_("How it was checked"))
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, legal_person: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = how_choices(legal_person=legal_person)  # type: ignore[attr-defined]
        for name in list(self.fields):
            if name.startswith("act_" if legal_person else "extract_"):
                del self.fields[name]
            elif name.startswith("act_"):
                self.fields[name].required = True


class HelpForm(RefusableForm):
    """A word of help."""

    text = forms.CharField(
        label=_("A word of help to the chair"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ContactForm(RefusableForm):
    """How the coordinator may reach the chair."""

    is_shown = forms.BooleanField(
        label=_("The coordinator of the district may call and write to me"), required=False
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )


class GroupForm(RefusableForm):
    """A pilot group."""

    district_id = forms.TypedChoiceField(label=_("District"), coerce=int)
    name = forms.CharField(label=_("Name of the group"), max_length=120)
    aim = forms.CharField(label=_("What they try"), max_length=300, required=False)

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district_id"].choices = list(places)  # type: ignore[attr-defined]


class MemberForm(RefusableForm):
    """A settlement for a group."""

    body_id = forms.TypedChoiceField(label=_("Settlement"), coerce=int)

    def __init__(self, *args: Any, bodies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body_id"].choices = list(bodies)  # type: ignore[attr-defined]


class CoordinatorForm(RefusableForm):
    """An appointment."""

    email = forms.CharField(
        label=_("E-mail of the login"), max_length=254, widget=forms.TextInput(attrs={"type": "email"})
    )
    name = forms.CharField(label=_("Name, as chairs see it"), max_length=160)
    territory_id = forms.TypedChoiceField(label=_("District or region"), coerce=int)
    valid_from = day_field(_("From"))
    valid_to = day_field(_("To"), required=False, help_text=_("empty: until ended"))
    basis = forms.CharField(
        label=_("Basis"), max_length=300, help_text=_("agreement or order: kind, date, number")
    )

    def __init__(self, *args: Any, places: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory_id"].choices = [("", _("choose")), *places]  # type: ignore[attr-defined]


class EndForm(RefusableForm):
    """The last day of an appointment."""

    on = day_field(_("Last day"))
