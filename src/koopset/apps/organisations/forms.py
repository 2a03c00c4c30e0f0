"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from koopset.apps.organisations.selectors import form_choices, how_choices, legal_form, office_name
from koopset.foundation.rights.roles import ASSIGNABLE, Role
from koopset.foundation.ui.forms import RefusableForm, day_field, digits_field


class OrganisationForm(RefusableForm):
    """The card of a body."""

    form = forms.ChoiceField(label=_("Legal form"), choices=form_choices)
    name_short = forms.CharField(
        label=_("Short name"), max_length=120, help_text=_("as in the charter: СНТ «Берёзка»")
    )
    name_full = forms.CharField(label=_("Full name"), max_length=300, required=False)
    inn = digits_field(_("Taxpayer number (ИНН)"), 12)
    kpp = forms.CharField(label=_("КПП"), max_length=20, required=False)
    ogrn = digits_field(_("ОГРН"), 15)
    oktmo = digits_field(_("ОКТМО"), 11)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )


class BankAccountForm(RefusableForm):
    """An account in a bank; its key is checked against the bank's БИК."""

    number = digits_field(_("Account number"), 20, required=True, help_text=_("20 digits"))
    bic = digits_field(_("БИК"), 9, required=True, help_text=_("9 digits"))
    bank_name = forms.CharField(label=_("Bank"), max_length=160)
    correspondent = digits_field(_("Correspondent account"), 20)
    title = forms.CharField(
        label=_("Purpose of the account"),
        max_length=100,
        required=False,
        help_text=_("membership fees, target fees"),
    )

    for_fees = forms.BooleanField(
        label=_("Fees are to be paid to this account"),
        required=False,
        help_text=_("the first account is for fees anyway"),
    )


class ObjectionForm(RefusableForm):
    """Why a change of bank details is stopped."""

    word = forms.CharField(
        label=_("What you know of it"),
        max_length=300,
        required=False,
        help_text=_("the operator of the platform reads it"),
    )


#: A group of buyers has no minutes of a charter's body and no act: its members agreed.
_BY_AGREEMENT = {
    "minutes_number": _("Number of the decision of the members"),
    "minutes_on": _("Date of the decision"),
    "act_number": _("Number of the agreement with the members"),
    "act_on": _("Date of the agreement"),
    "act_by": _("Who the organiser is"),
}


class VerificationForm(RefusableForm):
    """Which papers proved the chair's authority: of a legal person an extract, of a body that is none an act of local self-government,
    of a group of buyers its agreement.
    """

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

    def __init__(self, *args: Any, legal_person: bool, by_agreement: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_agreement:
            for name, label in _BY_AGREEMENT.items():
                self.fields[name].label = label
            self.fields["act_by"].help_text = _(
                "the organiser and how they were recognised: a passport was shown; its number is not written"
            )
        self.fields["how"].choices = how_choices(legal_person=legal_person)  # type: ignore[attr-defined]
        for name in list(self.fields):
            if name.startswith("act_" if legal_person else "extract_"):
                del self.fields[name]
            elif name.startswith("act_"):
                self.fields[name].required = True


class RoleForm(RefusableForm):
    """An office given to a person."""

    role = forms.ChoiceField(label=_("Role"))
    person = forms.CharField(
        label=_("Who"),
        max_length=320,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    for_person = forms.CharField(
        label=_("Stands for"),
        max_length=320,
        required=False,
        help_text=_("for a representative only"),
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    valid_from = day_field(_("From"))
    valid_to = day_field(_("To"), required=False, help_text=_("empty: until ended"))
    basis = forms.CharField(
        label=_("Basis"), max_length=300, help_text=_("decision or power of attorney: kind, date, number")
    )

    def __init__(self, *args: Any, roles: Sequence[Role], form: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(role.value, capfirst(office_name(form, role.value))) for role in roles]
        self.fields["role"].choices = named  # type: ignore[attr-defined]


def roles_to_give(form: str, *, is_operator: bool) -> list[Role]:
    """Offices of the legal form in the order of weight; a chair is entered by the operator only."""
    order = (
        Role.CHAIR,
        Role.BOARD,
        Role.ACCOUNTANT,
        Role.TREASURER,
        Role.AUDITOR,
        Role.STAFF,
        Role.REPRESENTATIVE,
    )
    held = {office.role for office in legal_form(form).offices}
    return [
        role
        for role in order
        if role in ASSIGNABLE and role.value in held and (is_operator or role is not Role.CHAIR)
    ]


class RoleEndForm(RefusableForm):
    """The last day of an office."""

    on = day_field(_("Last day"))
