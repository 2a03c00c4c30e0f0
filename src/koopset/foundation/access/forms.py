from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.foundation.access.scopes import scope_groups


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Which program is it for"),
        max_length=80,
        help_text=_("for example: 1С, the bank, the meter service"),
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Without a date the key works until you revoke it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in scope_groups():
            self.fields[f"scopes_{group.room}"] = forms.MultipleChoiceField(
                label=str(group.title),
                choices=[(right, str(words)) for right, words in group.rights.items()],
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
