from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from koopset.foundation.notifications.models import Hours
from koopset.foundation.notifications.wishes import timing_of

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]
WEEKDAYS = [
    (0, _("on Mondays")),
    (1, _("on Tuesdays")),
    (2, _("on Wednesdays")),
    (3, _("on Thursdays")),
    (4, _("on Fridays")),
    (5, _("on Saturdays")),
    (6, _("on Sundays")),
]
#: Clocks of the country from the west to the east, by their difference from Moscow.
ZONES: list[tuple[str, str | Promise]] = [
    ("Europe/Kaliningrad", format_lazy("{} (−1)", _("Kaliningrad"))),
    ("Europe/Moscow", _("Moscow time")),
    ("Europe/Samara", format_lazy("{} (+1)", _("Samara"))),
    ("Asia/Yekaterinburg", format_lazy("{} (+2)", _("Yekaterinburg"))),
    ("Asia/Omsk", format_lazy("{} (+3)", _("Omsk"))),
    ("Asia/Krasnoyarsk", format_lazy("{} (+4)", _("Krasnoyarsk"))),
    ("Asia/Irkutsk", format_lazy("{} (+5)", _("Irkutsk"))),
    ("Asia/Yakutsk", format_lazy("{} (+6)", _("Yakutsk"))),
    ("Asia/Vladivostok", format_lazy("{} (+7)", _("Vladivostok"))),
    ("Asia/Magadan", format_lazy("{} (+8)", _("Magadan"))),
    ("Asia/Kamchatka", format_lazy("{} (+9)", _("Kamchatka"))),
]


class HoursForm(forms.Form):
    """Quiet hours, and the hour of letters that are gathered."""

    quiet = forms.BooleanField(
        label=_("Do not disturb at these hours"),
        required=False,
        help_text=_("What comes then is sent when they end. Alarms come at any hour."),
    )
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), coerce=int, choices=HOURS)
    quiet_till = forms.TypedChoiceField(label=_("Quiet till"), coerce=int, choices=HOURS)
    digest_hour = forms.TypedChoiceField(label=_("Hour of gathered letters"), coerce=int, choices=HOURS)
    digest_weekday = forms.TypedChoiceField(label=_("Day of a week’s letter"), coerce=int, choices=WEEKDAYS)
    zone = forms.ChoiceField(label=_("Clock"), choices=ZONES)

    @staticmethod
    def initial_of(row: Hours | None) -> dict[str, Any]:
        """What is chosen, or what is usual."""
        source = row if row is not None else timing_of(None)
        names = ("quiet", "quiet_from", "quiet_till", "digest_hour", "digest_weekday")
        return {name: getattr(source, name) for name in names} | {
            "zone": (row.zone if row else "") or settings.TIME_ZONE
        }


_BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """«Chrome, Android»: as the owner of the device would call it."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}/", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or str(_("a browser"))
