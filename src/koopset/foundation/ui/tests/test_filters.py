"""What filters write, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation

from koopset.foundation.ui.templatetags import ks
from koopset.foundation.ui.typography import bind
from koopset.kernel.period import Month

N = "\u00a0"


@pytest.fixture(autouse=True, params=["ru", "en"])
def language(request: pytest.FixtureRequest) -> Any:
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("filter_name", "value", "arguments", "russian", "english"),
    [
        ("money", 1234567, (), f"12{N}345,67", "12,345.67"),
        ("money", 5, (), "0,05", "0.05"),
        ("money", -12880, (), "\u2212128,80", "\u2212128.80"),
        ("money", 0, (), "0,00", "0.00"),
        ("money", None, (), "—", "—"),
        ("money", "", (), "—", "—"),
        ("rub", 123456789012, (), f"1{N}234{N}567{N}890,12{N}₽", f"1,234,567,890.12{N}₽"),
        ("signed", 50000, (), "+500,00", "+500.00"),
        ("signed", -50000, (), "\u2212500,00", "\u2212500.00"),
        ("signed", 0, (), "0,00", "0.00"),
        ("rate", Decimal("6.94"), (), "6,94", "6.94"),
        ("rate", Decimal(150), (), "150,00", "150.00"),
        ("rate", Decimal("0.012345"), (), "0,012345", "0.012345"),
        ("number", 12345, (), f"12{N}345", "12,345"),
        ("number", Decimal("8.400"), (), "8,4", "8.4"),
        ("number", Decimal("8.4"), (2,), "8,40", "8.40"),
        ("percent", Fraction(1, 3), (1,), f"33,3{N}%", "33.3%"),
        ("percent", Decimal("0.82"), (), f"82{N}%", "82%"),
        ("area", 840, ("sotka",), f"8,4{N}сотки", f"8.4{N}sotkas"),
        ("area", 500, ("sotka",), f"5{N}соток", f"5{N}sotkas"),
        ("area", 100, ("sotka",), f"1{N}сотка", f"1{N}sotka"),
        ("area", 2200, ("sotka",), f"22{N}сотки", f"22{N}sotkas"),
        ("area", Decimal("840.50"), (), f"840,5{N}м²", f"840.5{N}m²"),
        ("share", Fraction(1, 3), (), "1/3", "1/3"),
        ("share", Fraction(1), (), "целиком", "whole"),
        ("day", date(2026, 11, 23), (), f"23{N}ноября{N}2026", f"23{N}November{N}2026"),
        ("day", None, (), "—", "—"),
        (
            "moment",
            datetime(2026, 11, 23, 11, 5, tzinfo=UTC),
            (),
            f"23{N}ноября{N}2026, 14:05",
            f"23{N}November{N}2026, 14:05",
        ),
        ("weekday", date(2026, 11, 23), (), "понедельник", "Monday"),
        ("month_name", 202611, (), f"ноябрь{N}2026", f"November{N}2026"),
        ("month_name", date(2026, 5, 9), (), f"май{N}2026", f"May{N}2026"),
        ("month_name", Month(2026, 3), (), f"март{N}2026", f"March{N}2026"),
        ("month_name", "what", (), "—", "—"),
        ("svg_percent", Decimal("60.3"), (), "60.3%", "60.3%"),
        ("svg_percent", 140, (), "100%", "100%"),
    ],
)
def test_filter(
    language: str, filter_name: str, value: Any, arguments: tuple[Any, ...], russian: str, english: str
) -> None:
    assert getattr(ks, filter_name)(value, *arguments) == (russian if language == "ru" else english)


def test_day_of_another_year_has_its_year() -> None:
    assert "2019" in ks.day_short(date(2019, 1, 2))


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("и в доме", f"и{N}в{N}доме"),
        ("уплатить 300 ₽ до 1 мая", f"уплатить 300{N}₽ до{N}1{N}мая"),
        ("договор № 14", f"договор №{N}14"),
        ("12 345 678", f"12{N}345{N}678"),
        ("Иванов И. И. пришёл", f"Иванов{N}И.{N}И. пришёл"),
        ("это — ответ", f"это{N}— ответ"),
        ("186 кВт·ч", f"186{N}кВт·ч"),
        ("", ""),
    ],
)
def test_lines_do_not_break_where_they_must_not(text: str, bound: str) -> None:
    assert bind(text) == bound


def test_nbsp_escapes() -> None:
    assert ks.nbsp("<b> и </b>") == f"&lt;b&gt; и{N}&lt;/b&gt;"


@pytest.mark.parametrize(
    ("name", "letters"), [("Анна Белова", "АБ"), ("СНТ «Берёзка»", "Б"), ("", ""), ("anna@example.ru", "AE")]
)
def test_initials(name: str, letters: str) -> None:
    assert ks.initials(name) == letters
