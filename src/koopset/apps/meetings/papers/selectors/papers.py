"""The papers of a meeting: a list of what there is now and what will come, and each of them as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO

from django.utils.translation import override, pgettext

from koopset.apps.meetings.formats.archive_file import archive_pack
from koopset.apps.meetings.models import AgendaItem, Elector, Meeting, NoticeRow
from koopset.apps.meetings.papers.models import MinutesText, PaperFolder
from koopset.apps.meetings.papers.permissions import PaperRight
from koopset.apps.meetings.papers.selectors.access import (
    MOST_AT_ONCE,
    OF_SECRET,
    SINCE,
    WRITABLE,
    Reader,
    is_heavy,
    reader_of,
)
from koopset.apps.meetings.papers.selectors.ballots import ballot_form, ballot_persons, own_items
from koopset.apps.meetings.papers.selectors.dossier import dossier, minutes_text_of
from koopset.apps.meetings.papers.selectors.minutes import minutes_to_fill
from koopset.apps.meetings.papers.selectors.names import SIGNED_TEXT, SINCE_TEXTS, TEXTS, TITLES
from koopset.apps.meetings.papers.selectors.printing import (
    MAKERS,
    PDF_TYPE,
    PaperFile,
    ballot_file,
    ballots_write,
    bundle_write,
    paper_file,
)
from koopset.apps.meetings.papers.selectors.protocols import filled_document
from koopset.apps.meetings.selectors import archive_files
from koopset.foundation.files.models import StoredFile
from koopset.foundation.jobs import Job
from koopset.foundation.rights.actors import SYSTEM, Actor, Forbidden
from koopset.kernel.violations import RuleViolation

ZIP_TYPE = "application/zip"
#: Papers that tell of many people: giving them out leaves a look.
WITH_PEOPLE = frozenset({"told", "participants", "filled"})
#: Papers of a bundle in their order; the archive of the machine comes beside them.
IN_BUNDLE = ("notice", "told", "participants", "results", "minutes", "secret", "filled")

_OF_ELECTOR = ("notice", "ballot", "results", "minutes", "own")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper in the list. `later`: since when it will be there; "" where it can be taken now. `folder`: of one that is made beforehand."""

    kind: str
    title: str
    text: str
    later: str
    has_docx: bool
    is_heavy: bool
    folder: PaperFolder | None = None
    file: StoredFile | None = None
    job: Job | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class PapersPage:
    """The list for one reader."""

    meeting: Meeting
    reader: Reader
    electors: int
    lines: tuple[PaperLine, ...]
    to_fill: tuple[str, ...]

    @property
    def may_write(self) -> bool:
        """Whether the words of the minutes may be written now."""
        return self.reader.may_prepare and self.meeting.state in WRITABLE

    @property
    def now(self) -> list[PaperLine]:
        """What can be taken now."""
        return [line for line in self.lines if not line.later]

    @property
    def later(self) -> dict[str, list[PaperLine]]:
        """Since when → what will come then, the sooner first."""
        found: dict[str, list[PaperLine]] = {}
        for text in (SINCE_TEXTS["notice"], SINCE_TEXTS["participants"], SINCE_TEXTS["results"], SIGNED_TEXT):
            lines = [line for line in self.lines if line.later == str(text)]
            if lines:
                found[str(text)] = lines
        return found


def papers_page(actor: Actor, organisation_id: int, meeting_id: int) -> PapersPage:
    """What the actor can take now, and what will come. Raises Forbidden."""
    reader = reader_of(actor, organisation_id, meeting_id)
    row = reader.meeting
    count = electors_count(row)
    folders = {
        one.kind: one
        for one in PaperFolder.objects.filter(
            organisation_id=organisation_id, meeting_id=meeting_id
        ).select_related("file")
    }
    jobs = Job.objects.filter(organisation_id=organisation_id).in_bulk(
        [one.job_id for one in folders.values() if one.job_id]
    )
    kinds = _kinds(reader)
    lines = []
    for kind in kinds:
        folder = folders.get(kind)
        heavy = is_heavy(kind, count)
        of_signed = kind == "minutes" and not reader.reads_all
        later = SIGNED_TEXT if of_signed else SINCE_TEXTS[kind]
        lines.append(
            PaperLine(
                kind=kind,
                title=str(TITLES[kind]),
                text=str(TEXTS[kind]),
                later="" if reader.may_take(kind) else str(later),
                has_docx=kind in MAKERS or kind in ("ballot", "own"),
                is_heavy=heavy,
                folder=folder if heavy else None,
                file=folder.file if heavy and folder else None,
                job=jobs.get(folder.job_id) if heavy and folder and folder.job_id else None,
                is_stale=bool(folder and folder.stage != row.state),
            )
        )
    to_fill: tuple[str, ...] = ()
    if reader.reads_all and row.state == Meeting.State.CLOSED:
        to_fill = minutes_to_fill(row, minutes_text_of(row))
    return PapersPage(row, reader, count, tuple(lines), to_fill)


def _kinds(reader: Reader) -> list[str]:
    """In their order: of an elector's papers, or of all. Papers of a meeting that was called off will not come."""
    gone = reader.meeting.state == Meeting.State.CANCELLED
    found = []
    for kind in TITLES:
        wanted = (reader.reads_all and kind in SINCE) or (bool(reader.own) and kind in _OF_ELECTOR)
        if not wanted or (kind in OF_SECRET and not reader.is_secret):
            continue
        if not reader.may_take(kind) and (gone or _is_past(reader, kind)):
            continue
        found.append(kind)
    return found


def _is_past(reader: Reader, kind: str) -> bool:
    """A blank ballot is of no use after the end."""
    return kind == "ballot" and reader.meeting.state in SINCE["results"]


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """What the secretary writes: the items to be written to, and what was written."""

    meeting: Meeting
    items: tuple[tuple[str, str], ...]
    is_house: bool
    text: MinutesText | None


def minutes_page(actor: Actor, organisation_id: int, meeting_id: int) -> MinutesPage:
    """The form of the minutes' own words, for those who prepare papers. Raises Forbidden, also before the count and after the signing."""
    reader = reader_of(actor, organisation_id, meeting_id)
    row = reader.meeting
    if not reader.may_prepare or row.state not in WRITABLE:
        raise Forbidden(PaperRight.PAPER_PREPARE)
    items = AgendaItem.objects.filter(organisation_id=organisation_id, meeting_id=row.pk)
    keys = tuple(items.order_by("position", "pk").values_list("key", "title"))
    return MinutesPage(row, keys, row.kind == Meeting.Kind.OWNERS, minutes_text_of(row))


def electors_count(row: Meeting) -> int:
    """Everybody with a vote, or who was told, before the opening."""
    if row.opened_at is not None:
        rows = Elector.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk)
        return rows.values("person_id").distinct().count()
    told = NoticeRow.objects.filter(
        organisation_id=row.organisation_id, notice__meeting_id=row.pk, notice__withdrawn_at__isnull=True
    )
    return told.count()


def paper_of(
    actor: Actor, organisation_id: int, meeting_id: int, kind: str, extension: str = "pdf"
) -> PaperFile:
    """A paper of the list as «pdf» or «docx». Raises Forbidden; meeting_papers.ask_first for one of many people that is made beforehand."""
    reader = reader_of(actor, organisation_id, meeting_id)
    if kind == "own":
        return own_filled(actor, organisation_id, meeting_id, extension)
    if kind not in MAKERS and kind not in ("ballots", "bundle", "archive"):
        raise Forbidden(PaperRight.PAPER_READ)
    reader.require(kind)
    if kind in MOST_AT_ONCE and is_heavy(kind, electors_count(reader.meeting)):
        raise RuleViolation("meeting_papers.ask_first")
    if kind == "archive":
        content = archive_pack(archive_files(SYSTEM, organisation_id, meeting_id))
        return PaperFile(
            pgettext("paper", "meeting-archive") + f"-{reader.meeting.on.isoformat()}.zip", content, ZIP_TYPE
        )
    if kind in ("ballots", "bundle"):
        target = BytesIO()
        name, media_type = heavy_write(organisation_id, meeting_id, kind, target)
        return PaperFile(name, target.getvalue(), media_type, electors_count(reader.meeting))
    found = dossier(organisation_id, meeting_id)
    made = paper_file(MAKERS[kind](found), found, extension)
    return replace(made, people=len(found.order)) if kind in WITH_PEOPLE else made


def heavy_write(
    organisation_id: int,
    meeting_id: int,
    kind: str,
    target: IO[bytes],
    told: Callable[[int, int], None] | None = None,
) -> tuple[str, str]:
    """Papers of all people into `target`, in Russian: they are signed and kept. Its name and its type. Asks no right: the caller has."""
    with override("ru"):
        found = dossier(organisation_id, meeting_id)
        day = found.meeting.on.isoformat()
        if kind == "ballots":
            form = ballot_form(found)
            if not ballot_persons(form):
                raise RuleViolation("meeting_papers.no_open_item")
            ballots_write(form, target, told)
            return pgettext("paper", "ballots") + f"-{day}.pdf", PDF_TYPE
        if kind in MAKERS:
            made = paper_file(MAKERS[kind](found), found, "pdf")
            target.write(made.content)
            return made.name, PDF_TYPE
        secret = any(item.is_secret for item in found.evidence.agenda)
        kinds = [one for one in IN_BUNDLE if secret or one not in OF_SECRET]
        archive = archive_pack(archive_files(SYSTEM, organisation_id, meeting_id))
        bundle_write(found, kinds, target, {pgettext("paper", "meeting-archive") + ".zip": archive}, told)
        return pgettext("paper", "meeting-papers") + f"-{day}.zip", ZIP_TYPE


def own_ballots(actor: Actor, organisation_id: int, meeting_id: int, extension: str = "pdf") -> PaperFile:
    """The actor's blank ballot, or those of all he stands for. Raises Forbidden, meeting_papers.no_open_item."""
    reader = reader_of(actor, organisation_id, meeting_id)
    if not reader.own:
        raise Forbidden(PaperRight.PAPER_READ)
    reader.require("ballot")
    form = ballot_form(dossier(organisation_id, meeting_id, votes=False))
    persons = [person for person in form.found.order if person in reader.own and own_items(form, person)]
    if not persons:
        raise RuleViolation("meeting_papers.no_open_item")
    return ballot_file(form, persons, extension)


def ballot_of(
    actor: Actor, organisation_id: int, meeting_id: int, person_id: int, extension: str = "pdf"
) -> PaperFile:
    """The blank ballot of one person, for those who prepare the meeting and count, and for that person.

    Raises Forbidden, also for somebody without a vote; meeting_papers.no_open_item.
    """
    reader = reader_of(actor, organisation_id, meeting_id)
    if not (reader.may_take("ballots") or (person_id in reader.own and reader.may_take("ballot"))):
        raise Forbidden(PaperRight.PAPER_READ)
    form = ballot_form(dossier(organisation_id, meeting_id, votes=False))
    if person_id not in form.found.evidence.persons:
        raise Forbidden(PaperRight.PAPER_READ)
    if not own_items(form, person_id):
        raise RuleViolation("meeting_papers.no_open_item")
    return replace(ballot_file(form, [person_id], extension), people=1, person_id=person_id)


def own_filled(actor: Actor, organisation_id: int, meeting_id: int, extension: str = "pdf") -> PaperFile:
    """What the actor voted, as it was entered and counted. Secret votes are not in it. Raises Forbidden."""
    reader = reader_of(actor, organisation_id, meeting_id)
    if not reader.own:
        raise Forbidden(PaperRight.PAPER_READ)
    reader.require("own")
    found = dossier(organisation_id, meeting_id)
    return paper_file(filled_document(found, persons=reader.own), found, extension)
