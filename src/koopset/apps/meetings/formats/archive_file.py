"""The ZIP of a meeting's archive: made the same from the same files, read with limits. No Django here."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

#: A file inside may unpack to so many bytes, all together to four times that.
MOST_BYTES = 1_000_000_000
MOST_FILES = 64
_DAY = (1980, 1, 1, 0, 0, 0)


class NotAnArchive(Exception):
    """The bytes are no ZIP, or one that unpacks beyond all measure."""


def archive_pack(files: Mapping[str, bytes]) -> bytes:
    """The files as one ZIP, the manifest first: no dates and no names of machines, so that equal files give equal bytes."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as zipped:
        for name in sorted(files, key=lambda one: (one != "manifest.json", one)):
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            zipped.writestr(info, files[name], compresslevel=6)
    return target.getvalue()


def archive_unpack(source: Path | bytes) -> dict[str, bytes]:
    """The files of a ZIP by their names. Raises NotAnArchive; OSError for a file that cannot be read."""
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as zipped:
            infos = [info for info in zipped.infolist() if not info.is_dir()]
            if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > 4 * MOST_BYTES:
                raise NotAnArchive
            if len({info.filename for info in infos}) != len(infos):
                raise NotAnArchive
            return {info.filename: _read(zipped, info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise NotAnArchive from error


def _read(zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with zipped.open(info) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NotAnArchive
    return data
