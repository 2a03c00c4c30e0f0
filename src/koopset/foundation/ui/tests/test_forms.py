"""Forms show refusals at their fields, and fields take what people type."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms

from koopset.foundation.refusals import text_of
from koopset.foundation.ui.forms import MoneyField, MonthField, RefusableForm, day_field, digits_field
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


class Sheet(RefusableForm):
    amount = MoneyField(required=False)
    balance = MoneyField(required=False, empty=0)
    month = MonthField(required=False)
    day = day_field("Day", required=False)
    inn = digits_field("INN", 10)


@pytest.mark.parametrize(
    ("field", "shown_at"), [("amount", "amount"), ("stranger", "__all__"), (None, "__all__")]
)
def test_a_refusal_is_shown_at_its_field_or_at_the_form(field: str | None, shown_at: str) -> None:
    form = Sheet({})
    assert form.is_valid()
    violation = RuleViolation("access.not_found", field=field)
    form.refuse(violation)
    assert form.errors == {shown_at: [text_of(violation)]}


def test_a_room_gives_its_own_wording() -> None:
    class Own(Sheet):
        refusal_text = staticmethod(lambda violation: f"<{violation.code}>")

    form = Own({})
    form.refuse(RuleViolation("access.not_found"))
    assert form.errors == {"__all__": ["<access.not_found>"]}


def test_what_is_typed_is_cleaned() -> None:
    form = Sheet({"amount": "1 200,50", "month": "2026-11", "day": "2026-11-05", "inn": "47 0712 3456"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "amount": 120_050,
        "balance": 0,
        "month": Month(2026, 11),
        "day": date(2026, 11, 5),
        "inn": "47 0712 3456",
    }


def test_nothing_typed_is_nothing() -> None:
    form = Sheet({})
    assert form.is_valid()
    assert form.cleaned_data == {"amount": None, "balance": 0, "month": None, "day": None, "inn": ""}


@pytest.mark.parametrize(
    ("field", "typed"), [("amount", "рубль"), ("month", "2026-13"), ("day", "32.01.2026"), ("inn", "1" * 23)]
)
def test_what_cannot_be_read_is_told_at_its_field(field: str, typed: str) -> None:
    form = Sheet({field: typed})
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_a_day_is_put_into_the_box_as_browsers_read_it() -> None:
    class Dated(forms.Form):
        day = day_field("Day")

    assert 'value="2026-11-05"' in str(Dated(initial={"day": date(2026, 11, 5)})["day"])
