import random
from decimal import Decimal
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.kernel.money import MAX_KOP, amount_of, format_rub, parse_rub, rub_to_kop, split
from koopset.kernel.violations import RuleViolation


@pytest.mark.parametrize(
    ("text", "kop"),
    [
        ("700", 70000),
        ("14000", 1400000),
        ("1 234,5", 123450),
        ("1\u00a0234,50", 123450),
        ("1\u202f234\u202f567.89", 123456789),
        ("1'234.5", 123450),
        ("1’234’567", 123456700),
        ("  12.30 ", 1230),
        ("0", 0),
        ("0,05", 5),
        ("-12.30", -1230),
        ("−12,30", -1230),
        ("+5", 500),
        ("1 234,50 ₽", 123450),
        ("50 руб.", 5000),
    ],
)
def test_parse_rub_takes_what_people_write(text: str, kop: int) -> None:
    assert parse_rub(text) == kop


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "1.234",
        "1,234.56",
        "1.234,56",
        "12,345",
        "1 23",
        "1 2345",
        "12 34,5",
        "1..5",
        "5.",
        ".5",
        "--5",
        "1e5",
        "NaN",
        "Infinity",
        "٣",
        "１２",
        "0x10",
        "1_000",
        "12-30",
        "9" * 20,
        "9" * 5000,
        "1\n000",
    ],
)
def test_parse_rub_refuses_the_rest(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        parse_rub(text)
    assert refusal.value.code == "money.bad_amount"


@given(st.integers(-MAX_KOP, MAX_KOP))
def test_format_and_parse_are_inverse(kop: int) -> None:
    assert parse_rub(format_rub(kop)) == kop


def test_format_rub() -> None:
    assert [format_rub(k) for k in (1234567, 5, 0, -5, -100, 100)] == [
        "12345.67",
        "0.05",
        "0.00",
        "-0.05",
        "-1.00",
        "1.00",
    ]


@pytest.mark.parametrize(
    ("rub", "kop"),
    [
        ("1.005", 101),
        ("1.0049999", 100),
        ("-1.005", -101),
        ("0.005", 1),
        ("2.675", 268),
        ("1E+3", 100000),
        ("0", 0),
    ],
)
def test_rub_to_kop_rounds_half_up(rub: str, kop: int) -> None:
    assert rub_to_kop(Decimal(rub)) == kop


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_not_a_number_is_refused(bad: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        rub_to_kop(Decimal(bad))
    assert refusal.value.code == "money.bad_amount"


def test_floats_are_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError):
        rub_to_kop(cast(Decimal, 1.005))


@pytest.mark.parametrize(
    ("quantity", "rate", "kop"),
    [
        ("127", "6.43", 81661),
        ("3", "1.5", 450),
        ("0.333", "0.015", 0),
        ("1", "0.005", 1),
        ("600.5", "8.333333", 500417),
        ("-2", "0.0025", -1),
        ("1234567890123456789", "0.000001", 123456789012346),
    ],
)
def test_amount_of_rounds_once(quantity: str, rate: str, kop: int) -> None:
    assert amount_of(Decimal(quantity), Decimal(rate)) == kop


def test_amount_of_does_not_lose_digits_of_a_long_product() -> None:
    # 28 digits, the default context, would round the product to ….50 and then up
    assert amount_of(Decimal("10000000000000.000001"), Decimal("0.00499999999999999999")) == 5000000000000


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100000, [10, 5, 7, 2], [41667, 20833, 29167, 8333]),
        (10000, [1, 1, 1], [3334, 3333, 3333]),
        (-33333, [1, 1, 1], [-11111, -11111, -11111]),
        (-10000, [1, 1, 1], [-3334, -3333, -3333]),
        (
            5000000,
            [Decimal("12345.67"), Decimal("8901.23"), Decimal("456.00"), 0],
            [2844244, 2050701, 105055, 0],
        ),
        (100, [Fraction(1, 3), Fraction(2, 3)], [33, 67]),
        (1, [1, 1], [1, 0]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (7, [5], [7]),
    ],
)
def test_split_oracles(total: int, weights: list[int | Fraction | Decimal], parts: list[int]) -> None:
    assert list(split(total, list(enumerate(weights))).values()) == parts


def test_a_tie_goes_to_the_smaller_key_whatever_the_order() -> None:
    assert split(10, [("уч. 3", 1), ("уч. 1", 1), ("уч. 2", 1)]) == {"уч. 3": 3, "уч. 1": 4, "уч. 2": 3}


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([], "money.split_no_weights"),
        ([(1, 0), (2, 0)], "money.split_no_weights"),
        ([(1, 5), (2, -1)], "money.split_negative_weight"),
        ([(1, 5), (1, 5)], "money.split_duplicate_key"),
        ([(1, Decimal("NaN"))], "money.bad_amount"),
    ],
)
def test_split_refuses(weights: list[tuple[int, int | Decimal]], code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        split(100, weights)
    assert refusal.value.code == code


_weight = (
    st.integers(0, 10**6)
    | st.decimals(0, 10**6, places=3)
    | st.fractions(min_value=0, max_value=10**6, max_denominator=1000)
)


@given(
    st.integers(-(10**12), 10**12),
    st.dictionaries(st.integers(), _weight, min_size=1, max_size=12).filter(lambda w: any(w.values())),
    st.randoms(use_true_random=False),
)
def test_split_adds_up_is_fair_and_ignores_order(
    total: int, weights: dict[int, int | Fraction | Decimal], rnd: random.Random
) -> None:
    rows = list(weights.items())
    parts = split(total, rows)
    assert sum(parts.values()) == total
    whole = sum((Fraction(w) for w in weights.values()), Fraction(0))
    for key, part in parts.items():
        assert abs(part - total * Fraction(weights[key]) / whole) < 1
        assert weights[key] or part == 0
    rnd.shuffle(rows)
    assert split(total, rows) == parts
    assert split(-total, rows) == {key: -part for key, part in parts.items()}
