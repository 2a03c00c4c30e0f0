"""The reader of price lists for `koopset inspect`."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from itertools import chain, islice
from pathlib import Path

from koopset.apps.catalogue.offers.formats.price_cells import key_of
from koopset.apps.catalogue.offers.formats.price_columns import guess_layout
from koopset.apps.catalogue.offers.formats.price_list import TEXTS, Item, read_items
from koopset.kernel.inspection import Finding, Inspection
from koopset.kernel.money import format_rub
from koopset.kernel.tables import encoding_of, is_text, read_rows
from koopset.kernel.text import decode_sniff
from koopset.kernel.violations import RuleViolation

#: Findings that are shown; the rest is counted.
SHOWN = 1_000
_PRICE = re.compile(r"(?:^| )(?:цен\w*|прайс\w*|price|preis|bruttopreis|nettopreis|стоимость)(?: |$)")
_GOODS = re.compile(
    r"(?:^| )(?:наименование|название|номенклатура|товар\w*|артикул|продукци\w*|name|product|bezeichnung|sku|order number)(?: |$)"
)
#: Tables of other rooms: registers, lists of banks, meters.
_OTHERS = re.compile(
    r"участ|кадастр|собственник|владел|лицев\w* сч|плательщик|фио|(?:^| )ф и о(?: |$)|квартир|"
    r"показани|прибор\w* учет|назначение платеж|чек|receipt"
)
_FILE = re.compile(r"прайс|price|цен[ыа]|preis", re.IGNORECASE)


class PriceList:
    """A price list of a supplier with any columns, XLSX or CSV."""

    format = "price-list"
    title = "Прайс-лист поставщика (XLSX, CSV)"
    #: Asked late, and before the register that takes any XLSX: it claims a file only by its words.
    priority = 85

    def claims(self, head: bytes, name: str) -> bool:
        suffix = name.lower().rpartition(".")[2]
        if head.startswith(b"PK"):
            return suffix == "xlsx" and _is_price_list(words_of_xlsx(head), name)
        if suffix not in ("csv", "tsv", "txt") or not is_text(head[:8192]):
            return False
        text = head[:8192].decode(decode_sniff(head), errors="replace")
        return any(mark in text for mark in ";\t,|") and _is_price_list(text[:4000], name)

    def inspect(self, path: Path) -> Inspection:
        """Records are items that may be offered; totals: items, lines left out, items with breaks, the least and the largest price."""
        warnings: list[Finding] = []
        records = left_out = with_breaks = packed = 0
        least: int | None = None
        largest = 0
        try:
            rows = ((row.line, row.cells) for row in read_rows(path, path.name))
            head = list(islice(rows, 200))
            layout = guess_layout(head)
            if "name" not in layout.columns or "price" not in layout.columns:
                return self._refused("offers.no_columns", TEXTS["offers.no_columns"], None)
            for one in read_items(chain(head, rows), layout):
                if isinstance(one, Item):
                    price = one.price_kop or 0
                    records += 1
                    with_breaks += bool(one.breaks)
                    packed += one.pack > 1
                    least = price if least is None else min(least, price)
                    largest = max(largest, price)
                    continue
                left_out += one.is_error
                if len(warnings) < SHOWN:
                    warnings.append(Finding(one.line, one.code, one.text()))
        except RuleViolation as refusal:
            return self._refused(refusal.code, "Таблицу не удалось прочитать", refusal.line)
        totals: dict[str, str | int | None] = {
            "items": records,
            "left_out": left_out,
            "with_breaks": with_breaks,
            "in_packs": packed,
            "least_price": None if least is None else format_rub(least),
            "largest_price": format_rub(largest) if records else None,
        }
        codec = None if path.open("rb").read(2) == b"PK" else encoding_of(path)
        return Inspection(self.format, codec, records, totals, warnings)

    def _refused(self, code: str, text: str, line: int | None) -> Inspection:
        return Inspection(self.format, None, 0, errors=[Finding(line, code, text)])


def _is_price_list(text: str, name: str) -> bool:
    key = key_of_long(text)
    if len(set(_OTHERS.findall(key))) >= 2:
        return False
    marks = (_PRICE.search(key) is not None) + (_GOODS.search(key) is not None)
    return (
        marks == 2
        or (marks == 1 and _FILE.search(name) is not None)
        or (not key and _FILE.search(name) is not None)
    )


def key_of_long(text: str) -> str:
    """The key of a longer text, by pieces."""
    return " ".join(key_of(text[start : start + 300]) for start in range(0, min(len(text), 6000), 300))


def words_of_xlsx(head: bytes) -> str:
    """What is written in the cells, as far as the first 64 KiB of an XLSX tell; "" where they do not."""
    try:
        with zipfile.ZipFile(BytesIO(head)) as archive:
            names = [
                name for name in archive.namelist() if "sharedStrings" in name or "worksheets/sheet" in name
            ]
            parts = []
            for name in sorted(names, key=lambda one: "sharedStrings" not in one)[:3]:
                with archive.open(name) as entry:
                    parts.append(entry.read(64 * 1024))
            return _words(b" ".join(parts))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return _words(_unpacked(head))


def _unpacked(head: bytes) -> bytes:
    """Entries one after another from the front: the list of a large archive stands at its end, which is not here."""
    at, found = 0, b""
    for _entry in range(64):
        if head[at : at + 4] != b"PK\x03\x04" or at + 30 > len(head):
            break
        method = int.from_bytes(head[at + 8 : at + 10], "little")
        size = int.from_bytes(head[at + 18 : at + 22], "little")
        name_size = int.from_bytes(head[at + 26 : at + 28], "little")
        start = at + 30 + name_size + int.from_bytes(head[at + 28 : at + 30], "little")
        name = head[at + 30 : at + 30 + name_size]
        if method == 8 and (b"sharedStrings" in name or b"worksheets/sheet" in name):
            try:
                found += zlib.decompressobj(-15).decompress(head[start:], 64 * 1024)
            except zlib.error:
                return found
        if not size:
            break
        at = start + size
    return found


def _words(xml: bytes) -> str:
    text = xml.decode("utf-8", "replace")
    return " ".join(re.findall(r"<t(?: [^<>]*)?>([^<]{1,200})</t>", text))[:6000]


READER = PriceList()
