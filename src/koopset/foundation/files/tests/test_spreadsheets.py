from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from koopset.foundation.files.spreadsheets import Column, Row, Sheet, read_rows, write_xlsx
from koopset.kernel import tables
from koopset.kernel.violations import RuleViolation

TABLE = "Участок;Владелец;Площадь\n12;Ёлкина Анна;6,5\n\n=2+2;«Ромашка»;\n"


def _file(tmp_path: Path, data: bytes, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def _refused(path: Path, name: str) -> str:
    with pytest.raises(RuleViolation) as refusal:
        list(read_rows(path, name))
    return refusal.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "cp866"])
def test_csv_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    table = TABLE.replace("«Ромашка»", "Ромашка")
    assert list(read_rows(_file(tmp_path, table.encode(encoding)), "table.csv")) == [
        Row(1, ["Участок", "Владелец", "Площадь"]),
        Row(2, ["12", "Ёлкина Анна", "6,5"]),
        Row(4, ["=2+2", "Ромашка", None]),
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_found_though_others_stand_in_the_text(tmp_path: Path, delimiter: str) -> None:
    rows = [["Номер", "Адрес"], ["1", '"ул. Мира, 5; вход | слева"'], ["2", '"ул. Мира, 6"']]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode()
    assert list(read_rows(_file(tmp_path, data), "a.csv"))[1] == Row(2, ["1", "ул. Мира, 5; вход | слева"])


def test_csv_declared_separator_and_many_line_cells_keep_line_numbers(tmp_path: Path) -> None:
    data = b'sep=,\na,b\n"one\ntwo",2\n3,4\n'
    assert list(read_rows(_file(tmp_path, data), "a.csv")) == [
        Row(2, ["a", "b"]),
        Row(3, ["one\ntwo", "2"]),
        Row(5, ["3", "4"]),
    ]


def test_cyrillic_far_from_the_beginning_decides_the_encoding(tmp_path: Path) -> None:
    data = b"a;b\n" * 100_000 + "Пётр;1\n".encode()
    assert list(read_rows(_file(tmp_path, data), "a.csv"))[-1].cells == ["Пётр", "1"]


def test_csv_takes_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        for number in range(120_000):
            file.write(f"{number};Иванов Иван Иванович;ул. Садовая, {number}\n")
    tracemalloc.start()
    count = sum(1 for _row in read_rows(path, "large.csv"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 120_000
    assert peak < 4_000_000


def test_open_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    data = b'a;b\n"open;1\n' + b"x;1\n" * 50_000
    assert _refused(_file(tmp_path, data), "a.csv") == "files.broken_table"


def test_xlsx_gives_types_and_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    hidden = book.add_worksheet("service")
    hidden.write(0, 0, "not this")
    sheet = book.add_worksheet("Реестр")
    sheet.activate()
    sheet.set_first_sheet()
    hidden.hide()
    sheet.write_string(1, 1, " Иванов ")
    sheet.write_number(1, 2, 600.1)
    sheet.write_number(1, 3, 12)
    sheet.write_datetime(1, 4, date(2026, 11, 24), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_string(4, 1, "007")
    book.close()
    assert list(read_rows(path, "a.xlsx")) == [
        Row(2, [None, "Иванов", Decimal("600.1"), Decimal(12), date(2026, 11, 24)]),
        Row(5, [None, "007", None, None, None]),
    ]


def test_archive_that_lies_about_its_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_UNPACKED_BYTES", 1024 * 1024)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    honest = buffer.getvalue()
    assert _refused(_file(tmp_path, honest, "bomb.xlsx"), "bomb.xlsx") == "files.unpacks_too_large"
    lying = honest.replace((3_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    assert _refused(_file(tmp_path, lying, "lying.xlsx"), "lying.xlsx") == "files.unpacks_too_large"


def test_cells_spread_over_a_huge_rectangle_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "z")
    book.close()
    assert _refused(path, "a.xlsx") == "files.table_too_large"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "files.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "files.old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xlsx", "files.locked_table"),
        (b"%PDF-1.7\n" + b"\0" * 100, "a.csv", "files.not_a_table"),
        (b"PK\x03\x04garbage", "a.xlsx", "files.broken_table"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, data: bytes, name: str, code: str) -> None:
    assert _refused(_file(tmp_path, data, name), name) == code


def test_document_is_not_taken_for_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert _refused(path, "a.xlsx") == "files.not_a_table"


def test_no_text_becomes_a_formula_and_money_is_roubles(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    dangerous = ["=1+1", "+7 900", "-5", "@SUM(A1)", "http://example.org", "=cmd|' /C calc'!A0"]
    rows = [[text, 123_456, date(2026, 11, 24), Decimal("1.5")] for text in dangerous]
    columns = [Column("Имя"), Column("Сумма", "money"), Column("День", "date"), Column("Число", "number")]
    write_xlsx(path, [Sheet("Итоги: 2026/11", columns, rows), Sheet("Итоги  2026 11", columns, [])])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [sheet.cell(line, 1).value for line in range(2, 8)] == dangerous
    assert {sheet.cell(line, 1).data_type for line in range(2, 8)} == {"s"}
    assert sheet.cell(2, 2).value == 1234.56
    assert list(read_rows(path, "out.xlsx"))[1].cells == [
        "=1+1",
        Decimal("1234.56"),
        date(2026, 11, 24),
        Decimal("1.5"),
    ]


def test_equal_data_give_equal_bytes() -> None:
    def make() -> bytes:
        buffer = io.BytesIO()
        write_xlsx(buffer, [Sheet("A", [Column("x")], [["1"]])], created_at=datetime(2026, 1, 1, tzinfo=UTC))
        return buffer.getvalue()

    assert make() == make()
