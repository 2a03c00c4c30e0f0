"""The code on a receipt, and every other code a camera may be pointed at."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.needs.formats.receipt_code import LONGEST, code_or_none, other_kind, read_code
from koopset.kernel.violations import RuleViolation

GOOD = "t=20231203T2319&s=261.80&fn=7281440701309134&i=10027&fp=3516337491&n=1"
SAMPLE = Path(__file__).parents[6] / "shared/samples/formats/c_fns/qr_strings.txt"


def refusal(text: str, **more: object) -> str:
    with pytest.raises(RuleViolation) as caught:
        read_code(text, **more)  # type: ignore[arg-type]
    return caught.value.code


def test_what_a_till_prints():
    code = read_code(GOOD)
    assert (code.fn, code.fd, code.fp) == ("7281440701309134", 10027, 3516337491)
    assert (code.day, code.clock) == (date(2023, 12, 3), time(23, 19))
    assert (code.total_kop, code.operation) == (26180, 1)
    assert code.text == GOOD


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("t=20231203T2319", "t=20231203t2319"),
        GOOD.replace("T2319", "T231900"),
        GOOD.upper().replace("T=", "t="),
        "fp=3516337491&n=1&i=10027&fn=7281440701309134&s=261.80&t=20231203T2319",
        GOOD.replace("s=261.80", "s=261.8"),
        GOOD.replace("s=261.80", "s=261,80"),
        GOOD.replace("fp=3516337491", "fp=03516337491"),
        GOOD.replace("i=10027", "i=0000010027"),
        GOOD.removesuffix("&n=1"),
        f"  \ufeff{GOOD}\n",
        f"https://check.ofd.ru/rec?{GOOD}",
        GOOD.replace("&", "%26").replace("=", "%3D"),
        GOOD.replace("20231203T2319", "2023-12-03T23:19"),
        GOOD + "&extra=1",
    ],
)
def test_the_same_receipt_however_written(text):
    code = read_code(text)
    assert (code.fn, code.fd, code.fp, code.day, code.total_kop, code.operation) == (
        "7281440701309134",
        10027,
        3516337491,
        date(2023, 12, 3),
        26180,
        1,
    )


def test_roubles_without_kopecks():
    assert read_code(GOOD.replace("s=261.80", "s=1000")).total_kop == 100_000
    assert read_code(GOOD.replace("s=261.80", "s=7273.00")).total_kop == 727_300


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "code_empty"),
        ("x" * (LONGEST + 1), "code_long"),
        ("ST00012|Name=ТСН «Ольха»|PersonalAcc=40703810555410000123", "code_is_payment"),
        (
            "https://qr.nspk.ru/AD10006M8KH234K782OQM0L13JI31LQD?type=02&bank=100000000009&sum=200&cur=RUB&crc=C63A",
            "code_is_sbp",
        ),
        ("https://example.ru/menu", "code_is_link"),
        ("4607167841154", "code_is_goods"),
        ("0104610017240052215OUcbCOV!r0fB", "code_is_mark"),
        ("BEGIN:VCARD\nN:Иванов", "code_is_contact"),
        ("просто слова", "code_unknown"),
        (GOOD.replace("&s=261.80", ""), "code_incomplete"),
        (GOOD.replace("s=261.80", "s=-5"), "code_bad"),
        (GOOD.replace("s=261.80", "s=99999999999999"), "code_bad"),
        (GOOD.replace("20231203", "20231303"), "code_bad"),
        (GOOD.replace("T2319", "T2519"), "code_bad"),
        (GOOD.replace("n=1", "n=5"), "code_bad"),
        (GOOD.replace("i=10027", "i=0"), "code_bad"),
        (GOOD.replace("fn=7281440701309134", "fn=0000000000000000"), "code_bad"),
        (GOOD.replace("fn=7281440701309134", "fn=७२८१४४०७०१३०९१३४"), "code_bad"),
        (GOOD.replace("t=2023", "t=2003"), "code_old"),
    ],
)
def test_what_is_refused_and_by_which_word(text, code):
    assert refusal(text) == f"needs.{code}"


def test_from_the_future():
    moment = datetime.combine(date(2023, 12, 3), time(23, 18))
    assert refusal(GOOD, latest=moment) == "needs.code_future"
    assert read_code(GOOD, latest=moment + timedelta(minutes=1)).fd == 10027


def test_each_kind_of_operation_is_kept():
    assert [read_code(GOOD.replace("n=1", f"n={kind}")).operation for kind in (1, 2, 3, 4)] == [1, 2, 3, 4]


@pytest.mark.skipif(not SAMPLE.exists(), reason="samples are not here")
def test_codes_of_the_samples():
    codes = [read_code(line) for line in SAMPLE.read_text("utf-8").splitlines() if line.strip()]
    assert [code.total_kop for code in codes] == [34993, 727300, 26180, 58247]
    assert codes[3].clock == time(8, 59)


PIECE = st.sampled_from(
    [
        "t=",
        "s=",
        "fn=",
        "i=",
        "fp=",
        "n=",
        "&",
        "20231203T2319",
        "261.80",
        "7281440701309134",
        "1",
        "=",
        "?",
        "%3D",
        "\x00",
        "я",
        "9" * 30,
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(PIECE, max_size=20).map("".join)))
def test_nothing_a_camera_sees_breaks_it(text):
    other_kind(text)
    code = code_or_none(text)
    if code is not None:
        assert read_code(code.text) == code
