"""Templates of typst with the house's own font: equal data and time give equal bytes, on any machine.

A template reads its data by `#let data = json(bytes(sys.inputs.data))` and sets `#set text(font: "Golos Text")`. It sees the files of
its own folder only; nothing is fetched.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

import typst

FONT = "Golos Text"

_keep = (
    ExitStack()
)  # a package may be run from an archive; then the files are unpacked for the life of the process


class PdfFault(Exception):
    """The template cannot be typeset with these data: a mistake of ours. `hints` are the typesetter's."""

    def __init__(self, message: str, hints: list[str]) -> None:
        super().__init__(message)
        self.hints = hints


@functools.cache
def _fonts() -> Any:
    folder = _keep.enter_context(as_file(files("koopset.foundation.pdf") / "fonts"))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def _compiler(template: Traversable | Path) -> Any:
    path = template if isinstance(template, Path) else _keep.enter_context(as_file(template))
    return typst.Compiler(str(path), root=str(path.parent), font_paths=_fonts(), ignore_system_fonts=True)


def render(template: Traversable | Path, data: dict[str, Any], *, created_at: datetime) -> bytes:
    """One PDF of `template` with JSON-able `data`. `created_at` is written into it instead of the clock. Raises PdfFault."""
    return _compile(_compiler(template), data, created_at)


def render_many(
    template: Traversable | Path, data: Iterable[dict[str, Any]], *, created_at: datetime, chunk: int = 200
) -> Iterator[bytes]:
    """A PDF for each of `data`, in order and lazily; equal to what `render` gives. The typesetter is renewed after `chunk` papers,
    since what it remembers grows with them. Raises PdfFault.
    """
    if chunk < 1:
        raise ValueError("chunk counts papers")
    compiler, used = None, 0
    for one in data:
        if compiler is None or used == chunk:
            compiler, used = _compiler(template), 0
        used += 1
        yield _compile(compiler, one, created_at)


def _compile(compiler: Any, data: dict[str, Any], created_at: datetime) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
    try:
        made = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=int(created_at.timestamp()))
    except typst.TypstError as error:
        raise PdfFault(str(error.message), list(error.hints)) from error
    return cast(bytes, made)
