"""Papers read back: by a reader of PDF and by one of DOCX that do not write them."""

from __future__ import annotations

import zipfile
from io import BytesIO

from lxml import etree
from pypdfium2 import PdfDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def pdf_pages(content: bytes) -> list[str]:
    """The text of each page, spaces and line ends folded."""
    with PdfDocument(content) as pdf:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


def pdf_text(content: bytes) -> str:
    """The text of a PDF in one line."""
    return " ".join(pdf_pages(content))


def docx_text(content: bytes) -> str:
    """The text of a DOCX in one line: the body and the foot."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        names = ["word/document.xml", *(name for name in packed.namelist() if "footer" in name)]
        lines = []
        for name in names:
            root = etree.fromstring(packed.read(name))
            lines += [
                "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))
                for paragraph in root.iter(f"{_W}p")
            ]
    return " ".join(" ".join(lines).split())
