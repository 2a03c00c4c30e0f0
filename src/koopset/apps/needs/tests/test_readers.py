"""Files of receipts in every shape they come in; what is personal does not pass."""

import io
import json
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.needs import factories
from koopset.apps.needs.formats.persons import clean, shop_name
from koopset.apps.needs.formats.receipt_file import READER, TEXTS, Told, read_receipts
from koopset.apps.needs.formats.receipt_json import ReceiptRead, Unusable, parse_json, receipts_in
from koopset.apps.needs.messages import FILE_WORDS, FLAG_WORDS
from koopset.kernel.inspection import inspect_file

SAMPLES = Path(__file__).parents[6] / "shared/samples"
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="samples are not here")
ONE = factories.receipt_json(
    [factories.item("Хлеб ржаной 500г", 5290), factories.item("Молоко 1л", 8990, 2)], fd=77
)
PERSONAL: dict[str, Any] = {
    "operator": "Кассирова Зоя Ивановна",
    "operatorInn": "161203486798",
    "buyerPhoneOrAddress": "+79112223344",
    "sellerAddress": "shop@example.org",
    "retailPlaceAddress": "420500, Иннополис, Спортивная ул, дом 110",
    "rawData": "0400120BADC0FFEE",
    "properties": {"propertyName": "Телефон", "propertyValue": "+79112223344"},
}


def read(value: Any) -> list[Any]:
    return list(receipts_in(parse_json(json.dumps(value, ensure_ascii=False))))


def read_bytes(data: bytes) -> list[Any]:
    return list(read_receipts(io.BytesIO(data)))


SHAPES = {
    "application": [{"_id": "1", "createdAt": "2026-11-15", "ticket": {"document": {"receipt": ONE}}}],
    "single": {"ticket": {"document": {"receipt": ONE}}},
    "flat": ONE,
    "flat list": [ONE],
    "service of checking": {
        "code": 1,
        "first": 1,
        "data": {"json": ONE, "html": "<table>"},
        "request": {"qrraw": factories.qr_of(ONE)},
    },
    "service, a text": {"code": 1, "data": {"json": json.dumps(ONE)}, "request": {}},
    "marked goods": {
        "fiscalData": {
            "receipt": {k: v for k, v in ONE.items() if k != "dateTime"}
            | {"fiscalDriveNumber": int(ONE["fiscalDriveNumber"])}
        },
        "codeData": {"fiscalDate": 1_794_679_500_000},
    },
    "lkdr": {"receipts": [{"brandId": 1, "rawJson": json.dumps(ONE)}]},
    "older": {"document": {"receipt": ONE}},
    "a text": json.dumps(ONE),
    "bso": [{"ticket": {"document": {"bso": ONE}}}],
    "epoch": ONE | {"dateTime": 1_794_679_500},
    "properties list": ONE | {"properties": [{"propertyName": "a", "propertyValue": "b"}]},
    "older words": {k: v for k, v in ONE.items() if k not in ("code", "items")}
    | {
        "receiptCode": 3,
        "items": [
            {
                **{k: v for k, v in one.items() if k not in ("nds", "paymentType", "productType")},
                "ndsRate": 2,
                "calculationTypeSign": 4,
                "calculationSubjectSign": 1,
            }
            for one in ONE["items"]
        ],
    },
    "float kopecks": json.loads(json.dumps(ONE).replace("5290", "5290.0").replace("23270", "23270.0")),
    "texts for numbers": ONE
    | {"totalSum": str(ONE["totalSum"]), "fiscalDocumentNumber": "77", "operationType": "1"},
    "broken sign": ONE | {"messageFiscalSign": 9.297141223444275e18},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_receipt_in_every_shape(shape):
    [found] = read(SHAPES[shape])
    assert isinstance(found, ReceiptRead)
    assert found.identity == (factories.FN, 77, 3_000_000_077)
    assert (found.day, found.clock) == (date(2026, 11, 14), time(18, 5))
    assert (found.total_kop, found.operation, found.shop_inn) == (23_270, 1, "4700555018")
    assert [(line.name, line.quantity, line.sum_kop) for line in found.lines] == [
        ("Хлеб ржаной 500г", Decimal(1), 5290),
        ("Молоко 1л", Decimal(2), 17_980),
    ]


@pytest.mark.parametrize("code", [0, 2, 3, 4, 5, 17])
def test_a_service_that_gives_nothing_is_told_of(code):
    [found] = read(
        {"code": code, "first": 0, "data": "чек некорректен", "request": {"qrraw": factories.qr_of(ONE)}}
    )
    assert isinstance(found, Unusable)
    assert found.code.startswith("answer-")
    assert found.known_by == f"{factories.FN}-77-3000000077"


def test_nothing_personal_passes():
    marked = factories.item(
        "Сыр от ИП Сыроваров С.С. тел +7 911 222-33-44 mail@example.org",
        10_000,
        productCodeNew={
            "gs1m": {"gtin": "04610017240052", "sernum": "5OUcb", "rawProductCode": "0104610017240052215OUcb"}
        },
        paymentAgentByProductType=1,
        providerInn="161203486798",
        providerData={"providerPhone": ["+79990001122"], "providerName": "Поставщиков П.П."},
    )
    receipt = factories.receipt_json([marked], **PERSONAL)
    [found] = read(factories.app_json(receipt).decode())
    kept = repr(found)
    for word in (
        "Кассиров",
        "161203486798",
        "9112223344",
        "222-33-44",
        "example.org",
        "Спортивная",
        "BADC0FFEE",
        "5OUcb",
        "Сыроваров",
        "Поставщиков",
        "9990001122",
    ):
        assert word not in kept, word
    assert found.lines[0].gtin == "04610017240052"
    assert found.lines[0].name.startswith("Сыр от")


def test_the_name_of_a_sole_trader_is_no_name_of_a_shop():
    receipt = factories.receipt_json(
        [factories.item("Булочка от Лесниковой и ЛЕСНИКОВА М.П.", 4500)],
        shop="ул Спортивная, д 120",
        inn="632525178730",
    )
    [found] = read(receipt | {"user": "ЛЕСНИКОВА МАРИЯ ПАВЛОВНА"})
    assert found.shop_name == "ул Спортивная, д 120"
    assert "ЛЕСНИКОВА" not in found.lines[0].name
    assert shop_name("ИП ТЕСТОВА Т.Т.", "", "000000000000") == ""
    assert shop_name("ИП Иванов Иван Иванович", "Магазин ИП Иванов", "") == "Магазин"
    assert shop_name("ООО «Ромашка»", "Магазин", "4700555018") == "Магазин, ООО «Ромашка»"
    assert shop_name('АКЦИОНЕРНОЕ ОБЩЕСТВО "ТАНДЕР"', "Магазин  Магнит", "2310031475") == "Магазин Магнит"


@pytest.mark.parametrize(
    "name",
    [
        "Молоко 3,2% 1л",
        "*Лук репчатый 1кг",
        "СЫР ВЫДЕРЖ 45% CASTE",
        "4607167841154 МОЛОКО SPAR 2,5% 1,7",
        "Филе ЦБ охл лоток (в):5",
        "ВКУСН.Кефир 1% 465г",
        "К.Ц.Вода негаз. 5л",
        "Х/б ХД Геркулес",
        "Хлеб Ивановский",
        "Вафли Вдохновение",
        "Ряженка Петмол",
    ],
)
def test_names_of_goods_stay(name):
    assert clean(name, limit=250) == name


def test_flags_of_sums():
    discount = factories.item("Сыр", 10_000) | {"sum": 7_000}
    assert read(factories.receipt_json([discount]))[0].flags == ["discount"]
    down = factories.receipt_json(
        [factories.item("Булочка", 3599), factories.item("Батон", 1739)], totalSum=5300
    )
    assert read(down)[0].flags == []
    assert read(down | {"totalSum": 5238})[0].flags == ["sum-differs"]
    assert read(down | {"totalSum": 5339})[0].flags == ["sum-differs"]
    cut = factories.receipt_json([factories.item("Булочка", 3599)], totalSum=10_000)
    assert read(cut)[0].flags == ["sum-differs"]
    broken = factories.receipt_json(
        [factories.item("Булочка", 3599), factories.item("Батон", 1739)], totalSum=3599
    )
    broken["items"][1]["sum"] = "много"
    assert read(broken)[0].flags == ["lines-unread"]


def test_roubles_in_a_file_of_kopecks_are_refused():
    [found] = read(factories.receipt_json([factories.item("Сыр", 582)]) | {"totalSum": 582.47})
    assert found == Unusable("not-kopecks", found.known_by)


@pytest.mark.parametrize(
    ("code", "unit"),
    [(0, "pcs"), (10, "g"), (11, "kg"), (40, "ml"), (41, "l"), (42, "m3"), (50, "kwh"), (71, ""), (255, "")],
)
def test_measures_of_format_12(code, unit):
    [found] = read(
        factories.receipt_json([factories.item("Лук", 3699, 0.7, itemsQuantityMeasure=code) | {"sum": 2589}])
    )
    assert (found.lines[0].unit, found.lines[0].quantity) == (unit, Decimal("0.7"))


def test_measures_in_words():
    [found] = read(
        factories.receipt_json(
            [
                factories.item("Вода", 13950, measure="Куб.м"),
                factories.item("Гвозди", 100, unit="кг"),
                factories.item("Доска", 100, 2, itemsQuantityMeasure=20),
            ]
        )
    )
    assert [(line.unit, line.quantity) for line in found.lines] == [
        ("m3", 1),
        ("kg", 1),
        ("m", Decimal("0.02")),
    ]


def test_a_correction_and_a_prepayment_are_no_purchase():
    [found] = read([{"ticket": {"document": {"receiptCorrection": ONE}}}])
    assert found.is_correction
    [advance] = read(factories.receipt_json([factories.item("Предоплата", 100_000, paymentType=3)]))
    assert advance.lines[0].prepaid


def test_identical_lines_are_kept():
    melon = factories.item("Арбузы отечественные 1 кг", 3499, 7.445, itemsQuantityMeasure=11) | {
        "sum": 26_050
    }
    assert len(read(factories.receipt_json([melon, melon]))[0].lines) == 2


def test_a_file_cut_in_the_middle_gives_what_is_whole():
    data = factories.app_json(ONE, ONE | {"fiscalDocumentNumber": 78}, ONE | {"fiscalDocumentNumber": 79})
    found = read_bytes(data[:-200])
    assert [one.fd for one in found[:-1]] == [77, 78]
    assert found[-1] == Told("cut")
    assert read_bytes(data[:300])[-1] == Told("cut")
    broken = data.replace(b'"fiscalDocumentNumber": 79', b'"fiscalDocumentNumber": ?', 1) + b" " * 200
    assert read_bytes(broken)[-1] == Told("broken")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"hello", "not-json"),
        (b"]", "not-json"),
        (b"[", "cut"),
        (b"{", "cut"),
        (b"[" * 100_000, "too-deep"),
    ],
)
def test_what_is_no_file_of_receipts(data, code):
    assert read_bytes(data)[-1] == Told(code)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings(encoding):
    [found] = read_bytes(json.dumps([ONE], ensure_ascii=False).encode(encoding))
    assert found.lines[0].name == "Хлеб ржаной 500г"


def test_objects_one_after_another():
    lines = "\n".join(json.dumps(ONE | {"fiscalDocumentNumber": number}) for number in range(1, 6))
    assert [one.fd for one in read_bytes(lines.encode())] == [1, 2, 3, 4, 5]


def test_a_long_array_is_read_in_parts():
    many = [ONE | {"fiscalDocumentNumber": number} for number in range(1, 4001)]
    found = read_bytes(json.dumps(many, ensure_ascii=False).encode())
    assert [one.fd for one in found] == list(range(1, 4001))


def test_inspection(tmp_path):
    path = tmp_path / "чеки.json"
    path.write_bytes(
        factories.app_json(ONE, ONE, ONE | {"fiscalDocumentNumber": 78, "totalSum": 9}, {"x": 1})
    )
    found = inspect_file(path)
    assert found is not None
    assert (found.format, found.records, found.usable) == ("fiscal-receipt", 4, True)
    assert found.totals == {"receipts": 2, "sum": 46_540, "declared": 23_279, "unusable": 1, "again": 1}
    assert [finding.code for finding in found.warnings] == ["again", "sum-differs", "not-a-receipt"]


CODES = """hello
t=20231203T2319&s=261.80&fn=7281440701309134&i=10027&fp=3516337491&n=1

T=20240809t0859&S=582,47&fn=7284440700391860&i=27762&fp=1201456960&n=2
t=20231203T2319&s=261.80&fn=7281440701309134&i=10027&fp=3516337491&n=1
t=20231203T2319&s=50.00&fn=7281440701309134&i=10028&fp=3516337491&n=3
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_text_of_codes_one_a_line(encoding):
    found = read_bytes(CODES.replace("\n", "\r\n").replace("hello", "Привет").encode(encoding))
    assert found[0] == Unusable("not-a-code")
    assert [(one.fd, one.total_kop, one.operation, one.lines) for one in found[1:4]] == [
        (10027, 26_180, 1, []),
        (27762, 58_247, 2, []),
        (10027, 26_180, 1, []),
    ]
    assert found[4] == Unusable("payout-code", "7281440701309134-10028-3516337491")
    assert len(found) == 5


def test_a_long_text_of_codes_is_read_in_parts():
    one = "t=20231203T2319&s=1.00&fn=7281440701309134&i={}&fp=3516337491&n=1\n"
    text = "".join(one.format(number) for number in range(1, 30_001))
    found = read_bytes((text + "x" * 3_000_000 + "\n" + one.format(7)).encode())
    assert [element.fd for element in found[:30_000]] == list(range(1, 30_001))
    assert found[30_000] == Unusable("not-a-code")
    assert found[30_001].fd == 7
    assert len(found) == 30_002


def test_inspection_of_codes(tmp_path):
    path = tmp_path / "коды.txt"
    path.write_text(CODES)
    found = inspect_file(path)
    assert found is not None
    assert (found.format, found.records, found.usable) == ("fiscal-receipt", 2, True)
    assert found.totals == {"receipts": 2, "sum": 84_427, "declared": 84_427, "unusable": 2, "again": 1}
    assert [(one.line, one.code) for one in found.warnings] == [
        (1, "not-a-code"),
        (4, "again"),
        (5, "payout-code"),
    ]


def test_a_text_without_codes_is_not_claimed(tmp_path):
    path = tmp_path / "слова.txt"
    path.write_text("fn=1&fp=2\nпросто слова\n" * 50)
    assert inspect_file(path) is None


def test_every_code_has_words_on_pages_and_by_hand():
    codes = set(TEXTS) - {"again", "sum-differs", "lines-unread", "no-lines", "line-differs", "no-code"}
    assert codes <= set(FILE_WORDS)
    assert {
        "sum-differs",
        "lines-unread",
        "no-lines",
        "line-differs",
        "no-code",
        "discount",
        "correction",
    } <= set(FLAG_WORDS)


# The samples


@needs_samples
def test_the_sample_of_codes():
    found = inspect_file(SAMPLES / "formats/c_fns/qr_strings.txt")
    assert found is not None
    assert (found.format, found.records, found.warnings, found.errors) == ("fiscal-receipt", 4, [], [])
    assert (found.totals["receipts"], found.totals["sum"]) == (4, 846_720)


@needs_samples
@pytest.mark.parametrize(
    ("name", "receipts", "lines", "total"),
    [
        ("commerce/receipts_fns_mobile_app_2022.json", 3, 11, 85_491),
        ("commerce/receipt_proverkacheka_v2_ffd12_marked_2024.json", 1, 12, 58_247),
        ("commerce/receipts_retail_2020_redacted.json", 60, 153, 1_308_744),
        ("commerce/household_milk_series_2020.json", 8, 8, 72_390),
        ("formats/c_fns/app_array_three_receipts.json", 3, 11, 85_491),
        ("formats/c_fns/app_single_ffd105_ip_no_vat.json", 1, 3, 23_500),
        ("formats/c_fns/flat_ffd12_marked_goods.json", 1, 11, 44_387),
    ],
)
def test_samples(name, receipts, lines, total):
    found = READER.inspect(SAMPLES / name)
    assert (found.totals["receipts"], found.records, found.totals["sum"]) == (receipts, lines, total)
    assert found.totals["declared"] == total
    assert found.usable


@needs_samples
def test_samples_lose_their_persons():
    text = (SAMPLES / "formats/c_fns/app_array_three_receipts.json").read_bytes()
    kept = repr(read_bytes(text))
    for word in (
        "Сомова",
        "Лаврова",
        "Гордеева",
        "ЛЕСНИКОВА",
        "Верхнеуслонский",
        "161203486798",
        "161501429001",
    ):
        assert word not in kept, word
    assert "Магазин Магнит" in kept


@needs_samples
def test_edge_cases_of_the_samples():
    cases = {
        one["case"]: read(one)[0]
        for one in json.loads((SAMPLES / "commerce/receipt_edge_cases_synthetic.json").read_text("utf-8"))
    }
    assert [cases[name].operation for name in ("return_income", "payout_expense", "return_expense")] == [
        2,
        3,
        4,
    ]
    assert "sum-differs" not in cases["round_down_total"].flags
    assert cases["advance_then_full"].lines[0].prepaid
    assert cases["weight_line"].lines[0].sum_kop == 2589
    assert "line-differs" not in cases["weight_line"].flags
    assert len(cases["same_name_two_lines"].lines) == 2


# Anything else

KEYS = st.sampled_from(
    [
        "ticket",
        "document",
        "receipt",
        "items",
        "name",
        "sum",
        "price",
        "quantity",
        "totalSum",
        "dateTime",
        "operationType",
        "fiscalDriveNumber",
        "fiscalDocumentNumber",
        "fiscalSign",
        "data",
        "code",
        "json",
        "request",
        "qrraw",
        "fiscalData",
        "codeData",
        "fiscalDate",
        "user",
        "userInn",
        "retailPlace",
        "itemsQuantityMeasure",
        "measure",
        "productCodeNew",
        "gtin",
        "paymentType",
        "rawJson",
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["2026-11-14T18:05:00", "1", "0,5", "{}", '[{"items": []}]', factories.qr_of(ONE)]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)


@given(ANYTHING)
def test_no_json_breaks_the_reader(value):
    for found in receipts_in(parse_json(json.dumps(value))):
        assert isinstance(found, ReceiptRead | Unusable)
        if isinstance(found, ReceiptRead):
            assert found.total_kop >= 0
            assert all(line.quantity > 0 and line.sum_kop >= 0 and line.name for line in found.lines)
        else:
            assert found.code in TEXTS


@given(st.dictionaries(st.sampled_from(sorted(ONE)), LEAVES, max_size=5), st.integers(0, 40))
def test_no_damaged_receipt_breaks_the_reader(damage, cut):
    for found in read(ONE | damage):
        assert isinstance(found, ReceiptRead | Unusable)
    data = factories.app_json(ONE | damage)
    assert all(isinstance(one, ReceiptRead | Unusable | Told) for one in read_bytes(data[: len(data) - cut]))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    for found in read_bytes(data):
        assert isinstance(found, ReceiptRead | Unusable | Told)
