"""A person's own data as an archive: a page to read, and each table as CSV and JSON. Written row by row, nothing is held whole."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

#: Rows of a table on the page; all of them are in the files.
SHOWN = 500
_UNSAFE = re.compile(r"[^\w.\-]+", re.UNICODE)
#: What a table program would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class RoomTable:
    """A table of one room: `name` is of the file, Latin."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class RoomPaper:
    name: str
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class RoomPart:
    """What one room gives: `code` is the folder."""

    code: str
    title: str
    tables: Iterable[RoomTable]
    papers: Iterable[RoomPaper]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of the page, in the person's language."""

    language: str
    title: str
    intro: Sequence[str]
    nothing: str
    more: str  # with {count}
    files: str
    yes: str
    no: str


def write_archive(
    target: IO[bytes], parts: Iterable[RoomPart], words: Words, *, now: datetime
) -> dict[str, int]:
    """Write the ZIP; counts of tables, rows and files. Names of files never leave the archive's own folders."""
    counts = {"tables": 0, "rows": 0, "files": 0}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, _text() as page:
        _head(page, words)
        for part in parts:
            page.write(f"<h2>{html.escape(part.title)}</h2>\n")
            any_row = False
            for table in part.tables:
                count = _table(archive, page, part.code, table, words, now)
                any_row = any_row or count > 0
                counts["tables"] += 1
                counts["rows"] += count
            papers = list(_papers(archive, part, now))
            counts["files"] += len(papers)
            if papers:
                links = "".join(
                    f'<li><a href="{html.escape(path)}">{html.escape(path.rpartition("/")[2])}</a></li>'
                    for path in papers
                )
                page.write(f"<h3>{html.escape(words.files)}</h3><ul>{links}</ul>\n")
            elif not any_row:
                page.write(f'<p class="nothing">{html.escape(words.nothing)}</p>\n')
        page.write("</main></body></html>\n")
        _put(archive, "index.html", page, now)
    return counts


def _text() -> Any:
    return tempfile.TemporaryFile("w+", encoding="utf-8", newline="")


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _put(archive: zipfile.ZipFile, name: str, source: Any, now: datetime) -> None:
    """The text in a temporary file as an entry."""
    source.flush()
    source.buffer.seek(0)
    with archive.open(_entry(name, now), "w", force_zip64=True) as entry:
        shutil.copyfileobj(source.buffer, entry)


def _table(
    archive: zipfile.ZipFile, page: Any, folder: str, table: RoomTable, words: Words, now: datetime
) -> int:
    count = 0
    with _text() as as_csv, _text() as as_json:
        as_csv.write("\ufeff")  # table programs take it for UTF-8 only so
        writer = csv.writer(as_csv, delimiter=";")
        writer.writerow(table.heads)
        as_json.write("[")
        for row in table.rows:
            writer.writerow([_cell(value, words) for value in row])
            as_json.write(",\n" if count else "\n")
            plain = dict(zip(table.heads, map(_plain, row), strict=True))
            as_json.write(json.dumps(plain, ensure_ascii=False))
            if count == 0:
                heads = "".join(f"<th>{html.escape(head)}</th>" for head in table.heads)
                page.write(f"<h3>{html.escape(table.title)}</h3><div><table><tr>{heads}</tr>\n")
            if count < SHOWN:
                cells = "".join(f"<td>{html.escape(_shown(value, words))}</td>" for value in row)
                page.write(f"<tr>{cells}</tr>\n")
            count += 1
        as_json.write("\n]\n")
        _put(archive, f"{folder}/{table.name}.csv", as_csv, now)
        _put(archive, f"{folder}/{table.name}.json", as_json, now)
    if count:
        page.write("</table></div>\n")
        if count > SHOWN:
            page.write(f"<p>{html.escape(words.more.format(count=count - SHOWN))}</p>\n")
        links = " · ".join(
            f'<a href="{folder}/{table.name}.{kind}">{kind.upper()}</a>' for kind in ("csv", "json")
        )
        page.write(f"<p>{links}</p>\n")
    return count


def _papers(archive: zipfile.ZipFile, part: RoomPart, now: datetime) -> Iterator[str]:
    taken: set[str] = set()
    for paper in part.papers:
        base = _UNSAFE.sub("_", paper.name).strip("._") or "file"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{number}-{base}"
        taken.add(name)
        path = f"{part.code}/files/{name}"
        with paper.open() as source, archive.open(_entry(path, now), "w", force_zip64=True) as entry:
            shutil.copyfileobj(source, entry)
        yield path


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def _shown(value: Any, words: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def _cell(value: Any, words: Words) -> str:
    text = _shown(value, words)
    return (
        f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) and not _is_number(text) else text
    )


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _head(page: io.TextIOBase, words: Words) -> None:
    intro = "".join(f"<p>{html.escape(line)}</p>" for line in words.intro)
    page.write(
        f'<!DOCTYPE html><html lang="{words.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(words.title)}</title><style>"
        "body{font:17px/1.5 system-ui,sans-serif;color:#1d1f1c;background:#fff;margin:0}main{max-width:60rem;margin:0 auto;padding:1rem}"
        "h1{font-size:1.6rem}"
        "h2{font-size:1.3rem;margin-top:2rem;border-top:2px solid #ddd;padding-top:1rem}h3{font-size:1.05rem}"
        "div{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}"
        "th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;"
        "vertical-align:top}th{background:#f3f3ef}.nothing{color:#666}a{color:#1b5e3b}</style></head>"
        f"<body><main><h1>{html.escape(words.title)}</h1>{intro}\n"
    )
