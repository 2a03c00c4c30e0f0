"""Made-up data of the gallery: every component in all its states, for those who build pages and for the tests of look."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from koopset.foundation.ui.charts import Chart, Series
from koopset.foundation.ui.context import Link, Section, Shell, SwitchLine
from koopset.foundation.ui.forms import day_field
from koopset.foundation.ui.navigation import Bell


def allowed(request: HttpRequest) -> bool:
    """Whether the gallery is shown: where UI_GALLERY says so, otherwise while DEBUG is on."""
    return bool(getattr(settings, "UI_GALLERY", settings.DEBUG))


class SampleForm(forms.Form):
    """One field of each kind."""

    amount = forms.CharField(
        label=gettext_lazy("Sum"), help_text=gettext_lazy("In roubles, for example 1 234,50")
    )
    reading = forms.IntegerField(label=gettext_lazy("Light by day, now"), min_value=18432)
    purpose = forms.CharField(label=gettext_lazy("What it is for"), widget=forms.Textarea, required=False)
    day = day_field(gettext_lazy("Date"))
    plot = forms.ChoiceField(
        label=gettext_lazy("Plot"), choices=[("12", gettext_lazy("Plot 12")), ("31", gettext_lazy("Plot 31"))]
    )
    answer = forms.ChoiceField(
        label=gettext_lazy("How to send"),
        widget=forms.RadioSelect,
        choices=[("mail", gettext_lazy("By e-mail")), ("paper", gettext_lazy("On paper"))],
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What to write about"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("money", gettext_lazy("Payments")), ("news", gettext_lazy("News"))],
    )
    replaced = forms.BooleanField(
        label=gettext_lazy("The meter was replaced"),
        required=False,
        help_text=gettext_lazy("Then we shall not compare with the last reading"),
    )
    file = forms.FileField(
        label=gettext_lazy("Bank statement"),
        required=False,
        help_text=gettext_lazy("From the bank for 1C, up to 10 MB"),
    )


@dataclass(frozen=True)
class SampleStep:
    title: str
    note: str = ""
    state: str = ""


@dataclass(frozen=True)
class SampleChange:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class SampleRecord:
    when: datetime
    who: str
    what: str
    changes: list[SampleChange] = field(default_factory=list)


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything the gallery shows."""
    wrong = SampleForm({"amount": "", "reading": "18423", "day": "", "answer": "post", "plot": "12"})
    wrong.is_valid()
    return {
        "form": SampleForm(initial={"amount": "1 234,50", "plot": "31", "answer": "mail", "replaced": True}),
        "wrong": wrong,
        "page": Paginator(range(1, 301), 50).page(2),
        "steps": [
            SampleStep(_("File chosen"), _("24 KB"), "done"),
            SampleStep(_("Checking"), _("31 lines"), "now"),
            SampleStep(_("Posting")),
        ],
        "records": [
            SampleRecord(
                datetime(2026, 11, 13, 11, 5, tzinfo=UTC),
                "Белова А. С.",
                _("The tariff was changed"),
                [
                    SampleChange(_("Light by day"), "6,42 ₽", "6,94 ₽"),
                    SampleChange(_("In force from"), "—", "1 ноября 2026"),
                ],
            ),
            SampleRecord(datetime(2026, 10, 1, 6, 30, tzinfo=UTC), "Белова А. С.", _("The tariff was added")),
        ],
        "chart": Chart(
            title=_("Light by month"),
            x_label=_("Month"),
            labels=["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт"],
            series=[
                Series(_("This year"), [310, 298, 240, 180, 120, 96, 88, 102, 160, 232], "act"),
                Series(_("Last year"), [288, 305, 251, 170, 132, 101, 97, 110, 148, 219], "quiet"),
            ],
            unit=_("kWh"),
        ),
        "chart_money": Chart(
            title=_("Debts by month"),
            x_label=_("Month"),
            labels=["июн", "июл", "авг", "сен", "окт", "ноя"],
            series=[
                Series(
                    _("Debt"),
                    [4_120_000, 5_300_050, 6_480_000, 8_010_000, 9_654_020, 9_120_000],
                    "over",
                    money=True,
                )
            ],
            unit="₽",
            kind="lines",
        ),
        "half": Fraction(1, 3),
        "when": datetime(2026, 11, 23, 9, 5, tzinfo=UTC),
        "on": date(2026, 11, 23),
    }


class SampleShell(Shell):
    """The shell as a treasurer of a made-up settlement sees it."""

    @cached_property
    def signed_in(self) -> bool:
        return True

    @cached_property
    def switch(self) -> list[SwitchLine]:
        return [
            SwitchLine(1, "СНТ «Берёзка»", _("Treasurer"), "#", True),
            SwitchLine(1, "СНТ «Берёзка»", _("Resident, plot 47"), "#", False),
            SwitchLine(2, "СНТ «Дальние поля»", _("Member"), "#", False),
        ]

    @cached_property
    def bell(self) -> Bell | None:
        return Bell(3, "#")

    @cached_property
    def person(self) -> str:
        return "Анна Белова"

    @cached_property
    def search_url(self) -> str:
        return "#"

    def _link(self, label: str, icon: str, count: int = 0, short: str = "", current: bool = False) -> Link:
        return Link(label=label, short=short or label, icon=icon, url="#", current=current, count=count)

    @cached_property
    def sections(self) -> list[Section]:
        return [
            Section(
                None,
                [self._link(_("Desk"), "layout-dashboard", short=pgettext("short", "Desk"), current=True)],
            ),
            Section(
                _("Money"),
                [
                    self._link(_("Payments"), "wallet", 7),
                    self._link(_("Bank statement"), "building-bank"),
                    self._link(_("Charges"), "receipt"),
                    self._link(_("Debtors"), "percentage"),
                    self._link(_("Books and budget"), "book"),
                ],
            ),
            Section(
                _("Settlement"),
                [
                    self._link(_("Plan"), "map-2"),
                    self._link(_("Register"), "users"),
                    self._link(_("Meters"), "gauge"),
                    self._link(_("Meetings"), "checklist"),
                    self._link(_("Documents"), "file-text"),
                ],
            ),
            Section(_("Together"), [self._link(_("Joint purchases"), "basket")]),
        ]

    @cached_property
    def _bottom_and_rest(self) -> tuple[list[Link], list[Section]]:
        links = [link for section in self.sections for link in section.links]
        bottom = [links[0], links[1], links[4], links[6]]
        return bottom, [
            Section(section.head, [link for link in section.links if link not in bottom])
            for section in self.sections
            if any(link not in bottom for link in section.links)
        ]
