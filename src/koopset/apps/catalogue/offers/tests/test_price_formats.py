import csv
import io
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.catalogue.offers.formats import price_list_file
from koopset.apps.catalogue.offers.formats.price_cells import (
    clean_text,
    gtin_of,
    inert,
    measure_in_name,
    parse_count,
    parse_measure,
    parse_price,
    parse_vat,
)
from koopset.apps.catalogue.offers.formats.price_columns import break_of_heading, guess_layout
from koopset.apps.catalogue.offers.formats.price_list import Item, Problem, read_items
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.kernel.inspection import inspect_file, readers
from koopset.kernel.quantity import Unit
from koopset.kernel.tables import read_rows
from koopset.kernel.violations import RuleViolation

FILES = Path(__file__).parent / "files"
SAMPLES = Path(__file__).parents[7] / "shared/samples"
samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not on this machine")


def read(path):
    rows = [(row.line, row.cells) for row in read_rows(path, path.name)]
    layout = guess_layout(rows[:200])
    return layout, list(read_items(rows, layout))


def table(tmp_path, text, codec="utf-8", name="прайс.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(codec))
    return path


# Cells


@pytest.mark.parametrize(
    ("text", "kop"),
    [
        ("450", 45_000), ("450,5", 45_050), ("1 234,50 руб.", 123_450), ("450 р/кг", 45_000), ("120₽", 12_000),
        (Decimal("23.335"), 2_334), ("99.999", 10_000), ("", None), ("0", None), ("по запросу", None), ("-5", None),
        ("450-500", None), ("=450", None), ("1,234.50", None), (Decimal("NaN"), None), ("9" * 40, None),
    ],
)  # fmt: skip
def test_a_price(text, kop):
    assert parse_price(text) == kop


@pytest.mark.parametrize("text", ["$ 45", "45 EUR", "12€", "100 долл."])
def test_a_price_in_other_money_is_refused(text):
    with pytest.raises(RuleViolation) as refusal:
        parse_price(text)
    assert refusal.value.code == "offers.foreign_currency"


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("0,5 кг", (Decimal("0.5"), Unit.KG)), ("4x250ml", (Decimal(1000), Unit.ML)), ("10 шт", (Decimal(10), Unit.PCS)),
        ("кг", (Decimal(1), Unit.KG)), ("100g", (Decimal(100), Unit.G)), ("6 шт. по 0,5 л", (Decimal(3), Unit.L)),
        ("1 kg", (Decimal(1), Unit.KG)), ("уп", None), ("", None), ("1 кг 2 л", None), ("0 кг", None),
    ],
)  # fmt: skip
def test_a_measure(text, measure):
    assert parse_measure(text) == measure


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("Мёд липовый 0,5 кг", (Decimal("0.5"), Unit.KG)),
        ("Яйцо столовое (10шт)", (Decimal(10), Unit.PCS)),
        ("Сок 0,2л 3*200 мл", (Decimal(600), Unit.ML)),
        ("Молоко 2,5%", None),
    ],
)
def test_an_amount_in_a_name(name, measure):
    assert measure_in_name(name) == measure


def test_small_cells():
    assert [parse_count(cell) for cell in (Decimal(6), "12 шт", "10 Piece", "2,5", "", "6-8")] == [
        6,
        12,
        10,
        None,
        None,
        None,
    ]
    assert [parse_vat(cell) for cell in ("20%", Decimal("0.1"), "без НДС", "10", "Tax", None)] == [
        "20",
        "10",
        "none",
        "10",
        "",
        "",
    ]
    assert gtin_of(Decimal(4607045982771)) == ("4607045982771", True)
    assert gtin_of("4607045982772") == ("", False)
    assert [break_of_heading(text) for text in ("Цена от 100 шт", "от 5 уп.", ">= 10", "от 50 000 руб", "Цена", "от 1 шт")] == [
        "break:100", "break:5p", "break:10", "", "", "",
    ]  # fmt: skip


def test_markup_is_gone_and_formulas_are_text():
    assert clean_text("Соты <b>рамка</b> <script>alert(1)</script>") == "Соты рамка"
    assert clean_text("&lt;img src=x onerror=alert(1)&gt;Мёд") == "Мёд"
    assert clean_text("a < b") == "a < b"
    assert clean_text("'=1+1") == "=1+1"
    assert inert("=1+1") == "'=1+1"
    assert inert("Мёд") == "Мёд"


# Tables


def test_a_price_list_of_a_person():
    layout, found = read(FILES / "honey.csv")
    assert layout.heading_line == 3
    assert layout.columns["minimum"] == 8
    items = [one for one in found if isinstance(one, Item)]
    first = items[0]
    assert (first.name, first.price_kop, first.breaks, first.pack, first.min_packs) == (
        "Мёд липовый 0,5 кг", 45_000, ((10, 42_000), (30, 40_000)), 6, 1,
    )  # fmt: skip
    assert (first.amount, first.unit, first.group, first.vat, first.gtin) == (
        Decimal("0.5"),
        Unit.KG,
        "МЁД",
        "none",
        "4607045982771",
    )
    assert items[1].name.startswith("=HYPERLINK")
    assert items[1].vat == "10"
    assert (items[2].name, items[2].is_available, items[2].unit) == ("Соты рамка", False, Unit.KG)
    assert [(one.line, one.code) for one in found if isinstance(one, Problem)] == [
        (6, "offers.bad_gtin"), (9, "offers.no_price"), (10, "offers.no_name"), (11, "offers.break_dearer"),
        (12, "offers.foreign_currency"), (13, "offers.bad_pack"),
    ]  # fmt: skip
    assert all(one.text() for one in found if isinstance(one, Problem))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_delimiter_and_encoding(tmp_path, codec, delimiter):
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows(
        [["Артикул", "Товар", "Цена"], ["1", 'Мёд "липовый"; вкусный', "450,50"], ["2", "Соль", "20"]]
    )
    _layout, found = read(table(tmp_path, target.getvalue(), codec))
    assert [(one.article, one.name, one.price_kop) for one in found] == [
        ("1", 'Мёд "липовый"; вкусный', 45_050),
        ("2", "Соль", 2_000),
    ]


def test_columns_without_a_heading_are_told_by_content(tmp_path):
    layout, found = read(
        table(tmp_path, "Мёд цветочный,1 кг,700\nМолоко,1 л,90.50\nТворог домашний,250 г,120\n")
    )
    assert dict(layout.columns) == {"name": 0, "unit": 1, "price": 2}
    assert [one.price_kop for one in found] == [70_000, 9_050, 12_000]


def test_a_price_for_a_kilogram_is_counted_for_an_item(tmp_path):
    _layout, found = read(
        table(tmp_path, "Наименование;Фасовка;Цена за кг, руб\nСыр;0,3 кг;900\nМёд;шт;700\nМолоко;1 л;80\n")
    )
    assert [getattr(one, "price_kop", None) or one.code for one in found] == [
        27_000,
        70_000,
        "offers.price_unit_differs",
    ]


def test_a_price_without_vat_gets_it(tmp_path):
    _layout, found = read(table(tmp_path, "Наименование;Цена без НДС;НДС\nСыр;100;10%\nМёд;100;\n"))
    assert [getattr(one, "price_kop", None) or one.code for one in found] == [
        11_000,
        10_000,
        "offers.net_without_vat",
    ]


def test_xlsx_with_formulas_and_dates_is_text(tmp_path):
    path = tmp_path / "прайс.xlsx"
    rows = [["=1+1", Decimal("450.5")], ["Мёд", 700], [date(2026, 1, 1), 5]]
    write_xlsx(path, [Sheet("Прайс", [Column("Наименование"), Column("Цена", kind="number")], rows)])
    _layout, found = read(path)
    assert [(one.name, one.price_kop) for one in found] == [
        ("=1+1", 45_050),
        ("Мёд", 70_000),
        ("2026-01-01", 500),
    ]
    answer = inspect_file(path)
    assert (answer.format, answer.records) == ("price-list", 3)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "прайс.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(
            "xl/sharedStrings.xml", "<sst><si><t>Наименование</t></si><si><t>Цена</t></si></sst>"
        )
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024 * 1024))
    answer = price_list_file.READER.inspect(path)
    assert [one.code for one in answer.errors] == ["files.unpacks_too_large"]
    assert inspect_file(path).format == "price-list"


def test_tables_of_other_rooms_are_theirs(tmp_path):
    register = table(
        tmp_path,
        "№ участка;ФИО собственника;Площадь;Кадастровый номер;Наименование;Цена\n1;Иванов Иван;600;;;\n",
        name="реестр.csv",
    )
    assert inspect_file(register).format == "register"
    path = tmp_path / "реестр.xlsx"
    write_xlsx(
        path, [Sheet("Реестр", [Column("№ участка"), Column("ФИО собственника")], [["1", "Иванов Иван"]])]
    )
    assert inspect_file(path).format == "register"


@samples
@pytest.mark.parametrize(
    "name", ["foodcoopshop_products.csv", "foodsoft_articles.csv", "ofn_product_import.csv"]
)
def test_price_lists_of_other_programs(name):
    answer = inspect_file(SAMPLES / "commerce" / name)
    assert (answer.format, answer.totals["left_out"]) == ("price-list", 0)
    _layout, found = read(SAMPLES / "commerce" / name)
    assert all(isinstance(one, Item) and "<" not in one.name + one.note for one in found)


@samples
def test_files_that_older_readers_claim_stay_theirs():
    older = [reader for reader in readers() if reader.format not in ("price-list", "commerceml")]
    claimed = []
    for path in sorted(SAMPLES.rglob("*")):
        if not path.is_file() or path.stat().st_size > 5_000_000:
            continue
        head = path.read_bytes()[: 64 * 1024]
        before = next((one.format for one in older if one.claims(head, path.name)), None)
        after = next((one.format for one in readers() if one.claims(head, path.name)), None)
        if before is not None:
            claimed.append((path.name, before, after))
    assert claimed
    assert [one for one in claimed if one[1] != one[2]] == []


# Whatever is in a file


cells = st.none() | st.text(max_size=40) | st.decimals(allow_nan=True, allow_infinity=True) | st.dates() | st.sampled_from(
    ["Цена", "Наименование", "от 10 шт", "в упаковке", "450", "кг", "Мёд 0,5 кг", "=A1", "<b>x</b>", "НДС", "1/2"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(cells, max_size=8), max_size=12))
def test_no_cell_breaks_the_reader(rows):
    numbered = list(enumerate(rows, start=1))
    layout = guess_layout(numbered)
    for one in read_items(numbered, layout):
        if isinstance(one, Item):
            assert one.price_kop is not None
            assert one.price_kop > 0
            assert one.pack >= 1 <= one.min_packs
            assert 0 < one.amount <= 1_000_000
            assert len(one.key) <= 200
            prices = [one.price_kop, *(price for _items, price in one.breaks)]
            assert prices == sorted(prices, reverse=True)
        else:
            assert one.text()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_break_the_question_whose_file_it_is(head):
    for prefix in (b"", b"PK\x03\x04", "Наименование;Цена\n".encode()):
        for name in ("прайс.xlsx", "прайс.csv"):
            assert price_list_file.READER.claims(prefix + head, name) in (True, False)


@pytest.mark.slow
def test_half_a_million_lines_stream_in_bounded_memory(tmp_path):
    path = tmp_path / "прайс.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("Артикул;Наименование;Цена;Цена от 10 шт\n")
        for number in range(500_000):
            file.write(
                f"A-{number};Товар номер {number} 0,5 кг;{number % 900 + 100},50;{number % 900 + 90}\n"
            )
    program = (
        "import sys; from pathlib import Path; "
        "from koopset.apps.catalogue.offers.formats.price_list_file import READER; "
        "print(READER.inspect(Path(sys.argv[1])).records, open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    ).stdout.split()
    assert int(told[0]) == 500_000
    assert int(told[1]) < 120 * 1024  # KiB at the highest
