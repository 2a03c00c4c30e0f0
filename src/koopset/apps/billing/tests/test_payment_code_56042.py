import json
import re
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from koopset.apps.billing.formats.payment_code_56042 import (
    READER,
    claims,
    paym_period,
    qr_modules,
    qr_png,
    qr_svg,
    read_picture,
    read_record,
    read_text,
    write_record,
)
from koopset.kernel.inspection import exit_code, inspect_file
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation

ROOT = next((up for up in Path(__file__).parents if (up / "pyproject.toml").exists()), Path(__file__).parent)
SAMPLES = ROOT.parent / "shared" / "samples" / "formats" / "b_gost_qr"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="needs the foreign samples")

PAYEE = {
    "Name": "СНТ «Ветерок»",
    "PersonalAcc": "40702810138250123017",
    "BankName": "БАНК",
    "BIC": "044525225",
    "CorrespAcc": "30101810400000000225",
}
TEXT = "|".join(f"{key}={value}" for key, value in PAYEE.items())


def record(more: str = "", digit: str = "2", codec: str = "utf-8", separator: str = "|") -> bytes:
    return (f"ST0001{digit}|{TEXT}" + more).replace("|", separator).encode(codec)


def refused(action, *args) -> RuleViolation:
    with pytest.raises(RuleViolation) as caught:
        action(*args)
    return caught.value


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def vectors(name: str) -> list[dict[str, str]]:
    return json.loads((SAMPLES / name).read_text("utf-8")) if SAMPLES.exists() else []


# id → encoding, kopecks, personal account, month
EXPECTED = {
    "condo_ecograd": ("cp1251", 12351, "5018435412", None),
    "mtk": ("utf-8", 57200, None, None),
    "zelenograd": ("cp1251", 738961, "123456", Month(2021, 11)),
    "astra_snt": ("utf-8", None, None, None),
    "zavyalovo_snt": ("utf-8", 10000, None, None),
    "mosenergosbyt": ("utf-8", 61069, "2287008779", Month(2021, 2)),
    "rostov_sber": ("cp1251", 250000, "550016912", None),
    "spec_examples_tri_kita": ("utf-8", None, None, None),
    "spb_utf8": ("utf-8", 225000, None, None),
    "spb_win1251": ("cp1251", 225000, None, None),
}


@needs_samples
def test_foreign_codes():
    found = {}
    for entry in vectors("qr.json"):
        data = bytes.fromhex(entry["bytes_hex"])
        parsed = read_record(data)
        assert parsed.fields == read_text(entry["string"]).fields, entry["id"]
        assert parsed.encoding == entry["byte_encoding"]
        assert read_picture(qr_png(data)) == [data]
        found[entry["id"]] = (parsed.encoding, parsed.sum_kop, parsed.fields.get("PersAcc"), parsed.period)
    assert found == EXPECTED


@needs_samples
def test_foreign_refusals():
    entries = vectors("qr_reject.json")
    assert len(entries) == 13
    reasons = []
    for entry in entries:
        reason = refused(read_text, entry["string"]).code
        assert refused(read_record, entry["string"].encode()).code == reason
        reasons.append(reason.removeprefix("payment_code."))
    assert reasons == [
        "sbp_link", "fiscal_receipt", "bad_sum", "bad_sum", "missing_key", "duplicate_key", "missing_key",
        "broken_token", "not_a_payment_code", "not_a_payment_code", "version", "encoding", "mangled",
    ]  # fmt: skip


@needs_samples
def test_foreign_file():
    found = inspect_file(SAMPLES / "aserdobintsev_win1251.txt", among=[READER])
    assert (found.encoding, found.records, found.totals, exit_code(found)) == (
        "cp1251",
        1,
        {"sum": "1000.00"},
        0,
    )


# Edge 1, 2: keys


def test_keys_in_any_case_are_read_in_the_standard_spelling():
    fields = read_record(
        record("|lastName=Белова|persAcc=17|PERSONALACCOUNT=18|sum=100|Phone=1|flat=2")
    ).fields
    assert list(fields)[5:] == ["LastName", "PersAcc", "PersonalAccount", "Sum", "Phone", "Flat"]
    assert (fields["PersonalAcc"], fields["PersAcc"], fields["PersonalAccount"]) == (
        PAYEE["PersonalAcc"],
        "17",
        "18",
    )


@pytest.mark.parametrize("more", ["|Sum=1|sum=1", "|persAcc=1|PersAcc=1", "|numAbo=1|NUMABO=1", "|Name=X"])
def test_a_repeated_key_is_refused(more):
    assert refused(read_record, record(more)).code == "payment_code.duplicate_key"


# Edge 3: period


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("042026", Month(2026, 4)), ("0521", Month(2021, 5)), ("0926", Month(2026, 9)), ("11.2026", Month(2026, 11)),
        ("202208", Month(2022, 8)), ("ноябрь 2025", Month(2025, 11)), ("Мая 2026 г.", Month(2026, 5)),
        ("март 2026", Month(2026, 3)), ("2026-11", Month(2026, 11)), ("132026", None), ("1326", None), ("", None),
        ("весна 2026", None), ("042026x", None), ("٠٤٢٠٢٦", None), ("00.2026", None),
    ],
)  # fmt: skip
def test_period(text, month):
    assert paym_period(text) == month
    assert read_record(record(f"|PaymPeriod={text}")).period == month


# Edge 4: sum


@pytest.mark.parametrize(
    ("text", "kop"),
    [("0", None), ("000", None), ("", None), ("1", 1), ("381630", 381630), ("9" * 18, 10**18 - 1)],
)
def test_sum(text, kop):
    assert read_record(record(f"|Sum={text}")).sum_kop == kop


@pytest.mark.parametrize("text", ["3816.30", "20616,36", "-5", "+5", "1 000", "9" * 19, "٣", "сто"])
def test_a_sum_is_never_guessed(text):
    assert refused(read_record, record(f"|Sum={text}")).code == "payment_code.bad_sum"


# Edge 5: bytes


@pytest.mark.parametrize(
    ("digit", "codec"),
    [
        ("1", "cp1251"),
        ("2", "utf-8"),
        ("3", "koi8-r"),
        ("0", "utf-8"),
        ("0", "cp1251"),
        ("1", "utf-8"),
        ("2", "cp1251"),
    ],
)
def test_bytes_tell_the_encoding(digit, codec):
    data = record("", digit).decode().replace("«", '"').replace("»", '"').encode(codec)
    parsed = read_record(data)
    assert parsed.fields["Name"] == 'СНТ "Ветерок"'
    assert parsed.encoding == codec


@pytest.mark.parametrize(
    ("codec", "wrong"), [("cp1251", "latin-1"), ("cp1251", "cp1252"), ("utf-8", "latin-1")]
)
def test_text_mangled_by_a_scanner_is_repaired(codec, wrong):
    parsed = read_text(record("|LastName=Белова", codec=codec).decode(wrong))
    assert (parsed.fields["LastName"], codes(parsed.warnings)) == ("Белова", ["repaired"])


def test_lost_letters_are_refused():
    assert refused(read_text, "ST00011|Name=\ufffd\ufffd").code == "payment_code.mangled"


# Edge 6: shapes


@pytest.mark.parametrize("more", ["|", "|\r\n", "||", "\r\n|Purpose=", " | "])
def test_trailing_separators_and_line_breaks(more):
    parsed = read_record(record(more))
    assert {key: parsed.fields[key] for key in PAYEE} == PAYEE


def test_shapes_seen_in_the_wild():
    parsed = read_text(
        'ST00012|Name="СНТ Ветерок"|PersonalAcc=40702810138250123017|\nBankName= ОТДЕЛЕНИЕ//УФК|BIC=044525225\n'
        "|CorrespAcc=0|Purpose=a=b=c|FitstName=Анна|KSK_Type=1"
    )
    assert parsed.fields["Name"] == "СНТ Ветерок"
    assert parsed.fields["BankName"] == "ОТДЕЛЕНИЕ//УФК"
    assert parsed.fields["CorrespAcc"] == "0"
    assert parsed.fields["Purpose"] == "a=b=c"
    assert parsed.fields["FitstName"] == "Анна"
    assert codes(parsed.warnings) == ["unknown-key", "unknown-key"]
    assert (
        read_text(f"ST00012|{TEXT}".replace("СНТ «Ветерок»", 'ПАО "БАНК "САНКТ"')).fields["Name"]
        == 'ПАО "БАНК "САНКТ"'
    )


@pytest.mark.parametrize("separator", ["~", "^", ";", "#", "\n", "§"])
def test_the_separator_is_the_byte_after_the_digit(separator):
    parsed = read_record(record("|Purpose=a,b", separator=separator))
    assert (parsed.separator, parsed.fields["Purpose"], len(parsed.fields)) == (separator, "a,b", 6)


@pytest.mark.parametrize("text", ["ST00012Name=X", "ST00012", "ST00012=Name"])
def test_no_separator_is_refused(text):
    assert refused(read_text, text).code == "payment_code.separator"


@pytest.mark.parametrize("key", list(PAYEE))
def test_mandatory_keys(key):
    left = "|".join(f"{name}={value}" for name, value in PAYEE.items() if name != key)
    assert refused(read_text, f"ST00012|{left}").field == key
    assert refused(read_text, f"ST00012|{left}|{key}=").field == key
    assert refused(write_record, {**PAYEE, key: " "}).field == key


@pytest.mark.parametrize(
    ("key", "value"), [("PersonalAcc", "123"), ("BIC", "04452522"), ("BIC", "04452522x")]
)
def test_lengths_of_mandatory_numbers(key, value):
    assert refused(read_text, f"ST00012|{TEXT.replace(PAYEE[key], value)}").field == key
    assert refused(write_record, {**PAYEE, key: value}).code == "payment_code.bad_length"


def test_order_and_lengths_are_warned_of():
    swapped = "|".join(f"{key}={value}" for key, value in reversed(PAYEE.items()))
    assert codes(read_text(f"ST00012|{swapped}").warnings) == ["order"]
    assert codes(read_record(record("|Purpose=" + "я" * 211)).warnings) == ["too-long"]


# Edge 7, 8, 9


def test_uin_of_gis_keeps_its_letters():
    assert read_record(record("|UIN=20МВ875415-07-1051")).fields["UIN"] == "20МВ875415-07-1051"


def test_account_keys_are_checked_but_not_of_the_treasury():
    assert codes(read_text(f"ST00012|{TEXT}".replace("123017", "123018")).warnings) == ["account-key"]
    treasury = {
        **PAYEE,
        "PersonalAcc": "03100643000000015400",
        "BIC": "015402901",
        "CorrespAcc": "40102810545370000046",
    }
    assert codes(read_record(write_record(treasury)).warnings) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://qr.nspk.ru/AS1000", "sbp_link"), ("t=20261101T1200&s=100.00&fn=1&i=2&fp=3&n=1", "fiscal_receipt"),
        ("", "empty"), ("привет", "not_a_payment_code"), ("ST1", "not_a_payment_code"), ("ST00022|Name=x", "version"),
        ("ST00019|Name=x", "encoding"),
    ],
)  # fmt: skip
def test_what_is_not_a_payment_code(text, code):
    assert refused(read_text, text).code == f"payment_code.{code}"
    assert refused(read_record, text.encode()).code == f"payment_code.{code}"


# Writing


@pytest.mark.parametrize("codec", ["utf-8", "cp1251", "koi8-r"])
def test_what_is_written_is_read_back(codec):
    fields: dict[str, str | int] = {
        **PAYEE,
        "Name": 'СНТ "Ветерок"',
        "purpose": "Взнос, уч. 12",
        "persacc": "103000017",
        "SUM": 150000,
        "lastName": "Белова",
    }
    data = write_record(fields, encoding=codec)
    parsed = read_record(data)
    assert list(parsed.fields) == [*PAYEE, "Sum", "Purpose", "LastName", "PersAcc"]
    assert (parsed.sum_kop, parsed.encoding, parsed.separator, list(parsed.warnings)) == (
        150000,
        codec,
        "|",
        [],
    )
    assert read_picture(qr_png(data)) == [data]


@pytest.mark.parametrize(("value", "separator"), [("a|b", "~"), ("a|b~c", "^"), ("a|~^b", ";")])
def test_another_separator_when_a_value_holds_it(value, separator):
    data = write_record({**PAYEE, "Purpose": value})
    assert data[7:8].decode() == separator
    assert read_record(data).fields["Purpose"] == value


def test_no_separator_left_is_refused():
    assert refused(write_record, {**PAYEE, "Purpose": "|~^;#\\`$!*%@&"}).code == "payment_code.separator"


def test_characters_an_encoding_lacks_are_said_otherwise():
    data = write_record({**PAYEE, "Purpose": "Взнос 100 ₽ — “долг”"}, encoding="cp1251")
    assert read_record(data).fields["Purpose"] == "Взнос 100 руб. — “долг”"
    assert (
        read_record(write_record({**PAYEE, "Purpose": "№ 5 — 100 ₽"}, "koi8-r")).fields["Name"]
        == 'СНТ "Ветерок"'
    )
    assert refused(write_record, {**PAYEE, "Purpose": "汉"}, "cp1251").code == "payment_code.not_encodable"
    assert b"?" not in data


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Name": "я" * 161}, "too_long"), ({"BankName": "я" * 46}, "too_long"), ({"Purpose": "я" * 211}, "too_long"),
        ({"PayeeINN": "1" * 13}, "too_long"), ({"Sum": -1}, "bad_sum"), ({"Sum": "1.00"}, "bad_sum"),
        ({"Sum": 10**18}, "bad_sum"), ({"Vendor": "x"}, "unknown_key"), ({"name": "x"}, "duplicate_key"),
        ({"Purpose": "\ufffd"}, "mangled"), ({"PayerAddress": "я" * 1200}, "too_long"),
    ],
)  # fmt: skip
def test_limits_of_writing(change, code):
    assert refused(write_record, {**PAYEE, **change}).code == f"payment_code.{code}"


def test_an_unknown_encoding_is_refused():
    assert refused(write_record, PAYEE, "utf-16").code == "payment_code.encoding"


def test_empty_values_open_sum_and_line_breaks():
    fields = read_record(
        write_record({**PAYEE, "Sum": 0, "Purpose": "", "PayerAddress": "ул. Садовая,\r\n 5"})
    ).fields
    assert list(fields) == [*PAYEE, "PayerAddress"]
    assert fields["PayerAddress"] == "ул. Садовая, 5"


# The symbol


def test_modules_svg_and_png_show_the_same_square():
    data = write_record({**PAYEE, "Sum": 1})
    rows = qr_modules(data)
    side = len(rows)
    assert all(len(row) == side for row in rows)
    assert (side - 17) % 4 == 0
    assert rows[0][:8] == [True] * 7 + [False]
    drawn = [[False] * (side + 8) for _ in range(side + 8)]
    svg = qr_svg(data)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        for step in range(int(width)):
            drawn[int(y)][int(x) + step] = True
    assert [row[4:-4] for row in drawn[4:-4]] == rows
    assert sum(map(sum, drawn)) == sum(map(sum, rows))
    assert f'viewBox="0 0 {side + 8} {side + 8}"' in svg
    with Image.open(BytesIO(qr_png(data, scale=3))) as picture:
        assert picture.size == ((side + 8) * 3, (side + 8) * 3)


def test_correction_level_is_m():
    found = zxingcpp.read_barcodes(Image.open(BytesIO(qr_png(write_record(PAYEE)))))
    assert [symbol.ec_level for symbol in found] == ["M"]


@pytest.mark.parametrize("data", [b"", b"x" * 2332])
def test_what_does_not_fit_a_symbol_is_refused(data):
    assert refused(qr_svg, data).code == "payment_code.too_long"


# Files and pictures


def picture(kind: str, mode: str = "L", turned: int = 0) -> bytes:
    with Image.open(BytesIO(qr_png(write_record({**PAYEE, "Sum": 12345}, "cp1251"), 6))) as source:
        image = source.convert("L").rotate(turned, expand=True, fillcolor=255)
        if mode == "RGBA":
            # Dark modules on nothing, as a designer would save it.
            clear = Image.new("RGBA", image.size, (0, 0, 0, 0))
            clear.putalpha(image.point(lambda shade: 255 - shade))
            image = clear
        out = BytesIO()
        image.save(out, kind)
        return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode", "turned"),
    [("PNG", "L", 0), ("PNG", "RGBA", 0), ("JPEG", "L", 0), ("PNG", "L", 90), ("JPEG", "L", 17)],
)
def test_pictures_are_read(kind, mode, turned, tmp_path):
    path = tmp_path / "code"
    path.write_bytes(picture(kind, mode, turned))
    found = inspect_file(path, among=[READER])
    assert (found.format, found.encoding, found.records, found.totals) == (
        "gost-56042",
        "cp1251",
        1,
        {"sum": "123.45"},
    )
    assert exit_code(found) == 0


@pytest.mark.parametrize("kind", [zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Aztec])
def test_other_symbols_of_the_standard(kind):
    data = write_record({**PAYEE, "Name": "SNT"}, "cp1251")
    symbol = zxingcpp.create_barcode(data, kind)
    out = BytesIO()
    raw = memoryview(cast(Any, zxingcpp.write_barcode_to_image(symbol, scale=6)))
    height, width = cast("tuple[int, int]", raw.shape)
    Image.frombytes("L", (width, height), raw.tobytes()).save(out, "PNG")
    assert read_picture(out.getvalue()) == [data]


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(data)
    return path


def blank() -> bytes:
    out = BytesIO()
    Image.new("L", (60, 60), 255).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x89PNG\r\n\x1a\nbroken", "bad-picture"), (b"\xff\xd8\xffbroken", "bad-picture"), (blank(), "no-code"),
        (qr_png(b"https://qr.nspk.ru/AS1000"), "sbp-link"), (b"ST00022|Name=x", "version"),
        (record("|Sum=1.5"), "bad-sum"), (record("|Purpose=" + "x" * 70_000), "too-long"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used(data, code, tmp_path):
    path = saved(tmp_path, data)
    found = inspect_file(path, among=[READER])
    assert (codes(found.errors), found.records, found.totals["sum"], exit_code(found)) == ([code], 0, None, 1)
    assert "{" not in found.errors[0].text


@pytest.mark.parametrize(
    "data", [b"", b"https://qr.nspk.ru/example", b"t=123&s=1&fn=2", b"QQ00011|Name=x", b"ST", b"STATEMENT"]
)
def test_files_of_others_are_not_claimed(data, tmp_path):
    assert not claims(data)
    assert inspect_file(saved(tmp_path, data), among=[READER]) is None


def test_a_text_file_with_a_mark_and_a_line_end(tmp_path):
    found = READER.inspect(saved(tmp_path, b"\xef\xbb\xbf" + record("|Sum=100") + b"\r\n"))
    assert (found.records, found.totals, found.warnings, found.errors) == (1, {"sum": "1.00"}, [], [])


# Nothing breaks it


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=1000)
def test_arbitrary_bytes(data):
    for body in (data, b"ST00012|" + data, record() + data):
        with suppress(RuleViolation):
            read_record(body)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=1000)
def test_arbitrary_text(text):
    for body in (text, "ST00011|" + text, f"ST00012|{TEXT}|" + text):
        with suppress(RuleViolation):
            read_text(body)


@given(st.text(max_size=60), st.sampled_from(["utf-8", "cp1251", "koi8-r"]))
@settings(max_examples=200, deadline=1000)
def test_written_is_read_or_refused(text, codec):
    try:
        data = write_record({**PAYEE, "Purpose": text, "Sum": 5}, codec)
    except RuleViolation:
        return
    parsed = read_record(data)
    assert parsed.sum_kop == 5
    if codec == "utf-8":
        assert parsed.fields["PersonalAcc"] == PAYEE["PersonalAcc"]


@given(st.integers(0, 400), st.binary(min_size=1, max_size=20))
@settings(max_examples=40, deadline=3000)
def test_broken_pictures(place, noise):
    data = bytearray(PICTURE)
    data[place : place + len(noise)] = noise
    with suppress(RuleViolation):
        read_picture(bytes(data))


PICTURE = qr_png(write_record(PAYEE), 2)
