"""Papers as files: PDF by the house's typesetter, DOCX, one ZIP of all. The same meeting gives the same bytes."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import IO

from koopset.apps.meetings.papers.formats.docx_file import docx_made
from koopset.apps.meetings.papers.rules.document import Document, document_data
from koopset.apps.meetings.papers.selectors.ballots import (
    BallotForm,
    ballot_data,
    ballot_document,
    ballot_parts,
    ballot_persons,
)
from koopset.apps.meetings.papers.selectors.dossier import Dossier
from koopset.apps.meetings.papers.selectors.minutes import minutes_document
from koopset.apps.meetings.papers.selectors.notices import notice_document, told_document
from koopset.apps.meetings.papers.selectors.protocols import (
    filled_document,
    hall_bulletin,
    participants_document,
    results_document,
    secret_document,
)
from koopset.foundation.pdf import join, render, render_many

_FOLDER = Path(__file__).resolve().parent.parent / "templates" / "meeting_papers" / "print"
PAPER, BALLOT = _FOLDER / "paper_1.typ", _FOLDER / "ballot_1.typ"
#: Ballots typeset at once.
CHUNK = 200
#: Where a joined PDF differs from the same one made at another time, so many bytes from its head and its end.
_EDGE = 2048
_MOMENT = re.compile(rb"CreationDate\(D:([0-9+'-]+)\)")
_NUMBER = re.compile(rb"<([0-9A-Fa-f]{32})>")
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper ready to be given out. `people`: how many people besides the reader it tells of; `person_id`: of whom alone."""

    name: str
    content: bytes
    media_type: str
    people: int = 0
    person_id: int | None = None


PDF_TYPE = "application/pdf"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: Papers that are made of blocks, by the word in their address.
MAKERS: Mapping[str, Callable[[Dossier], Document]] = {
    "notice": notice_document,
    "told": told_document,
    "bulletin": hall_bulletin,
    "participants": participants_document,
    "results": results_document,
    "minutes": minutes_document,
    "secret": secret_document,
    "filled": filled_document,
}


def pdf_of(document: Document, found: Dossier) -> bytes:
    """The PDF of a paper."""
    return render(PAPER, document_data(document), created_at=found.made_at)


def paper_file(document: Document, found: Dossier, extension: str) -> PaperFile:
    """The paper as «pdf» or «docx»."""
    name = f"{document.name}-{found.meeting.on.isoformat()}.{extension}"
    if extension == "docx":
        return PaperFile(name, docx_made(document, created_at=found.made_at), DOCX_TYPE)
    return PaperFile(name, pdf_of(document, found), PDF_TYPE)


def ballot_file(form: BallotForm, persons: list[int], extension: str) -> PaperFile:
    """Ballots of one person, or of some whom one stands for; as DOCX of the first only."""
    document = ballot_document(form, persons[0])
    if extension == "docx":
        return paper_file(document, form.found, extension)
    content = render(BALLOT, ballot_data(form, persons), created_at=form.found.made_at)
    return PaperFile(f"{document.name}-{form.found.meeting.on.isoformat()}.pdf", content, PDF_TYPE)


def ballots_pdf(form: BallotForm, chunk: int = CHUNK) -> Iterator[bytes]:
    """All ballots by streets and plots, in PDF files of `chunk` ballots each. Constant memory."""
    return render_many(BALLOT, ballot_parts(form, chunk), created_at=form.found.made_at, chunk=1)


def ballots_write(form: BallotForm, target: IO[bytes], told: Callable[[int, int], None] | None = None) -> int:
    """All ballots as one PDF into `target`; the number of pages. `told` hears of each part that is ready, of so many."""
    total = -(-len(ballot_persons(form)) // CHUNK)

    def parts() -> Iterator[bytes]:
        for number, part in enumerate(ballots_pdf(form), 1):
            yield part
            if told is not None:
                told(number, total)

    pages = join(parts(), target)
    _make_the_same(target, form.found)
    return pages


def _make_the_same(target: IO[bytes], found: Dossier) -> None:
    """A joined PDF bears the clock at its head and a number by chance at its end: it gets the meeting's instead, so that equal ballots
    are equal bytes.
    """
    meeting = found.meeting
    name = f"{meeting.organisation_id}/{meeting.pk}".encode()
    number = hashlib.md5(name, usedforsecurity=False).hexdigest().upper().encode()
    moment = found.made_at.astimezone(UTC).strftime("%Y%m%d%H%M%S+00'00'").encode()
    size = target.seek(0, 2)
    for start, mark, value in ((0, _MOMENT, moment), (max(0, size - _EDGE), _NUMBER, number)):
        target.seek(start)
        edge = target.read(_EDGE)
        for one in mark.finditer(edge):
            if len(one[1]) == len(value):
                target.seek(start + one.start(1))
                target.write(value)
    target.seek(0, 2)


def bundle_write(
    found: Dossier,
    kinds: list[str],
    target: IO[bytes],
    more: Mapping[str, bytes],
    told: Callable[[int, int], None] | None = None,
) -> None:
    """One ZIP of papers as PDF and DOCX and of what else there is (`more`), in a fixed order and with no moments of files."""
    with zipfile.ZipFile(target, "w") as packed:

        def put(name: str, content: bytes) -> None:
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            packed.writestr(info, content)

        for number, kind in enumerate(kinds, 1):
            document = MAKERS[kind](found)
            for extension in ("pdf", "docx"):
                made = paper_file(document, found, extension)
                put(f"{number:02d}-{made.name}", made.content)
            if told is not None:
                told(number, len(kinds))
        for name, content in more.items():
            put(name, content)
