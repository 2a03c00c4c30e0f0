"""Papers bound into one file: what is printed together lies in one PDF, however many pieces it was typeset in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from pypdfium2 import PdfDocument


def join(parts: Iterable[bytes], target: IO[bytes]) -> int:
    """Write the pages of all PDF `parts`, in their order, as one PDF into `target`; the number of pages.

    The whole is kept in memory until it is written: some 5 KB a page. One thread at a time: the library is not made for more.
    """
    with PdfDocument.new() as whole:
        for part in parts:
            with PdfDocument(part) as piece:
                whole.import_pages(piece)
        whole.save(target)
        return len(whole)
