"""Tables that people bring and take. They are read by `koopset.kernel.tables`; nothing written here can become a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal

import xlsxwriter

from koopset.kernel.tables import Cell, Row, read_rows

__all__ = ["Cell", "Column", "Row", "Sheet", "read_rows", "write_xlsx"]

# Writing


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` money takes kopecks (int), number int or Decimal, date a date; `width` is in characters."""

    head: str
    kind: Literal["text", "money", "date", "number"] = "text"
    width: int = 18


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


_TITLE_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_FORMATS = {"money": "#,##0.00", "date": "dd.mm.yyyy", "number": "General"}


def write_xlsx(
    target: Path | IO[bytes], sheets: Sequence[Sheet], *, created_at: datetime | None = None
) -> None:
    """Write sheets in constant memory. Text stays text, whatever sign it begins with: no data becomes a formula or a link.

    With `created_at` equal data give equal bytes.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
    try:
        if created_at is not None:
            book.set_properties({"created": created_at.replace(tzinfo=None)})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        titles: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_title(sheet.title, titles))
            page.freeze_panes(1, 0)
            for index, column in enumerate(sheet.columns):
                page.set_column(index, index, column.width)
                page.write_string(0, index, column.head, head)
            for line, row in enumerate(sheet.rows, start=1):
                for index, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                    _write(page, line, index, column, value, formats)
    finally:
        book.close()


def _title(title: str, taken: set[str]) -> str:
    clean = _TITLE_FORBIDDEN.sub(" ", title).strip()[:31] or "Sheet"
    name, number = clean, 2
    while name.lower() in taken:
        suffix = f" {number}"
        name, number = clean[: 31 - len(suffix)] + suffix, number + 1
    taken.add(name.lower())
    return name


def _write(page: Any, line: int, index: int, column: Column, value: object, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if column.kind == "money" and isinstance(value, int):
        page.write_number(line, index, value / 100, formats["money"])
    elif column.kind == "date" and isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        page.write_datetime(line, index, day, formats["date"])
    elif column.kind == "number" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        page.write_number(line, index, value, formats["number"])
    else:
        page.write_string(line, index, str(value)[:32767])
