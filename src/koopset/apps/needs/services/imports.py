"""Files of receipts: read a part at a time, each part in a transaction of its own with its place, so that a crash repeats nothing."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from koopset.apps.needs.events import PurchasesChanged
from koopset.apps.needs.formats.receipt_file import Element, Told, read_receipts
from koopset.apps.needs.formats.receipt_json import ReceiptRead, Unusable
from koopset.apps.needs.models import FailedRow, Receipt, ReceiptImport
from koopset.apps.needs.ports import receipt_provider
from koopset.apps.needs.services.receipts import ask_later, own_household
from koopset.apps.needs.services.writing import Outcome, Writer
from koopset.apps.people.selectors import household_by_id
from koopset.foundation.events import publish
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import Actor, actor_for_login
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

JOB = "needs.read_file"
State = ReceiptImport.State
#: A file that is read while the person waits; anything longer goes to the background.
AT_ONCE = 512 * 1024
#: A million lines take some 250 MB.
MOST_BYTES = 400 * 1024 * 1024
CHUNK = 256 * 1024
#: Receipts and lines of one transaction.
PART, PART_LINES = 1_000, 12_000
MOST_FAILED = 10_000
STUCK = timedelta(hours=12)
Step = Callable[[int], AbstractContextManager[None]]


@service(None)
def import_start(*, actor: Actor, file: BinaryIO, name: str, now: datetime) -> ReceiptImport:
    """Bring a file of receipts. A short one is read at once, a long one in the background; the file itself goes when it is read.

    The same file again while it is being read gives the import under way. Right: the own household. Raises needs.file_empty,
    needs.file_large.
    """
    home, login_id = own_household(actor, now)
    with tempfile.TemporaryFile(prefix="koopset-receipts-") as copy:
        digest, size = hashlib.sha256(), 0
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise RuleViolation("needs.file_large", field="file", limit_mb=MOST_BYTES // 1024 // 1024)
            digest.update(chunk)
            copy.write(chunk)
        if size == 0:
            raise RuleViolation("needs.file_empty", field="file")
        copy.seek(0)
        waiting = ReceiptImport.objects.filter(
            login_id=login_id,
            sha256=digest.hexdigest(),
            state__in=(State.WAITING, State.READING),
            at__gt=now - STUCK,
        ).first()
        if waiting is not None:
            return waiting
        row = ReceiptImport.objects.create(
            household_id=home.id,
            login_id=login_id,
            file_name=PurePath(name.replace("\\", "/")).name[:200] or "—",
            sha256=digest.hexdigest(),
            size=size,
            state=State.READING,
            at=now,
        )
        if size <= AT_ONCE:
            import_read(row, cast(BinaryIO, copy), now=now, step=lambda _done: transaction.atomic())
            return row
        row.path = default_storage.save(f"receipts/{login_id}/{secrets.token_hex(16)}.json", File(copy))
    row.state = State.WAITING
    row.job_id = enqueue(JOB, actor=actor, args={"import_id": row.pk}, now=now).pk
    row.save(update_fields=["state", "job_id", "path"])
    return row


def import_read(
    row: ReceiptImport, file: BinaryIO, *, now: datetime, step: Step, position: int = 0
) -> ReceiptImport:
    """Read a file into the household of its import. `step(done)` opens the transaction of a part and keeps its place; `position` is where
    an earlier attempt stopped. Asks no right: `import_start` has.
    """
    home = household_by_id(row.household_id)
    login_ids = home.login_ids if home else ()
    writer = Writer(
        household_id=row.household_id,
        login_id=row.login_id,
        login_ids=login_ids,
        source=Receipt.Source.FILE,
        now=now,
    )
    elements = enumerate(read_receipts(file), start=1)
    for _place, _one in islice(elements, position):
        pass  # what was written before the crash is written
    for part in _parts(elements):
        with step(part[-1][0]):
            _write_part(row, writer, part, now)
    row.state, row.ended_at = State.DONE, now
    if not row.receipts:
        row.state = State.FAILED
        row.reason = row.reason or "not-a-receipt"
    row.save()
    return row


def _parts(elements: Iterator[tuple[int, Element]]) -> Iterator[list[tuple[int, Element]]]:
    part: list[tuple[int, Element]] = []
    lines = 0
    for place, one in elements:
        part.append((place, one))
        lines += len(one.lines) if isinstance(one, ReceiptRead) else 0
        if len(part) >= PART or lines >= PART_LINES:
            yield part
            part, lines = [], 0
    if part:
        yield part


def _write_part(row: ReceiptImport, writer: Writer, part: list[tuple[int, Element]], now: datetime) -> None:
    reads = [(place, one) for place, one in part if isinstance(one, ReceiptRead)]
    outcome = writer.write(reads)
    failed = list(outcome.failed)
    for place, one in part:
        if isinstance(one, Unusable):
            failed.append((place, one.code, one.known_by))
        elif isinstance(one, Told):
            row.reason = one.code
            if one.code != "empty":
                failed.append((place, one.code, ""))
    if outcome.added and receipt_provider() is not None:
        _ask_for_lines(row, outcome.added, now)
    _count(row, len(reads), outcome, len(failed))
    room = MOST_FAILED - (row.failed - len(failed))
    FailedRow.objects.bulk_create(
        [
            FailedRow(brought_id=row.pk, place=place, code=code, known_by=known)
            for place, code, known in sorted(failed)[: max(0, room)]
        ]
    )
    row.save()
    days = [one.day for _place, one in reads if one.day is not None]
    if days and (outcome.added or outcome.filled):
        publish(PurchasesChanged(None, row.household_id, _span(days)))


def _ask_for_lines(row: ReceiptImport, receipt_ids: list[int], now: datetime) -> None:
    """Receipts of codes wait for their lines: the provider is asked for one after another, a second apart."""
    waiting = Receipt.objects.filter(pk__in=receipt_ids, state=Receipt.State.WAITING, fd__gt=0)
    actor = actor_for_login(row.login_id, on=timezone.localdate(now))
    for nth, key in enumerate(waiting.order_by("pk").values_list("pk", flat=True)):
        ask_later(actor, key, attempt=1, now=now, run_at=now + timedelta(seconds=nth))


def _span(days: list[date]) -> tuple[date, date]:
    return min(days), max(days)


def _count(row: ReceiptImport, receipts: int, outcome: Outcome, failed: int) -> None:
    row.receipts += receipts
    row.added += len(outcome.added)
    row.filled += outcome.filled
    row.known += outcome.known
    row.lines += outcome.lines
    row.failed += failed


def import_run(*, import_id: int, now: datetime, step: Step, position: int) -> ReceiptImport | None:
    """Read a stored file in the background; None where the import is no more. Read before, it changes nothing. Called by the job."""
    row = ReceiptImport.objects.filter(pk=import_id).first()
    if row is None or row.state in (State.DONE, State.FAILED):
        return row
    if not row.path or not default_storage.exists(row.path):
        row.state, row.reason, row.ended_at = State.FAILED, "file-gone", now
        row.save()
        return row
    row.state = State.READING
    row.save(update_fields=["state"])
    with default_storage.open(row.path, "rb") as file:
        import_read(row, cast(BinaryIO, file), now=now, step=step, position=position)
    default_storage.delete(row.path)
    row.path = ""
    row.save(update_fields=["path"])
    return row


def imports_forget(*, before: datetime) -> int:
    """Reports of files read before a moment are forgotten, with what was left of the files; how many."""
    rows = ReceiptImport.objects.filter(at__lt=before)
    for path in rows.exclude(path="").values_list("path", flat=True):
        default_storage.delete(path)
    return int(rows.delete()[1].get("needs.ReceiptImport", 0))
