from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.foundation.access.scopes import scope_groups
from koopset.foundation.ui.forms import day_field


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Which program is it for"),
        max_length=80,
        help_text=_("for example: 1С, the bank, the meter service"),
    )
    expires_on = day_field(
        _("Last day"),
        required=False,
        help_text=_("Without a date the key works until you revoke it."),
    )

    def __init__(self, *args: Any, only: Collection[str] | None = None, **kwargs: Any) -> None:
        """`only`: the rights that may be chosen; None: all that have words."""
        super().__init__(*args, **kwargs)
        for group in scope_groups():
            choices = [
                (right, str(words)) for right, words in group.rights.items() if only is None or right in only
            ]
            if not choices:
                continue
            self.fields[f"scopes_{group.room}"] = forms.MultipleChoiceField(
                label=str(group.title),
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def chosen(self) -> list[str]:
        """Rights ticked in all groups."""
        return [
            scope
            for name, values in self.cleaned_data.items()
            if name.startswith("scopes_")
            for scope in values
        ]

    @property
    def groups(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("scopes_")]


class OrganisationKeyForm(TokenForm):
    """As a person's key, but its last day is asked: nobody remembers a key that never ends."""

    expires_on = day_field(
        _("Last day"),
        help_text=_("A year at most. Fourteen days before it you are reminded to make the next."),
    )
