"""Vectors are public numbers of real bodies; a second, independent reading of the rules is the oracle of the
properties.
"""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.kernel import requisites as r
from koopset.kernel.violations import RuleViolation


def _inn(s: str) -> bool:
    d = [int(c) for c in s]

    def control(weights: list[int]) -> int:
        return sum(w * x for w, x in zip(weights, d, strict=False)) % 11 % 10

    if len(s) == 10:
        return d[9] == control([2, 4, 10, 3, 5, 9, 4, 6, 8])
    first, second = control([7, 2, 4, 10, 3, 5, 9, 4, 6, 8]), control([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
    return (d[10], d[11]) == (first, second)


def _mutations(number: str) -> list[str]:
    """Every string that differs in exactly one digit."""
    return [
        number[:i] + d + number[i + 1 :]
        for i, old in enumerate(number)
        if old.isdigit()
        for d in "0123456789"
        if d != old
    ]


INN = ["7827004526", "7707083893", "5074022777", "760307073214", "500100732259", "6168108630", "7702070139"]
OGRN = ["1027812400868", "1027700132195", "307760324100018", "304500116000157"]
SNILS = ["087-654-303 00", "112-233-445 95"]
ACCOUNTS = [
    ("40702810900000002851", "044030827"),
    ("40703810438000016950", "044525225"),
    ("40703810668000001278", "049401601"),
    ("40702810338360027201", "044525225"),
    ("40101810400000010002", "046015001"),
]
CORR = [
    ("30101810200000000827", "044030827"),
    ("30101810400000000225", "044525225"),
    ("30101810145250000974", "044525974"),
    ("40102810145370000026", "012520101"),
]


@pytest.mark.parametrize("number", INN)
def test_inn_of_real_bodies(number: str) -> None:
    assert r.inn_check(number) == number


@pytest.mark.parametrize(
    "number",
    [
        "7807083893",
        "7827004536",
        "500100732258",
        "8827004526",
        "7837004526",
        "7827104526",
        "7827005526",
        "860307073214",
        "761307073214",
        "760317073214",
        "760307173214",
        "760307074214",
        "760307073224",
        "0123456789",
        "1234567890",
        "012345678901",
        "",
        " ",
        "0",
        "78270045261",
        "782700452",
        "a123",
        "123-",
        "7827004526.0",
        "٧٨٢٧٠٠٤٥٢٦",
    ],
)
def test_inn_refused(number: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        r.inn_check(number)
    assert refusal.value.code == "requisites.inn"
    assert not r.inn_ok(number)


def test_papers_group_digits_with_spaces() -> None:
    assert r.inn_check(" 7707 083893 ") == "7707083893"
    assert r.account_check("40702 810 9 0000 0002851", "04 4030 827") == "40702810900000002851"
    assert r.inn_check("7707\u00a0083893") == "7707083893"


@pytest.mark.parametrize("number", OGRN)
def test_ogrn(number: str) -> None:
    assert r.ogrn_check(number) == number


@pytest.mark.parametrize(
    "number", ["1027700132196", "307760324100019", "10277001321", "", "абв", "102770013219 Б"]
)
def test_ogrn_refused(number: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        r.ogrn_check(number)
    assert refusal.value.code == "requisites.ogrn"


@pytest.mark.parametrize(
    ("text", "kpp"), [("616801001", "616801001"), ("0000az001", "0000AZ001"), ("7700АВ001", "7700AB001")]
)
def test_kpp(text: str, kpp: str) -> None:
    assert r.kpp_check(text) == kpp


@pytest.mark.parametrize("text", ["000000000", "01234567", "0123456789", "0000 Ж001", "0", "77A001001"])
def test_kpp_refused(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        r.kpp_check(text)
    assert refusal.value.code == "requisites.kpp"


@pytest.mark.parametrize(
    ("text", "snils"),
    [
        ("087-654-303 00", "08765430300"),
        ("112-233-445 95", "11223344595"),
        ("112–233–445–95", "11223344595"),
        ("11223344595", "11223344595"),
        ("001-001-998 00", "00100199800"),
        ("06611857667", "06611857667"),
    ],
)
def test_snils(text: str, snils: str) -> None:
    assert r.snils_check(text) == snils


@pytest.mark.parametrize(
    "text",
    [
        "112-233-445 96",
        "00000000000",
        "000-000-000 00",
        "1-1-2233445 95",
        "СНИЛС 11223344595",
        "",
    ],
)
def test_snils_refused(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        r.snils_check(text)
    assert refusal.value.code == "requisites.snils"


def test_snils_show() -> None:
    assert r.snils_show("08765430300") == "087-654-303 00"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("044525225", True),
        ("012520101", True),
        ("04 4525 225", True),
        ("000000000", False),
        ("123456789", False),
        ("04452522", False),
        ("0445252255", False),
        ("О44525225", False),
    ],
)
def test_bic(text: str, good: bool) -> None:
    assert r.bic_ok(text) is good


@pytest.mark.parametrize(("account", "bic"), ACCOUNTS)
def test_accounts(account: str, bic: str) -> None:
    assert r.account_check(account, bic) == account


@pytest.mark.parametrize(
    ("account", "bic", "code"),
    [
        (
            "40703810648000001278",
            "049401601",
            "requisites.account",
        ),  # one digit off on the page of a real association
        ("40702810900000002861", "044030827", "requisites.account"),
        ("40702810900000002851", "044525225", "requisites.account"),
        ("00000000000000000000", "044525225", "requisites.account"),
        ("4070281090000000285", "044030827", "requisites.account"),
        ("40702810900000002851", "944030827", "requisites.bic"),
        ("40702810900000002851", "", "requisites.bic"),
    ],
)
def test_accounts_refused(account: str, bic: str, code: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        r.account_check(account, bic)
    assert refusal.value.code == code


def test_treasury_accounts_are_checked_by_form_only() -> None:
    assert r.account_check("03100643000000013400", "012520101") == "03100643000000013400"
    assert not r.account_ok("0310064300000001340", "012520101")


@pytest.mark.parametrize(("corr", "bic"), CORR)
def test_correspondent_accounts(corr: str, bic: str) -> None:
    assert r.corr_account_check(corr, bic) == corr
    assert r.account_ok(corr, bic)


@pytest.mark.parametrize(
    ("corr", "bic"),
    [
        ("30101810200000000827", "044525225"),
        ("30101810300000000827", "044030827"),
        ("40702810900000002851", "044030827"),
        ("00000000000000000000", "044030827"),
    ],
)
def test_correspondent_accounts_refused(corr: str, bic: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        r.corr_account_check(corr, bic)
    assert refusal.value.code == "requisites.corr_account"


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("60701000", True),
        ("60701000001", True),
        ("03701000", True),
        ("6070100", False),
        ("607010000", False),
        ("00000000", False),
        ("00000000000", False),
        ("6070100O", False),
    ],
)
def test_oktmo(text: str, good: bool) -> None:
    assert r.oktmo_ok(text) is good


@pytest.mark.parametrize("text", ["77:05:0004001:2458", "61:44:000101:1", " 77:05:0004001:2458 "])
def test_cadastral(text: str) -> None:
    assert r.cadastral_check(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "77:05:0004001:2458(1)",
        "77:00-6.323",
        "77:00-6.323-ЧЗУ3",
        "77:05:0004001:15-77/060/2025-41",
        "77-05-04001-015",
        "М-05-014404",
        "77:05:0004001",
        "77:05:00040012:1",
        "77:05:0004001:0",
        "00:00:0000000:0",
        "",
    ],
)
def test_cadastral_refused(text: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        r.cadastral_check(text)
    assert refusal.value.code == "requisites.cadastral"


@pytest.mark.parametrize("ok", [r.inn_ok, r.kpp_ok, r.ogrn_ok, r.bic_ok, r.snils_ok, r.oktmo_ok])
@given(length=st.integers(0, 40))
def test_nothing_but_zeros_is_never_a_number(ok: Callable[[str], bool], length: int) -> None:
    assert not ok("0" * length)


@given(st.text(max_size=200))
def test_any_text_is_answered_with_a_refusal_or_a_clean_number(text: str) -> None:
    for ok in (r.inn_ok, r.kpp_ok, r.ogrn_ok, r.bic_ok, r.snils_ok, r.oktmo_ok, r.cadastral_ok):
        assert ok(text) in (True, False)


@given(st.from_regex(r"[0-9]{10}|[0-9]{12}", fullmatch=True).filter(lambda s: s.strip("0")))
def test_inn_agrees_with_the_oracle(text: str) -> None:
    assert r.inn_ok(text) is _inn(text)


@pytest.mark.parametrize(("account", "bic"), ACCOUNTS)
def test_every_single_digit_error_in_an_account_is_caught(account: str, bic: str) -> None:
    assert [
        wrong
        for wrong in _mutations(account)
        if r.account_ok(wrong, bic) and not wrong.startswith(("03", "30"))
    ] == []


@given(st.from_regex(r"4[0-9]{19}", fullmatch=True), st.from_regex(r"04[0-9]{7}", fullmatch=True), st.data())
def test_single_digit_errors_in_any_account(draft: str, bic: str, data: st.DataObject) -> None:
    keyed = [draft[:8] + key + draft[9:] for key in "0123456789"]
    account = next(a for a in keyed if r.account_ok(a, bic))
    place = data.draw(st.integers(5, 19))
    wrong = (
        account[:place]
        + str((int(account[place]) + data.draw(st.integers(1, 9))) % 10)
        + account[place + 1 :]
    )
    assert not r.account_ok(wrong, bic)


def _residue_10(number: str) -> int:
    return sum(w * int(d) for w, d in zip((2, 4, 10, 3, 5, 9, 4, 6, 8), number, strict=False)) % 11


@given(st.integers(1, 10**9 - 1), st.integers(0, 9), st.integers(1, 9))
def test_single_digit_errors_in_an_inn_pass_only_by_the_hole_in_the_standard(
    body: int, place: int, step: int
) -> None:
    """mod 11 mod 10 maps the residues 0 and 10 to the same digit; there is no other way through."""
    number = f"{body:09d}"
    number += str(_residue_10(number) % 10)
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    if r.inn_ok(wrong):
        assert {_residue_10(number), _residue_10(wrong)} == {0, 10}


@pytest.mark.parametrize(
    "number", ["7827004526", "7707083893", "760307073214", "1027700132195", "307760324100018"]
)
def test_single_digit_errors_in_published_numbers(number: str) -> None:
    ok = r.inn_ok if len(number) in (10, 12) else r.ogrn_ok
    assert [wrong for wrong in _mutations(number) if ok(wrong)] == []


@pytest.mark.parametrize("number", SNILS)
def test_single_digit_errors_in_a_snils(number: str) -> None:
    """Sums 100 and 101 both give control 00, so neighbours of a number ending in 00 may pass; nothing else
    does.
    """
    digits = r.snils_check(number)
    passed = [wrong for wrong in _mutations(digits) if r.snils_ok(wrong) and int(wrong[:9]) > 1001998]
    assert passed == (["08765430200"] if digits == "08765430300" else [])
