"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from koopset.apps.people.models import Login, Person
from koopset.foundation.ui.forms import RefusableForm, day_field


class SignUpNameForm(forms.Form):
    """The name at sign-up, put before the fields of allauth (ACCOUNT_SIGNUP_FORM_CLASS)."""

    last_name = forms.CharField(
        label=_("Last name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    first_name = forms.CharField(
        label=_("First name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    middle_name = forms.CharField(
        label=_("Middle name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "additional-name"}),
    )

    def signup(self, request: Any, user: Login) -> None:
        """The adapter has made the card; allauth asks for this method."""


class NameForm(RefusableForm):
    """One's own name, where sign-up did not ask for it."""

    last_name = forms.CharField(label=_("Last name"), max_length=100)
    first_name = forms.CharField(label=_("First name"), max_length=100)
    middle_name = forms.CharField(label=_("Middle name"), max_length=100, required=False)


class ContactsForm(RefusableForm):
    """Contacts of an own card."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        max_length=300,
        required=False,
        help_text=_("where letters and notices of meetings are sent"),
    )
    paper_only = forms.BooleanField(label=_("I take papers on paper only"), required=False)


class SettingsForm(RefusableForm):
    """Language and theme of a login."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Colours"), choices=Login.Theme.choices)


class PasswordForm(forms.Form):
    """The first password of an invited person."""

    password1 = forms.CharField(
        label=_("Password"),
        help_text=_("at least 10 characters; three words in a row are easy to remember and hard to guess"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, login: Login, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.login = login

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password1") and data.get("password2"):
            if data["password1"] != data["password2"]:
                self.add_error("password2", _("The passwords differ. Type the same one twice."))
            else:
                try:
                    validate_password(data["password1"], self.login)
                except forms.ValidationError as error:
                    self.add_error("password1", error)
        return data


class PersonForm(RefusableForm):
    """A card kept by the organisation."""

    kind = forms.ChoiceField(
        label=_("Who it is"),
        choices=Person.Kind.choices,
        widget=forms.RadioSelect,
        initial=Person.Kind.NATURAL,
    )
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    middle_name = forms.CharField(label=_("Middle name"), max_length=100, required=False)
    body_name = forms.CharField(
        label=_("Name of the body"),
        max_length=300,
        required=False,
        help_text=_("for a company or an office only"),
    )
    inn = forms.CharField(
        label=_("Taxpayer number (ИНН)"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.TextInput(attrs={"type": "email"})
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=64, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    postal_address = forms.CharField(label=_("Postal address"), max_length=300, required=False)
    birth_date = day_field(_("Date of birth"), required=False)
    paper_only = forms.BooleanField(label=_("Takes papers on paper only"), required=False)


class VisitForm(RefusableForm):
    """An operator's request to see a person's pages."""

    email = forms.EmailField(label=_("E-mail of the person"), max_length=254)
    reason = forms.CharField(
        label=_("What for"),
        max_length=300,
        help_text=_("the person reads it: “You wrote that the receipt does not open”"),
    )


class PhoneForm(RefusableForm):
    """A telephone a code is sent to."""

    phone = forms.CharField(
        label=_("Mobile phone"),
        max_length=32,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(RefusableForm):
    """The code from a message."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class HouseholdInviteForm(RefusableForm):
    """Whom to invite into the family; without an address the code alone is told."""

    email = forms.EmailField(
        label=_("E-mail of the person"),
        required=False,
        help_text=_("if they sign in here by it, they see the invitation on their own page"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class HouseholdJoinForm(RefusableForm):
    """The code of an invitation."""

    code = forms.CharField(
        label=_("Code of the invitation"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    bring = forms.BooleanField(label=_("bring my receipts along"), required=False, initial=True)


class HouseholdNameForm(RefusableForm):
    """How the family is called."""

    name = forms.CharField(label=_("Name of the family"), max_length=80, required=False)
