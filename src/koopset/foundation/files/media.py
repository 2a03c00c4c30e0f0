"""What a file really is, by its bytes. Only what is on the list is taken; the extension must tell the same."""

from __future__ import annotations

import zipfile
from pathlib import Path

import filetype

from koopset.foundation.files.names import extension_of
from koopset.kernel.tables import HEAD_BYTES, is_text
from koopset.kernel.violations import RuleViolation

#: Extension -> media type. What is not here is refused: a platform needs documents, tables, pictures, exchange files.
ALLOWED: dict[str, str] = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "zip": "application/zip",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "xml": "application/xml",
    "json": "application/json",
    "geojson": "application/geo+json",
}
TEXTS = frozenset({"csv", "tsv", "txt", "xml", "json", "geojson"})
#: Shown in the page itself; everything else is only ever handed over as an attachment.
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIPPED = {"xlsx": "xl/", "docx": "word/"}
_OPEN_DOCUMENT = {"ods", "odt"}


def media_type_of(path: Path, name: str) -> str:
    """The media type of a file that is on the list and is what its name says.

    Raises RuleViolation files.not_allowed, files.lying_extension, files.old_excel, files.old_word,
    files.locked_table.
    """
    extension = extension_of(name)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(_OLE) and extension in {"xls", "xlsx", "doc", "docx"}:
        # A password puts a new table into the container of the old one.
        codes = {
            "xls": "files.old_excel",
            "xlsx": "files.locked_table",
            "doc": "files.old_word",
            "docx": "files.locked_table",
        }
        raise RuleViolation(codes[extension], field="file")
    expected = ALLOWED.get(extension)
    if expected is None:
        raise RuleViolation("files.not_allowed", field="file", extension=extension or "—")
    if extension in TEXTS:
        honest = is_text(head)
    elif head.startswith(b"PK\x03\x04"):
        honest = expected == _zipped_type(path, extension)
    else:
        guess = filetype.guess(head)
        honest = guess is not None and guess.mime == expected
    if not honest:
        raise RuleViolation("files.lying_extension", field="file", extension=extension)
    return expected


def _zipped_type(path: Path, extension: str) -> str | None:
    """The media type of a zip by what lies in it; the names only are read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if extension in _OPEN_DOCUMENT:
                if names[:1] != ["mimetype"]:
                    return None
                with archive.open("mimetype") as declared:
                    return declared.read(128).decode("ascii", "replace")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return None
    for office, folder in _ZIPPED.items():
        if any(item.startswith(folder) for item in names):
            return ALLOWED[office] if extension == office else None
    return ALLOWED["zip"] if extension == "zip" else None
