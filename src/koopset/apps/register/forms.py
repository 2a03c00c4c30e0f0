"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.register.models import Membership, Ownership, PowerOfAttorney, Unit
from koopset.foundation.refusals import text_of
from koopset.foundation.ui.forms import RefusableForm, day_field
from koopset.kernel.fractions import parse_share
from koopset.kernel.violations import RuleViolation


class AreaField(forms.CharField):
    """Square metres with a decimal comma or point, spaces forgiven."""

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
        if not number.is_finite() or not 0 < number < Decimal(10000000000):
            raise forms.ValidationError(_("The area is a number above zero, in square metres: 640 or 640,5."))
        return number


class UnitForm(RefusableForm):
    """The card of a unit."""

    kind = forms.ChoiceField(label=_("What it is"), choices=Unit.Kind.choices)
    number = forms.CharField(label=_("Number"), max_length=30)
    street = forms.CharField(label=_("Line, street or entrance"), max_length=100, required=False)
    cadastral_number = forms.CharField(
        label=_("Cadastral number"),
        max_length=40,
        required=False,
        help_text=_("from the extract, like 47:07:0123456:78"),
    )
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)


class NewUnitForm(UnitForm):
    """A new unit with its area."""

    area_m2 = AreaField(label=_("Area, m²"), required=False)
    since = day_field(_("In the register since"))


class AreaForm(RefusableForm):
    """Another area from a date on."""

    area_m2 = AreaField(label=_("Area, m²"))
    on = day_field(_("Starting from"))
    document = forms.CharField(
        label=_("Document"),
        max_length=200,
        required=False,
        help_text=_("survey plan, extract: number and date"),
    )


class CloseForm(RefusableForm):
    """The unit leaves the register."""

    on = day_field(_("Last day in the register"))


class TransferForm(RefusableForm):
    """When and by what paper the owners change."""

    on = day_field(_("Owners since"), help_text=_("date of registration of the right, from the extract"))
    deed = forms.CharField(
        label=_("Deed"), max_length=200, required=False, help_text=_("extract or contract: number and date")
    )
    create = forms.BooleanField(
        label=_("Make cards for those who are not in the register yet"), required=False
    )


class OwnerForm(RefusableForm):
    """One owner: a line of the form of a transfer."""

    owner = forms.CharField(
        label=_("Owner"),
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    share = forms.CharField(label=_("Share"), max_length=25, required=False)
    right = forms.ChoiceField(label=_("Right"), choices=Ownership.Right.choices, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("share", "")
        if data.get("owner") and text:
            try:
                data["share"] = parse_share(text)
            except RuleViolation as refusal:
                self.add_error("share", text_of(refusal))
        elif data.get("owner"):
            data["share"] = None
        return data


class MembershipOpenForm(RefusableForm):
    """A person becomes a member."""

    on = day_field(_("Member since"))
    decision = forms.TypedChoiceField(label=_("By decision"), coerce=int, empty_value=None, required=False)
    card_number = forms.CharField(label=_("Number of the member's book"), max_length=30, required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [("", _("not entered")), *decisions]  # type: ignore[attr-defined]


class MembershipCloseForm(RefusableForm):
    """A person ceases to be a member."""

    on = day_field(_("Last day of membership"))
    ground = forms.ChoiceField(label=_("Why"), choices=Membership.Ground.choices)
    document = forms.CharField(
        label=_("Paper"),
        max_length=200,
        required=False,
        help_text=_("application, contract: date and number"),
    )
    decision = forms.TypedChoiceField(label=_("By decision"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = [("", _("not entered")), *decisions]  # type: ignore[attr-defined]

    def leave_out(self, grounds: set[str]) -> None:
        """Take away the grounds that go by steps of their own."""
        field = self.fields["ground"]
        field.choices = [one for one in Membership.Ground.choices if one[0] not in grounds]  # type: ignore[attr-defined]


class DecisionForm(RefusableForm):
    """A decision as the minutes have it."""

    body = forms.ChoiceField(label=_("Who decided"))
    decided_on = day_field(_("Date"))
    number = forms.CharField(label=_("Number of the minutes"), max_length=40)
    item = forms.CharField(label=_("Item of the agenda"), max_length=20, required=False)
    title = forms.CharField(label=_("What about"), max_length=200)
    wording = forms.CharField(
        label=_("Wording"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("word by word, as in the minutes: figures and terms too"),
    )
    article = forms.CharField(label=_("Article of law or charter"), max_length=120, required=False)
    file = forms.FileField(label=_("Minutes, scanned"), required=False, help_text=_("PDF or a picture"))

    def __init__(self, *args: Any, bodies: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["body"].choices = list(bodies)  # type: ignore[attr-defined]


class ImportFileForm(RefusableForm):
    """A file of a register."""

    file = forms.FileField(label=_("Table of the register"), help_text=_("XLSX or CSV, any order of columns"))
    as_of = day_field(
        _("The file is right on"), help_text=_("owners without a date of their own are owners since this day")
    )


class ManyFilesInput(forms.FileInput):
    """A drop zone that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; the cleaned value is a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=ManyFilesInput(attrs={"multiple": True}), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = (
            [one for one in (data or []) if one] if isinstance(data, list | tuple) else [data] if data else []
        )
        if not found:
            super().clean(None, initial)
        return [super(ManyFilesField, self).clean(one, initial) for one in found[:10]]


class ApplicationForm(RefusableForm):
    """An application for membership as the law asks for it."""

    person = forms.TypedChoiceField(label=_("Who joins"), coerce=int)
    residence = forms.CharField(label=_("Place of residence"), max_length=300)
    postal_address = forms.CharField(
        label=_("Postal address"), max_length=300, help_text=_("where registered letters reach you")
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("notices come there"))
    papers = ManyFilesField(
        label=_("Documents of title to the plot"),
        required=False,
        help_text=_("extract from the cadastre, certificate, contract: PDF or pictures, several at once"),
    )
    consents = forms.BooleanField(
        label=_("I agree to keep to the charter of the partnership"), required=False
    )

    def __init__(self, *args: Any, persons: Sequence[tuple[int, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if persons is None:
            del self.fields["person"]
        else:
            self.fields["person"].choices = list(persons)  # type: ignore[attr-defined]
            if len(persons) == 1:
                self.fields["person"].initial = persons[0][0]
                self.fields["person"].widget = forms.HiddenInput()


class PaperApplicationForm(ApplicationForm):
    """The same brought on paper: the office types it in."""

    name = forms.CharField(
        label=_("Who joins"),
        max_length=320,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    submitted_on = day_field(_("Brought on"), help_text=_("the term of the decision runs from this day"))
    field_order = ("name", "submitted_on", "residence", "postal_address", "email", "papers", "consents")


class WordForm(RefusableForm):
    """A word to go with a deed."""

    word = forms.CharField(label=_("What to mend"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionChoiceForm(RefusableForm):
    """A decision of the register, or a new one by its minutes."""

    decision = forms.TypedChoiceField(label=_("Decision"), coerce=int, empty_value=None, required=False)
    decided_on = day_field(_("Date of the minutes"), required=False)
    number = forms.CharField(label=_("Number of the minutes"), max_length=40, required=False)
    item = forms.CharField(label=_("Item of the agenda"), max_length=20, required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = ("", _("a new one: write its minutes below"))
        self.fields["decision"].choices = [first, *decisions]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") is None:
            for name in ("decided_on", "number"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(
                        name, _("Choose a decision above, or give the date and number of its minutes.")
                    )
        return data


class ExclusionDecisionForm(DecisionChoiceForm):
    """What the meeting decided of an exclusion; `paid_after` is asked where the contributions are paid by now."""

    paid_after = forms.BooleanField(label=_("The contributions were paid after the meeting"), required=False)


class ApplicationDecisionForm(DecisionChoiceForm):
    """What the board decided about an application."""

    outcome = forms.ChoiceField(
        label=_("What was decided"),
        choices=[("admit", _("admit")), ("refuse", _("refuse"))],
        widget=forms.RadioSelect,
    )
    card_number = forms.CharField(label=_("Number of the member's book"), max_length=30, required=False)
    ground = forms.ChoiceField(label=_("Ground of the refusal"), required=False)
    word = forms.CharField(
        label=_("Why it was refused"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("outcome", "decision", "decided_on", "number", "item", "card_number", "ground", "word")

    def __init__(self, *args: Any, grounds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [("", _("only for a refusal")), *grounds]  # type: ignore[attr-defined]


class DeathForm(RefusableForm):
    """A person has died."""

    died_on = day_field(_("Day of death"))
    document = forms.CharField(
        label=_("Certificate"), max_length=200, help_text=_("certificate of death: number and date")
    )


class DeathReverseForm(RefusableForm):
    """A death was entered by mistake."""

    word = forms.CharField(
        label=_("How the mistake happened"), max_length=500, help_text=_("for example: a namesake of plot 12")
    )
    document = forms.CharField(
        label=_("Document"), max_length=200, required=False, help_text=_("if there is one: what proves it")
    )
    heirs_stay = forms.BooleanField(
        label=_("What heirs have taken stays theirs until a court decides (ГК РФ art. 46)"), required=False
    )


class HeirForm(RefusableForm):
    """One heir: a line of the form of an inheritance."""

    owner = forms.CharField(
        label=_("Heir"),
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    share = forms.CharField(label=_("Share of the plot"), max_length=25, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text, data["share"] = data.get("share", ""), None
        if data.get("owner") and text:
            try:
                data["share"] = parse_share(text)
            except RuleViolation as refusal:
                self.add_error("share", text_of(refusal))
        return data


class EstateForm(RefusableForm):
    """When and by what certificate heirs took the estate."""

    on = day_field(_("Owners since"), help_text=_("date of the certificate of inheritance"))
    deed = forms.CharField(
        label=_("Certificate of inheritance"), max_length=200, help_text=_("number, date, notary")
    )
    create = forms.BooleanField(
        label=_("Make cards for those who are not in the register yet"), required=False
    )


class PartForm(RefusableForm):
    """One of the plots that a division makes."""

    number = forms.CharField(label=_("Number"), max_length=30, required=False)
    area_m2 = AreaField(label=_("Area, m²"), required=False)
    cadastral_number = forms.CharField(label=_("Cadastral number"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("number") and data.get("area_m2") is None and "area_m2" not in self.errors:
            self.add_error("area_m2", _("Give the area of this plot."))
        if not data.get("number") and data.get("area_m2") is not None:
            self.add_error("number", _("Give the number of this plot."))
        return data


class DivisionForm(RefusableForm):
    """When and by what paper a plot is divided or joined."""

    on = day_field(_("Starting from"), help_text=_("date of registration of the new plots"))
    document = forms.CharField(
        label=_("Document"),
        max_length=200,
        required=False,
        help_text=_("survey plan, extract: number and date"),
    )
    accept_difference = forms.BooleanField(
        label=_("The areas are right: enter with the difference"), required=False
    )


class MergeForm(DivisionForm):
    """Plots that become one."""

    numbers = forms.CharField(
        label=_("Numbers of the plots to join"), max_length=300, help_text=_("with commas: 12, 13")
    )
    number = forms.CharField(label=_("Number of the new plot"), max_length=30)
    area_m2 = AreaField(label=_("Area, m²"))
    cadastral_number = forms.CharField(label=_("Cadastral number"), max_length=40, required=False)
    field_order = ("numbers", "number", "area_m2", "cadastral_number", "on", "document", "accept_difference")


class ExclusionStartForm(RefusableForm):
    """Begin an exclusion."""

    term_months = forms.IntegerField(
        label=_("Months without payment"),
        min_value=1,
        max_value=60,
        help_text=_("as the law says; the charter may set a longer term"),
    )


class NoticeForm(RefusableForm):
    """A notice with its proof."""

    channel = forms.ChoiceField(label=_("How it was served"))
    sent_on = day_field(_("Sent or handed over"))
    number = forms.CharField(
        label=_("Number of the registered letter"),
        max_length=60,
        required=False,
        help_text=_("from the receipt"),
    )
    received_on = day_field(_("Received on"), required=False, help_text=_("if it is known already"))
    title = forms.CharField(label=_("What about"), max_length=200)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}))
    file = forms.FileField(
        label=_("Proof"),
        required=False,
        help_text=_("receipt of the post or the sheet with the signature: PDF, picture"),
    )

    def __init__(self, *args: Any, channels: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = list(channels)  # type: ignore[attr-defined]


class ReceivedForm(RefusableForm):
    """When a letter reached the person."""

    received_on = day_field(_("Received on"))


class DropForm(RefusableForm):
    """No exclusion after all."""

    word = forms.CharField(label=_("Why"), max_length=500)


class PowerForm(RefusableForm):
    """A power of attorney as its paper has it."""

    principal = forms.CharField(
        label=_("Who gave it"),
        max_length=320,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    agent = forms.CharField(
        label=_("To whom"),
        max_length=320,
        widget=forms.TextInput(attrs={"list": "known-persons", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=PowerOfAttorney.Kind.choices)
    number = forms.CharField(
        label=_("Number"), max_length=60, required=False, help_text=_("of the notary's register")
    )
    issued_on = day_field(_("Date"))
    valid_to = day_field(
        _("In force until"), required=False, help_text=_("without a term it holds a year (ГК art. 186)")
    )
    scope = forms.MultipleChoiceField(label=_("For which matters"), widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(label=_("Scan"), required=False, help_text=_("PDF or a picture"))

    def __init__(self, *args: Any, scopes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = list(scopes)  # type: ignore[attr-defined]


class RevokeForm(RefusableForm):
    """A revocation on paper."""

    on = day_field(_("Revoked on"))


def initial_day(value: date | None) -> str:
    """A date as the browser's calendar takes it."""
    return value.isoformat() if value else ""
