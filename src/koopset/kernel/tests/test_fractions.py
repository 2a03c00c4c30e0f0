from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.kernel.fractions import parse_share, share_text
from koopset.kernel.violations import RuleViolation


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("1/3", Fraction(1, 3)),
        (" 2 / 6 ", Fraction(1, 3)),
        ("0.5", Fraction(1, 2)),
        ("0,5", Fraction(1, 2)),
        ("50%", Fraction(1, 2)),
        ("33,3 %", Fraction(333, 1000)),
        ("100%", Fraction(1)),
        ("1", Fraction(1)),
        ("5/5", Fraction(1)),
    ],
)
def test_parse_share(text: str, share: Fraction) -> None:
    assert parse_share(text) == share


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0/5",
        "1/0",
        "0/0",
        "2",
        "3/2",
        "101%",
        "-1/2",
        "+1",
        "1/3%",
        "1/2/3",
        "a/b",
        "½",
        "1e-1",
        "0.5/1",
        "١/٣",
        "9" * 99,
    ],
)
def test_parse_share_refuses(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        parse_share(text)
    assert refusal.value.code == "fractions.bad_share"


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_text_reads_back(a: int, b: int) -> None:
    share = Fraction(min(a, b), max(a, b))
    assert parse_share(share_text(share)) == share


def test_three_thirds_are_the_whole() -> None:
    assert share_text(sum([parse_share("1/3")] * 3, Fraction(0))) == "1"
