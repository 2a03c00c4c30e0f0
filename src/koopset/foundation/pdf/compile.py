"""Templates of typst with the house's own font: equal data and time give equal bytes, on any machine.

A template defines `#let paper(data) = { … }`, sets `set text(font: "Golos Text")` inside and gives back the whole paper. It sees the files
of its own folder only; nothing is fetched.

The data come in a main file made for each paper, never in `sys.inputs`: those belong to the standard library of the typesetter, which would
be built anew for each paper, and what is remembered of the template and of the texts on it would not be found again.
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


class _Press:
    """The typesetter with one template, ready to be given data."""

    def __init__(self, template: Traversable | Path) -> None:
        path = template if isinstance(template, Path) else _keep.enter_context(as_file(template))
        self._compiler = typst.Compiler(root=str(path.parent), font_paths=_fonts(), ignore_system_fonts=True)
        self._head = f'#import "/{path.name}": paper\n#paper(json(bytes("'

    def pdf(self, data: dict[str, Any], created_at: datetime) -> bytes:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        main = f'{self._head}{_quoted(text)}")))\n'.encode()
        try:
            made = self._compiler.compile(input=main, format="pdf", timestamp=int(created_at.timestamp()))
        except typst.TypstError as error:
            raise PdfFault(str(error.message), list(error.hints)) from error
        return cast(bytes, made)


def _quoted(text: str) -> str:
    r"""JSON as the inside of a string of typst: JSON has no line ends of its own, and only «\» and «"» mean anything there."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def render(template: Traversable | Path, data: dict[str, Any], *, created_at: datetime) -> bytes:
    """One PDF of `template` with JSON-able `data`. `created_at` is written into it instead of the clock. Raises PdfFault."""
    return _Press(template).pdf(data, created_at)


def render_many(
    template: Traversable | Path, data: Iterable[dict[str, Any]], *, created_at: datetime, chunk: int = 200
) -> Iterator[bytes]:
    """A PDF for each of `data`, in order and lazily; equal to what `render` gives. The typesetter is renewed after `chunk` papers,
    since what it remembers grows with them. Raises PdfFault.
    """
    if chunk < 1:
        raise ValueError("chunk counts papers")
    press, used = None, 0
    for one in data:
        if press is None or used == chunk:
            press, used = _Press(template), 0
        used += 1
        yield press.pdf(one, created_at)
