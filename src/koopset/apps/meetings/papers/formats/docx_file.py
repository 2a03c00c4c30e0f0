"""A paper as DOCX, for whoever has to add a word to it. The same paper gives the same bytes."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image

from koopset.apps.meetings.papers.formats.code_picture import code_png
from koopset.apps.meetings.papers.rules.document import (
    Blank,
    Block,
    Break,
    Code,
    Document,
    Facts,
    Heading,
    Listing,
    Signs,
    Table,
    Text,
)

FONT = "Times New Roman"
_DAY = (1980, 1, 1, 0, 0, 0)
_LINE = "_" * 60


def docx_made(document: Document, *, created_at: datetime) -> bytes:
    """The DOCX of a paper; `created_at` is written into it instead of the clock."""
    file = WordFile()
    _settings(file, document, created_at)
    for line in document.head:
        _paragraph(file, line, size=10)
    file.add_heading(document.title, level=1)
    for line in document.under:
        _paragraph(file, line)
    for block in document.blocks:
        _block(file, block, document.lying)
    made = BytesIO()
    file.save(made)
    return _the_same(made)


def _settings(file: Any, document: Document, created_at: datetime) -> None:
    section = file.sections[0]
    wide, high = Mm(210), Mm(297)
    if document.lying:
        section.orientation, wide, high = WD_ORIENT.LANDSCAPE, high, wide
    section.page_width, section.page_height = wide, high
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(18)
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "List Number", "List Bullet"):
        style = file.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            style.element.rPr.rFonts.attrib.pop(qn(f"w:{theme}"), None)
        if name.startswith("Heading"):
            style.font.color.rgb = None
            colour = style.element.rPr.find(qn("w:color"))
            if colour is not None:
                style.element.rPr.remove(colour)
            style.font.size = Pt({"1": 16, "2": 13, "3": 12}[name[-1]])
    file.styles["Normal"].font.size = Pt(12)
    file.styles["Normal"].paragraph_format.space_after = Pt(6)
    properties = file.core_properties
    properties.title, properties.author, properties.comments = document.title, "", ""
    properties.language = document.language
    properties.created = properties.modified = created_at.replace(tzinfo=None, microsecond=0)
    properties.last_modified_by, properties.revision = "", 1
    foot = section.footer.paragraphs[0]
    foot.text = f"{document.foot}  " if document.foot else ""
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for code in ("PAGE",):
        _field(foot.add_run(), code)
    for run in foot.runs:
        run.font.size = Pt(8)


def _field(run: Any, code: str) -> None:
    """The number of the page, which the reader's program fills in."""
    for kind in ("begin", "", "end"):
        if kind:
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)
        else:
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = code
            run._r.append(text)


def _paragraph(file: Any, text: str, *, lead: str = "", bold: bool = False, size: int = 0) -> Any:
    made = file.add_paragraph()
    if lead:
        made.add_run(f"{lead} ").bold = True
    run = made.add_run(text)
    run.bold = bold
    if size:
        run.font.size = Pt(size)
    return made


def _block(file: Any, block: Block, lying: bool) -> None:
    match block:
        case Heading():
            file.add_heading(block.text, level=block.level + 1)
        case Text():
            size = 9 if block.style in ("small", "mono") else 0
            _paragraph(file, block.text, lead=block.lead, bold=block.style == "strong", size=size)
        case Listing():
            for at, line in enumerate(block.lines, 1):
                _paragraph(
                    file, f"{at}. {line}" if block.numbered else f"— {line}"
                ).paragraph_format.left_indent = Mm(6)
        case Facts():
            rows = [(label, value) for label, value in block.rows]
            _table(file, (), rows, (62, 108 + 87 * lying), plain=True)
        case Table():
            whole = 257 if lying else 170
            part = whole / sum(block.widths)
            _table(
                file,
                block.heads,
                block.rows,
                tuple(width * part for width in block.widths),
                right=block.right,
                height=block.height,
            )
        case Signs():
            for role, name in block.rows:
                _paragraph(file, f"{role}  {'_' * 24}  {name}").paragraph_format.space_before = Pt(14)
            if block.date:
                _paragraph(file, f"{block.date} {'_' * 24}").paragraph_format.space_before = Pt(10)
        case Blank():
            line = _LINE[: max(12, 60 - len(block.label))]
            if block.strong:
                _paragraph(file, line, lead=block.label)
            else:
                _paragraph(file, f"{block.label} {line}")
            for _at in range(block.lines - 1):
                _paragraph(file, _LINE + _LINE[:16])
        case Code():
            paragraph = _paragraph(file, block.digits, lead=block.label, bold=True)
            paragraph.add_run("   ").add_picture(BytesIO(_bordered(block.scanned)), width=Mm(28))
        case Break():
            file.add_page_break()


def _bordered(text: str) -> bytes:
    """The square large enough for a program that smooths pictures."""
    with Image.open(BytesIO(code_png(text))) as small:
        out = BytesIO()
        small.resize((small.width * 12, small.height * 12), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def _table(
    file: Any,
    heads: tuple[str, ...],
    rows: Any,
    widths: tuple[float, ...],
    *,
    right: tuple[int, ...] = (),
    height: float = 0,
    plain: bool = False,
) -> None:
    """A table written as one piece of XML: a cell at a time is slow with thousands of rows."""
    lines = [*([heads] if heads else []), *rows]
    made = file.add_table(rows=0, cols=len(widths))
    made.autofit = False
    if not plain:
        made.style = "Table Grid"
    grid = made._tbl.tblGrid
    for column, width in zip(grid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(int(width * 56.7)))
    for at, line in enumerate(lines):
        is_head = bool(heads) and at == 0
        row = OxmlElement("w:tr")
        if is_head or height:
            told = OxmlElement("w:trPr")
            if height and not is_head:
                least = OxmlElement("w:trHeight")
                least.set(qn("w:val"), str(int(height * 56.7)))
                told.append(least)
            if is_head:
                told.append(OxmlElement("w:tblHeader"))
            row.append(told)
        for number, text in enumerate(line):
            row.append(_cell(str(text), widths[number], is_head, number in right, 0 if plain else 20))
        made._tbl.append(row)
    file.add_paragraph().paragraph_format.space_after = Pt(2)


def _cell(text: str, width: float, bold: bool, right: bool, half_points: int) -> Any:
    cell, told, size = OxmlElement("w:tc"), OxmlElement("w:tcPr"), OxmlElement("w:tcW")
    size.set(qn("w:w"), str(int(width * 56.7)))
    size.set(qn("w:type"), "dxa")
    told.append(size)
    cell.append(told)
    for part in text.split("\n"):
        paragraph = OxmlElement("w:p")
        form = OxmlElement("w:pPr")
        space = OxmlElement("w:spacing")
        space.set(qn("w:after"), "40")
        form.append(space)
        if right and not bold:
            side = OxmlElement("w:jc")
            side.set(qn("w:val"), "right")
            form.append(side)
        paragraph.append(form)
        run, look, words = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
        if bold:
            look.append(OxmlElement("w:b"))
        if half_points:
            letters = OxmlElement("w:sz")
            letters.set(qn("w:val"), str(half_points))
            look.append(letters)
        if len(look):
            run.append(look)
        words.set(qn("xml:space"), "preserve")
        words.text = part
        run.append(words)
        paragraph.append(run)
        cell.append(paragraph)
    return cell


def _the_same(made: BytesIO) -> bytes:
    """The package with no moments of files in it."""
    target = BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w") as packed:
        for info in source.infolist():
            kept = zipfile.ZipInfo(info.filename, _DAY)
            kept.compress_type, kept.create_system, kept.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            packed.writestr(kept, source.read(info.filename))
    return target.getvalue()
