"""Files that programs send."""

from typing import BinaryIO, cast

from ninja.files import UploadedFile

from koopset.kernel.violations import RuleViolation


def content_of(file: UploadedFile) -> BinaryIO:
    """The bytes as a stream. Raises RuleViolation access.no_file."""
    if file.file is None:
        raise RuleViolation("access.no_file", field="file")
    return cast(BinaryIO, file.file)
