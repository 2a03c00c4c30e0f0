import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from koopset.kernel.payment_code import FIRST_SERIAL, LAST_SERIAL, check, find_all, make, show
from koopset.kernel.violations import RuleViolation

serials = st.integers(FIRST_SERIAL, LAST_SERIAL)
codes = serials.map(make)

A = "123456751"
B = "765432142"


@pytest.mark.parametrize(
    ("serial", "code"),
    [(1234567, A), (7654321, B), (1000000, "100000017"), (9999999, "999999967"), (1003111, "100311193")],
)
def test_make(serial: int, code: str) -> None:
    assert make(serial) == code
    assert int(code) % 97 == 1  # what ISO 7064 asks of the whole number
    assert check(code)


@pytest.mark.parametrize("serial", [0, -1, 999999, 10000000])
def test_make_refuses(serial: int) -> None:
    with pytest.raises(RuleViolation) as refusal:
        make(serial)
    assert refusal.value.code == "payment_code.bad_serial"


def test_show() -> None:
    assert show(A) == "123 456 751"
    with pytest.raises(RuleViolation) as refusal:
        show("123456752")
    assert refusal.value.code == "payment_code.bad_code"


@pytest.mark.parametrize(
    "text", ["", "123", "123 456 751", "1234567510", "000000001", "012345678", "١٢٣٤٥٦٧٥١", A + "\n"]
)
def test_check_refuses_what_is_not_nine_digits(text: str) -> None:
    assert not check(text)


@given(serials)
def test_every_code_is_valid_and_reads_back(serial: int) -> None:
    code = make(serial)
    assert check(code)
    assert find_all(code) == find_all(show(code)) == find_all(show(code).replace(" ", "-")) == [code]


@given(codes, st.integers(0, 8), st.integers(1, 9))
def test_any_wrong_digit_is_caught(code: str, place: int, step: int) -> None:
    assert not check(code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :])


@given(codes, st.integers(0, 7))
def test_any_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    assert not check(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize(
    "text",
    [
        f"Членский взнос за 2026 год, код {A}",
        f"код{A};",
        f"по{A}",
        f"{A}за участок",
        f"№{A}.",
        f"ЛС:{A},уч.15",
        f"л/с {A} 1500 руб",
        "123 456 751",
        "123-456-751",
        "123\u00a0456\u00a0751",
        "123–456–751",
        "Код платежа 123 456 751. Взнос 5000 руб.",
        "123 456 751 01.11.2026",
        "123 456 751 за 11.2026",
        "123 456 751 5000 руб",
        "123 456 751 1 500,00 руб.",
        "123 456 751 1500,00",
        "код 123 456 751 15",
        "лицевой счёт № 123 456 751 2026",
        f"+7 912 345-67-89 {A}",
        f"уч 15 {A} 5000",
        f"ИНН 7707083893 {A}",
        f"КПП {B} {A}",
        f"{A} {A}",
        f"///{A}///",
        f"Иванов;|{A}|;",
        f"Взнос {A}\n5000",
        "12З45б751 123456751",
        "l23456751",
        "I23456751",
        "код l23 456 751",
        "код12З456751 " + A,
    ],
)
def test_the_code_is_found(text: str) -> None:
    assert A in find_all(text)
    assert set(find_all(text)) <= {A}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1OOOOOO17 1ОО000017", "100000017"),
        ("1З0000077", None),
        ("1ОО 000 017", "100000017"),
        ("З04567876", "304567876"),
    ],
)
def test_letters_in_place_of_digits(text: str, code: str | None) -> None:
    assert find_all(text) == ([code] if code else [])


def test_two_codes_in_order() -> None:
    assert find_all(f"взнос {B} и {A}") == [B, A]
    assert find_all(f"{B},{A}") == [B, A]
    assert find_all(f"{A} {B}") == [A, B]
    assert find_all("123 456 751 765 432 142") == [A, B]
    assert find_all("765-432-142; 123 456 751") == [B, A]
    assert find_all(f"код {A} и ещё {show(B)}, и снова {A}") == [A, B]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1" + A,
        A + "0",
        f"{A}О",  # a letter О in place of the tenth digit of an ИНН
        f"О{A}",
        "7707083893",
        f"1-{A}",
        f"{A}-1",
        "123 456 751 234",
        "1 123 456 751",
        "123 456 751 22",
        "123-456-751 22",
        "123-456-751-22",
        "123 456-751",
        "12 345 6751",
        "123  45 6751",
        "123.456.751",
        f"КПП {A}",
        f"кпп: {A}",
        f"ИНН/КПП 7707083893/{A}",
        f"БИК {A}",
        f"{A} руб.",
        "123 456 751,00",
        "123 456 751 руб",
        "+7 (123) 456-75-10",
        "8 123 456 751 0",
        "тел. 123-456-751",
        "123\n456\n751",
        "код 123 456 752",
    ],
)
def test_strangers_are_not_codes(text: str) -> None:
    assert find_all(text) == []


@given(
    st.from_regex(r"[0-9]{10}|[0-9]{11}|[0-9]{12}|[0-9]{20}|[0-9]{25}", fullmatch=True),
    st.sampled_from(["", "ИНН ", "р/с", "№", "код "]),
)
def test_never_inside_a_longer_number(number: str, before: str) -> None:
    assert find_all(f"{before}{number} взнос") == []


@given(codes, st.text("0123456789", min_size=1, max_size=11), st.text("0123456789", max_size=11))
def test_never_inside_digits_around_a_real_code(code: str, before: str, after: str) -> None:
    assert find_all(before + code + after) == []
    assert find_all(code + before) == []


@given(
    codes,
    st.sampled_from(
        ["{}{}{}{} {}", "+7 {}{} {}-{}-{}", "8 ({}{}) {}-{}-{}", "8-{}{}-{}-{}-{}", "7 {}{} {} {} {}"]
    ),
    st.integers(0, 99),
)
def test_never_inside_a_phone(code: str, form: str, tail: int) -> None:
    digits = f"{code}{tail:02d}"[:10]
    phone = (
        form.format(digits[:2], digits[2], digits[3:6], digits[6:8], digits[8:])
        if form[0] != "{"
        else "8" + digits
    )
    assert find_all(f"тел {phone}") == find_all(phone) == []


@given(
    st.dates(), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d%m%Y", "%d.%m.%y"]), codes
)
def test_dates_hide_nothing_and_are_nothing(day: object, form: str, code: str) -> None:
    written = format(day, form)
    assert find_all(written) == []
    assert find_all(f"{code} {written}") == [code]
    assert find_all(f"от {written} {code}") == [code]


_words = st.text('абвгдежикмнпрстуф .,;:№/"«»', max_size=30)


@given(codes, _words, _words)
def test_found_among_any_words(code: str, before: str, after: str) -> None:
    assume("р" not in after[:2] and "коп" not in after)
    assume(not any(word in before for word in ("кпп", "бик", "тел")))
    assert find_all(before + code + after) == [code]


@given(st.text(max_size=300))
def test_what_is_found_is_valid(text: str) -> None:
    assert all(check(code) for code in find_all(text))


def test_a_long_hostile_text_is_read_in_linear_time() -> None:
    assert find_all("1 " * 50_000) == []
    assert find_all("1-" * 50_000 + "О" * 50_000) == []
