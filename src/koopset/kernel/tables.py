"""Tables that people bring: rows of XLSX, CSV, TSV without a database. Nothing here trusts the file."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

import filetype
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, ZipError

from koopset.kernel.text import decode_sniff
from koopset.kernel.violations import RuleViolation

Cell = str | Decimal | date | None

HEAD_BYTES = 8192
MAX_ROWS = 1_000_000
MAX_COLUMNS = 512
#: The reader of XLSX lays a sheet out as a full rectangle: some 32 bytes a cell, so at most some 160 MB.
MAX_CELLS = 5_000_000
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 2_000
#: A quote that is never closed must not pull the rest of the file into one cell.
MAX_CELL_CHARS = 65_536

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_READ = 256 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is the row's number as a spreadsheet or a text editor shows it, from 1. Rows without a single value are not given."""

    line: int
    cells: list[Cell]


def read_rows(path: Path, name: str) -> Iterator[Row]:
    """The rows of the first visible sheet of an XLSX, or of a CSV or TSV in UTF-8, UTF-16, cp1251 or cp866 with any usual delimiter.

    Text is stripped, an empty cell is None. In CSV every cell is text; in XLSX numbers are Decimal and dates are `date`
    (`datetime` where the time is not midnight). CSV is read in constant memory. Raises RuleViolation files.not_a_table,
    files.old_excel, files.locked_table, files.broken_table, files.table_too_large, files.unpacks_too_large, files.empty.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise RuleViolation("files.empty", field="file")
    if head.startswith(b"PK"):
        return _read_xlsx(path)
    if head.startswith(_OLE):
        raise RuleViolation(
            "files.old_excel" if _extension(name) == "xls" else "files.locked_table", field="file"
        )
    if not is_text(head):
        raise RuleViolation("files.not_a_table", field="file")
    return _read_csv(path, name)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def is_text(head: bytes) -> bool:
    """Whether bytes may be text in some encoding: no NUL outside UTF-16 with its mark, no signature of a binary format."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    known = filetype.guess(head)
    if known is not None and known.extension != "xml":
        return False
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 26, 27) for byte in head)
    return controls * 100 <= len(head)


# CSV


def encoding_of(path: Path) -> str:
    """The codec of a text file, judged by the first part of it that is not plain ASCII."""
    with path.open("rb") as file:
        sample = file.read(_READ)
        while sample and sample.isascii() and (more := file.read(_READ)):
            sample = more
    codec = decode_sniff(sample)
    # Letters of other languages (ü, ◎) are no Russian print; that they are whole UTF-8 by chance does not happen.
    if codec == "cp1251" and not sample.isascii() and _is_utf8(sample):
        return "utf-8"
    # The kernel knows DOS by its declaration only; in a table letters tell: cp866 has а-п and capitals where cp1251 has almost nothing.
    if codec == "cp1251" and sum(0x80 <= byte <= 0xAF for byte in sample) > sum(
        byte >= 0xC0 for byte in sample
    ):
        return "cp866"
    return codec


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _read_csv(path: Path, name: str) -> Iterator[Row]:
    codec = encoding_of(path)
    with path.open(encoding=codec, errors="replace", newline="") as file:
        first = file.readline(MAX_CELL_CHARS)
        declared = re.fullmatch(r'"?sep=(.)"?\s*', first)
        skipped = 1 if declared else 0
        if not declared:
            file.seek(0)
        sample = list(islice(iter(lambda: file.readline(MAX_CELL_CHARS), ""), 30))
        delimiter = declared[1] if declared else _delimiter_of(sample, name)
        file.seek(0)
        for _ in range(skipped):
            file.readline()
        csv.field_size_limit(MAX_CELL_CHARS)
        reader = csv.reader(file, delimiter=delimiter)
        line = skipped + 1
        try:
            for count, values in enumerate(reader):
                if count >= MAX_ROWS or len(values) > MAX_COLUMNS:
                    raise RuleViolation(
                        "files.table_too_large", field="file", rows=MAX_ROWS, columns=MAX_COLUMNS
                    )
                cells: list[Cell] = [value.replace("\x00", "").strip() or None for value in values]
                if any(cell is not None for cell in cells):
                    yield Row(line, cells)
                line = skipped + reader.line_num + 1
        except csv.Error as error:
            raise RuleViolation("files.broken_table", field="file", line=line) from error


def _delimiter_of(lines: Sequence[str], name: str) -> str:
    """The delimiter that gives most lines the same number of columns; ties go to what Russian Excel writes."""
    if _extension(name) == "tsv":
        return "\t"
    best, best_score = ";", (0, 0)
    for delimiter in (";", "\t", ",", "|"):
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            continue
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0))
        score = (times, width) if width > 1 else (0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


# XLSX


def _read_xlsx(path: Path) -> Iterator[Row]:
    _guard_archive(path)
    try:
        book = CalamineWorkbook.from_path(path)
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
        if not visible:
            raise RuleViolation("files.not_a_table", field="file")
        sheet = book.get_sheet_by_name(visible[0])
        rows = sheet.to_python(skip_empty_area=False)
    except PasswordError as error:
        raise RuleViolation("files.locked_table", field="file") from error
    except (CalamineError, ZipError, OSError, ValueError) as error:
        raise RuleViolation("files.broken_table", field="file") from error
    return _rows_of_sheet(rows)


def _rows_of_sheet(rows: Iterable[Sequence[Any]]) -> Iterator[Row]:
    for line, values in enumerate(rows, start=1):
        cells = [_cell(value) for value in values]
        if any(cell is not None for cell in cells):
            yield Row(line, cells)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float):
        # repr gives the shortest digits that mean the same double: 0.1, not 0.1000000000000000055.
        return Decimal(int(value)) if value.is_integer() and abs(value) < 1e15 else Decimal(repr(value))
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, datetime):
        return value if value.time() != value.min.time() else value.date()
    if isinstance(value, date):
        return value
    return None if value is None else str(value)


def _guard_archive(path: Path) -> None:
    """Refuse an archive that is no table, unpacks to too much, or spreads its cells over a huge rectangle.

    Sizes that the archive declares may lie, so each entry is unpacked in small pieces and counted.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            entries = archive.infolist()
            if not any(entry.filename == "xl/workbook.xml" for entry in entries):
                raise RuleViolation("files.not_a_table", field="file")
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise _unpacks_too_large()
            left = MAX_UNPACKED_BYTES
            for entry in entries:
                if entry.flag_bits & 1:
                    raise RuleViolation("files.locked_table", field="file")
                is_sheet = entry.filename.startswith("xl/worksheets/")
                left = _count(_unpack(raw, entry), left, is_sheet)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise RuleViolation("files.broken_table", field="file") from error


def _count(pieces: Iterator[bytes], left: int, is_sheet: bool) -> int:
    rows = columns = 0
    tail = b""
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise _unpacks_too_large()
        if is_sheet:
            text = tail + piece
            for letters, number in _REFERENCE.findall(text):
                rows = max(rows, int(number))
                columns = max(columns, _column(letters))
            if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
                raise RuleViolation("files.table_too_large", field="file", rows=MAX_ROWS, columns=MAX_COLUMNS)
            tail = text[-24:]
    return left


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unpack(raw: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    raw.seek(entry.header_offset)
    header = raw.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(entry.filename)
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    packed = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while packed > 0 and (piece := raw.read(min(_READ, packed))):
            packed -= len(piece)
            yield piece
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile(entry.filename)
    inflater = zlib.decompressobj(-15)
    while packed > 0 and not inflater.eof and (piece := raw.read(min(_READ, packed))):
        packed -= len(piece)
        while piece and not inflater.eof:
            yield inflater.decompress(piece, _READ)
            piece = inflater.unconsumed_tail
    yield inflater.flush()


def _unpacks_too_large() -> RuleViolation:
    return RuleViolation(
        "files.unpacks_too_large", field="file", limit_mb=MAX_UNPACKED_BYTES // (1024 * 1024)
    )
