"""What a reader of files says of a file before anything is stored: is it ours, how much is in it, what is
wrong.

A room adds a reader by a module in its `formats` package with a module-level READER. Readers import no
Django, so `koopset inspect` needs neither settings nor database.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from koopset.kernel.violations import RuleViolation

HEAD_SIZE = 64 * 1024
"""Bytes that a reader sees when it is asked whether a file is its own."""

DEFAULT_PRIORITY = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell: `line` from 1 (None: whole file), a stable `code`, Russian `text` for a person."""

    line: int | None
    code: str
    text: str

    def to_json(self) -> dict[str, object]:
        """The finding for machines."""
        return {"line": self.line, "code": self.code, "text": self.text}


@dataclass(frozen=True, slots=True)
class Inspection:
    """The answer of one reader about one file.

    `records` counts what would be imported; `totals` are sums by name, money as text in roubles or kopecks by
    the reader's word. Errors make the file unusable, warnings are shown and let it pass. `may_be_empty` is
    set by readers for which a file without records is a true answer (a statement of a quiet day).
    """

    format: str
    encoding: str | None
    records: int
    totals: dict[str, str | int | None] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    may_be_empty: bool = False

    @property
    def usable(self) -> bool:
        """Whether the file may be imported."""
        return not self.errors and (self.records > 0 or self.may_be_empty)

    def to_json(self) -> dict[str, object]:
        """What the inspect command prints; the keys are a promise to other programs."""
        return {
            "format": self.format,
            "encoding": self.encoding,
            "records": self.records,
            "totals": dict(self.totals),
            "warnings": [finding.to_json() for finding in self.warnings],
            "errors": [finding.to_json() for finding in self.errors],
        }


class FileReader(Protocol):
    """A reader of one format. May have an integer `priority` (default 50): lower is asked first."""

    @property
    def format(self) -> str:
        """A stable name of the format, as in `Inspection.format`."""

    @property
    def title(self) -> str:
        """The format's name for a person, in Russian."""

    def claims(self, head: bytes, name: str) -> bool:
        """Whether a file with this head (up to 64 KiB) and this bare name looks like the format. Cheap."""

    def inspect(self, path: Path) -> Inspection:
        """Read the file through and report; problems of the file are findings, not exceptions."""


def readers(package: str = "koopset.apps") -> list[FileReader]:
    """All readers in `formats` packages below `package`, in the order in which they are asked.

    Only `formats` packages and the packages on the way to them are imported. A module that cannot be imported
    is a defect of the program, so its error is not hidden.
    """
    found: list[FileReader] = []
    for module_name in _format_modules(package):
        reader: FileReader | None = getattr(importlib.import_module(module_name), "READER", None)
        if reader is not None and reader not in found:
            found.append(reader)
    return _in_order(found)


def inspect_file(path: Path, among: Sequence[FileReader] | None = None) -> Inspection | None:
    """The answer of the first reader that claims the file, or None when no reader knows it.

    `among` replaces the search for readers. A reader that breaks is answered for with an error: its
    RuleViolation gives code and line, anything else "file.unreadable". A reader that breaks while being asked
    does not keep the file from the others. Raises OSError when the file itself cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_SIZE)
    broken: Inspection | None = None
    for reader in readers() if among is None else _in_order(among):
        try:
            if not reader.claims(head, path.name):
                continue
        except Exception as error:  # a defect of one reader must not stop the others
            broken = broken or _unreadable(reader, error)
            continue
        try:
            return reader.inspect(path)
        except Exception as error:  # a person gets an answer, whatever is in the file
            return _unreadable(reader, error)
    return broken


def exit_code(inspection: Inspection | None) -> int:
    """The exit code of the inspect command: 0 usable, 1 a known format that cannot be used, 2 no reader."""
    if inspection is None:
        return 2
    return 0 if inspection.usable else 1


def _unreadable(reader: FileReader, error: Exception) -> Inspection:
    if isinstance(error, RuleViolation):
        finding = Finding(error.line, error.code, f"Файл не принят: {error}")
    else:
        finding = Finding(
            None, "file.unreadable", f"Файл не удалось прочитать ({type(error).__name__}: {str(error)[:200]})"
        )
    return Inspection(reader.format, None, 0, errors=[finding])


def _in_order(found: Sequence[FileReader]) -> list[FileReader]:
    return sorted(found, key=lambda reader: (getattr(reader, "priority", DEFAULT_PRIORITY), reader.format))


def _format_modules(package: str) -> Iterator[str]:
    """Modules of `formats` packages, found on disk: importing whole rooms would need Django."""
    try:
        root = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is None or not (package == error.name or package.startswith(error.name + ".")):
            raise
        return
    yield from _walk(list(root.__path__), package, inside=package.rpartition(".")[2] == "formats")


def _walk(paths: list[str], package: str, *, inside: bool) -> Iterator[str]:
    for module in pkgutil.iter_modules(paths):
        name = f"{package}.{module.name}"
        if module.name == "tests":
            continue
        below = inside or module.name == "formats"
        if below:
            yield name
        if module.ispkg:
            yield from _walk([str(Path(path) / module.name) for path in paths], name, inside=below)
