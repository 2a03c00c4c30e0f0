"""Rows of a table without a database: XLSX by calamine, CSV and TSV in any usual encoding. For `koopset inspect`."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

from koopset.apps.register.formats.register_columns import Cell, TableRow
from koopset.kernel.text import decode_sniff
from koopset.kernel.violations import RuleViolation

MAX_BYTES = 256 * 1024 * 1024
MAX_ROWS = 1_000_000


def encoding_of(path: Path) -> str | None:
    """The codec of a text file; None for XLSX."""
    with path.open("rb") as file:
        head = file.read(256 * 1024)
    return None if head.startswith(b"PK") else decode_sniff(head)


def read_rows(path: Path) -> Iterator[TableRow]:
    """(line, cells) of the first sheet or of the text. Raises RuleViolation files.broken_table, files.table_too_large."""
    codec = encoding_of(path)
    return _xlsx(path) if codec is None else _csv(path, codec)


def _csv(path: Path, codec: str) -> Iterator[TableRow]:
    with path.open(encoding=codec, errors="replace", newline="") as file:
        sample = list(islice(file, 20))
        delimiter = max(
            ";\t,|",
            key=lambda mark: (
                min((line.count(mark) for line in sample if line.strip()), default=0) * 100
                + sum(line.count(mark) for line in sample)
            ),
        )
        file.seek(0)
        csv.field_size_limit(65_536)
        try:
            reader = csv.reader(file, delimiter=delimiter)
            line = 1
            for count, values in enumerate(reader):
                if count >= MAX_ROWS:
                    raise RuleViolation("files.table_too_large")
                cells: list[Cell] = [value.replace("\x00", "").strip() or None for value in values]
                if any(cell is not None for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise RuleViolation("files.broken_table") from error


def _xlsx(path: Path) -> Iterator[TableRow]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise RuleViolation("files.table_too_large")
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, PasswordError, ZipError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise RuleViolation("files.broken_table") from error
    for line, values in enumerate(rows, start=1):
        cells = [_cell(value) for value in values]
        if any(cell is not None for cell in cells):
            yield line, cells


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float | int):
        number = float(value)
        return Decimal(int(number)) if number.is_integer() and abs(number) < 1e15 else Decimal(repr(number))
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or hasattr(value, "strftime") else str(value)  # type: ignore[return-value]
