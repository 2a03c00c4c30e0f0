"""Filters and tags of every template (a builtin: no `load` is needed). All of them speak the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    FileInput,
    RadioSelect,
    Select,
)
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext

from koopset.foundation.ui.typography import NBSP, bind, decimal_text, grouped, rubles_and_kopecks

register = template.Library()


def _language() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def _kopecks(value: Any) -> int | None:
    """Kopecks out of a template's value; None for what is no number (an absent sum is shown as a dash, never as zero)."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


# Money -------------------------------------------------------------------------------------------------------------------


@register.filter
def money(kop: Any) -> str:
    """Kopecks as «12 345,67»; a dash where there is no sum."""
    number = _kopecks(kop)
    return "—" if number is None else "".join(rubles_and_kopecks(number, language=_language()))


@register.filter
def rub(kop: Any) -> str:
    """Kopecks as «12 345,67 ₽»."""
    number = _kopecks(kop)
    return "—" if number is None else money(number) + NBSP + "₽"


@register.filter
def signed(kop: Any) -> str:
    """Kopecks with their sign: «+12 345,67»; zero has none."""
    number = _kopecks(kop)
    return ("+" if number is not None and number > 0 else "") + money(kop)


@register.filter
def money_parts(kop: Any) -> tuple[str, str] | None:
    """("12 345", ",67") for the figure in which kopecks are set smaller."""
    number = _kopecks(kop)
    return None if number is None else rubles_and_kopecks(number, language=_language())


@register.filter
def rate(roubles: Any) -> str:
    """A tariff: roubles with two decimals at least and six at most, «6,94», «0,012345»."""
    try:
        value = Decimal(str(roubles))
    except InvalidOperation:
        return "—"
    places = max(2, -int(value.normalize().as_tuple().exponent))
    return decimal_text(value, language=_language(), places=places)


# Numbers -----------------------------------------------------------------------------------------------------------------


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """A count or a quantity: «12 345», «8,4»."""
    if value is None or value == "":
        return "—"
    try:
        return decimal_text(value, language=_language(), places=places)
    except InvalidOperation:
        return str(value)


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """A ratio of 0..1 as «82 %»."""
    if value is None or value == "":
        return "—"
    ratio = (
        Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(str(value))
    )
    text = decimal_text(ratio * 100, language=_language(), places=places)
    return f"{text}%" if _language() == "en" else f"{text}{NBSP}%"


@register.filter
def area(square_metres: Any, unit: str = "m2") -> str:
    """Square metres as «840 м²»; with "sotka" as «8,4 сотки» (1 сотка = 100 m²)."""
    if square_metres is None or square_metres == "":
        return "—"
    value = Decimal(str(square_metres))
    if unit != "sotka":
        return gettext("%(number)s m²").replace(" ", NBSP) % {
            "number": decimal_text(value, language=_language())
        }
    hundredths = value / 100
    text = decimal_text(hundredths, language=_language())
    if hundredths != hundredths.to_integral_value():
        form = pgettext("a fraction of", "%(number)s sotkas")
    else:
        form = ngettext("%(number)s sotka", "%(number)s sotkas", int(hundredths))
    return form.replace(" ", NBSP) % {"number": text}


@register.filter
def share(value: Any) -> str:
    """A share of ownership: «1/3»; the whole is said by a word."""
    if value is None or value == "":
        return "—"
    part = value if isinstance(value, Fraction) else Fraction(str(value))
    return gettext("whole") if part == 1 else f"{part.numerator}/{part.denominator}"


# Dates -------------------------------------------------------------------------------------------------------------------


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: Any) -> str:
    """«23 ноября 2026», "23 November 2026"."""
    if not isinstance(value, date):
        return "—"
    return date_format(_local(value), "j E Y").replace(" ", NBSP)


@register.filter
def day_short(value: Any) -> str:
    """«23 ноября» within this year, otherwise with the year."""
    if not isinstance(value, date):
        return "—"
    value = _local(value)
    return (
        date_format(value, "j E").replace(" ", NBSP)
        if value.year == timezone.localdate().year
        else day(value)
    )


@register.filter
def moment(value: Any) -> str:
    """«23 ноября 2026, 14:05»."""
    if not isinstance(value, datetime):
        return day(value)
    return f"{day(value)}, {date_format(_local(value), 'H:i')}"


@register.filter
def weekday(value: Any) -> str:
    """«понедельник», "Monday"."""
    if not isinstance(value, date):
        return ""
    text = date_format(_local(value), "l")
    return text if _language() == "en" else text.lower()


@register.filter
def month_name(value: Any) -> str:
    """«ноябрь 2026» from a date, a kernel Month or the number 202611."""
    if not isinstance(value, date):
        first = getattr(value, "first", None)
        if isinstance(first, date):
            value = first
        else:
            try:
                value = date(int(value) // 100, int(value) % 100, 1)
            except (TypeError, ValueError):
                return "—"
    text = date_format(value, "F Y").replace(" ", NBSP)
    return text if _language() == "en" else text[:1].lower() + text[1:]


# Text --------------------------------------------------------------------------------------------------------------------


@register.filter(is_safe=True)
def nbsp(text: Any) -> SafeString:
    """Text with no-break spaces by the rules of typography; escaped first."""
    return mark_safe(bind(str(conditional_escape(text))))


@register.filter
def initials(name: Any) -> str:
    """One or two letters for a round sign: «Анна Белова» → «АБ»; quotes and the kind of a body are passed over («СНТ «Берёзка»» → «Б»)."""
    text = str(name or "")
    if "«" in text:
        text = text.partition("«")[2]
        return text[:1].upper()
    words = [word for word in text.replace("@", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """mapping[key], or None: for rows whose columns are data."""
    return mapping.get(key) if isinstance(mapping, Mapping) else None


# Links, icons ------------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The query string of this page with some values changed; None drops one. `{% query page=2 %}` keeps the filters."""
    request: HttpRequest | None = context.get("request")
    values = request.GET.copy() if request is not None else None
    if values is None:
        values = QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None or value == "":
            values.pop(name, None)
        else:
            values[name] = str(value)
    return "?" + values.urlencode()


@register.simple_tag(takes_context=True)
def page_query(context: Context, page: int, name: str = "page") -> str:
    """The address of another page of a list, with the filters kept; `name` is the page's parameter."""
    return query(context, **{name: page})


@register.filter
def svg_percent(value: Any) -> str:
    """A share of 100 for a width in an SVG: «60.3%», never outside 0..100."""
    number = min(100.0, max(0.0, float(value or 0)))
    return f"{number:.2f}".rstrip("0").rstrip(".") + "%"


@register.filter
def accept_extra(accept: str) -> str:
    """The kinds of files a field takes, as an extra attribute of its control."""
    return f"accept={accept}" if accept else ""


@register.simple_tag
def chart_data(chart: Any, chart_id: str) -> SafeString:
    """The data of a chart for the script, as a block that no browser runs."""
    return json_script(chart.as_data(), f"{chart_id}-data") if chart else SafeString("")


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Names of the sprite."""
    found = finders.find("vendor/icons.svg")
    path = (
        Path(found)
        if isinstance(found, str)
        else Path(__file__).resolve().parent.parent / "static/vendor/icons.svg"
    )
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', path.read_text("utf-8")))


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; `size` "sm" or "lg"; with a `label` it is read out, otherwise it is decoration."""
    if not name:
        return SafeString("")
    if name not in icon_names():
        if settings.DEBUG or getattr(settings, "TESTING", False):
            raise template.TemplateSyntaxError(
                f"no icon {name!r}: add it to ICONS in scripts/vendor.py and run it"
            )
        name = "point"
    if label:
        return _drawn(name, size, format_html('role="img" aria-label="{}"', label))
    return _decoration(str(name), str(size))


@lru_cache(maxsize=1024)
def _decoration(name: str, size: str) -> SafeString:
    """Without words an icon is the same on every page, and a page has some sixty."""
    return _drawn(name, size, SafeString('aria-hidden="true"'))


def _drawn(name: str, size: str, said: SafeString) -> SafeString:
    return format_html(
        '<svg class="ks-i{}" {}><use href="{}#{}"></use></svg>',
        f" ks-i-{size}" if size else "",
        said,
        static("vendor/icons.svg"),
        name,
    )


# Fields of forms ---------------------------------------------------------------------------------------------------------


@register.filter
def field_kind(field: BoundField) -> str:
    """How a field is drawn: check, options (radio, several marks), file, select, or text."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return "options"
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, ClearableFileInput | FileInput):
        return "file"
    if isinstance(widget, Select):
        return "select"
    return "text"


@register.filter
def field_error(field: BoundField) -> str:
    """The first thing that is wrong with the field, "" where nothing is."""
    return str(field.errors[0]) if field.errors else ""


@register.filter
def field_hint(field: BoundField, hint: str = "") -> str:
    """The hint given on the page, else the one of the form; "-" takes it away."""
    return "" if hint == "-" else str(hint or field.help_text or "")


@register.simple_tag
def field_widget(
    field: BoundField,
    hint: str = "",
    inputmode: str = "",
    placeholder: str = "",
    autocomplete: str = "",
    extra: str = "",
    css: str = "",
) -> SafeString:
    """The control of a field with the classes of the house, tied to its hint and its error for those who listen to the page."""
    kind = field_kind(field)
    attrs: dict[str, str | bool] = {}
    base = {
        "text": "form-control",
        "select": "form-select",
        "check": "form-check-input",
        "file": "ks-file",
        "options": "form-check-input",
    }[kind]
    own = str(field.field.widget.attrs.get("class", ""))
    attrs["class"] = " ".join(part for part in (base, "is-invalid" if field.errors else "", css, own) if part)
    described = [f"{field.auto_id}_hint"] if field_hint(field, hint) else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    for name, value in (
        ("inputmode", inputmode),
        ("placeholder", placeholder),
        ("autocomplete", autocomplete),
    ):
        if value:
            # "-" takes away a placeholder that only repeats the label.
            attrs[name] = False if value == "-" else value
    for pair in extra.split():
        name, _, value = pair.partition("=")
        attrs[name] = value or True
    return field.as_widget(attrs=attrs)


@register.simple_tag
def option_widget(option: BoundWidget) -> SafeString:
    """One radio button or mark of a list, in the look of the house."""
    option.data["attrs"] = {**option.data["attrs"], "class": "form-check-input"}
    return option.tag()


@register.simple_tag
def error_list(form: Any) -> list[tuple[str, str, str]]:
    """What is wrong in a form: (id of the control, its label, text), the form's own errors first with an empty id."""
    if form is None or not getattr(form, "is_bound", False):
        return []
    found = [("", "", str(text)) for text in form.non_field_errors()]
    for field in form:
        first = field.id_for_label or field.auto_id
        if field.errors and isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple):
            first = f"{field.auto_id}_0"
        found += [(first, str(field.label), str(text)) for text in field.errors]
    return found


@register.filter
def times(value: Any) -> str:
    """A count with its groups; used inside blocktranslate where a number is shown."""
    return grouped(int(value), language=_language())
