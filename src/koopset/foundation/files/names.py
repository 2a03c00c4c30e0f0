"""Names of files as they may be stored and sent: no path, no control characters, no tricks with the direction of text."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')


def safe_name(name: str) -> str:
    """The last part of `name`, cleaned; "file" where nothing is left. The extension survives the cut to 120 characters."""
    last = re.split(r"[\\/]", name)[-1]
    last = "".join(
        char for char in unicodedata.normalize("NFC", last) if unicodedata.category(char)[0] != "C"
    )
    last = re.sub(r"\s+", " ", _FORBIDDEN.sub("_", last)).strip(" .")
    if not last:
        return "file"
    stem, dot, extension = last.rpartition(".")
    if not dot or len(extension) > 10:
        return last[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}" if stem else extension


def extension_of(name: str) -> str:
    """ "xlsx" of "Реестр.XLSX"; "" where there is none."""
    _stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""
