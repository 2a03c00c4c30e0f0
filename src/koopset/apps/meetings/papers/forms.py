"""Shape of what is typed on this room's pages; the rules are asked by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koopset.apps.meetings.papers.selectors.papers import MinutesPage
from koopset.apps.meetings.papers.services.minutes_text import MOST
from koopset.foundation.ui.forms import RefusableForm

_HEARD = "heard-"


class MinutesForm(RefusableForm):
    """The words of minutes that only people know: a passage for each item, objections, where they are kept."""

    objections = forms.CharField(
        label=_("Voted against and asked to have it written down"),
        help_text=_("Names; if there were none, write “none”."),
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kept_at = forms.CharField(
        label=_("Where the minutes and decisions are kept"), required=False, max_length=300
    )
    system_number = forms.CharField(
        label=_("Number of the minutes in ГИС ЖКХ"), required=False, max_length=60
    )

    def __init__(self, data: Any, *, page: MinutesPage) -> None:
        text = page.text
        start: dict[str, Any] = {}
        if text is not None:
            start = {
                "objections": text.objections,
                "kept_at": text.kept_at,
                "system_number": text.system_number,
            }
            start |= {f"{_HEARD}{key}": told for key, told in text.heard.items()}
        super().__init__(data, initial=start)
        if not page.is_house:
            del self.fields["system_number"]
        passages = {
            f"{_HEARD}{key}": forms.CharField(
                label=_("Heard on: %(title)s") % {"title": title},
                help_text=_("Who spoke and what about, in a line or two."),
                required=False,
                max_length=MOST,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            for key, title in page.items
        }
        self.fields = {**passages, **self.fields}

    def words(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "heard": {
                name.removeprefix(_HEARD): told for name, told in data.items() if name.startswith(_HEARD)
            },
            "objections": data["objections"],
            "kept_at": data["kept_at"],
            "system_number": data.get("system_number", ""),
        }
