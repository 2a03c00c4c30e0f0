"""«Download my data»: gathered in the background from every room, kept for a week, given to nobody else (152-ФЗ art. 14)."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import persons_of_login
from koopset.apps.privacy.formats.archive import RoomPaper, RoomPart, RoomTable, Words, write_archive
from koopset.apps.privacy.models import DataExport
from koopset.apps.privacy.selectors import subject_of_login
from koopset.foundation.jobs.models import Job, JobState
from koopset.foundation.jobs.services import enqueue
from koopset.foundation.notifications.services import notify
from koopset.foundation.personal.ports import Subject, rooms
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service

JOB = "privacy.export"
#: How long the link is good.
KEEP_DAYS = 7
CHUNK = 256 * 1024


@service(None)
def export_start(*, actor: Actor, now: datetime) -> DataExport:
    """Ask for one's own data; while one asking is under way, that one. An older archive goes when the new one is there.

    Right: the own login, in person. Raises Forbidden.
    """
    if actor.login_id is None or actor.token_id is not None:
        raise Forbidden("privacy.export")
    waiting = (
        DataExport.objects.select_for_update()
        .filter(login_id=actor.login_id, ready_at__isnull=True)
        .order_by("pk")
        .last()
    )
    if waiting is not None and export_state(waiting) == "waiting":
        return waiting
    if waiting is not None:
        waiting.delete()
    row = DataExport.objects.create(login_id=actor.login_id, created_at=now)
    row.job_id = enqueue(JOB, actor=actor, args={"export_id": row.pk}, now=now).pk
    row.save(update_fields=["job_id"])
    return row


def export_state(row: DataExport) -> str:
    """ "waiting", "ready", "expired" or "failed"."""
    if row.ready_at is not None:
        return "ready" if row.path else "expired"
    job = Job.objects.filter(organisation_id=None, pk=row.job_id or 0).first()
    if job is None or job.state in {JobState.FAILED, JobState.CANCELLED}:
        return "failed"
    return "waiting"


def export_build(*, actor: Actor, export_id: int, now: datetime) -> dict[str, int]:
    """Gather the archive; done already, it changes nothing. Called by the job, for the login that asked. Raises Forbidden."""
    row = DataExport.objects.filter(pk=export_id, login_id=actor.login_id or 0).first()
    if row is None or actor.login_id is None:
        raise Forbidden("privacy.export")
    if row.ready_at is not None:
        return {}
    cards = persons_of_login(actor.login_id)
    language = cards[0].login.language if cards and cards[0].login is not None else "ru"
    with translation.override(language), tempfile.TemporaryFile() as target:
        subject = subject_of_login(actor.login_id)
        counts = write_archive(target, _parts(subject), _words(language, now), now=timezone.localtime(now))
        size, digest = target.tell(), hashlib.sha256()
        target.seek(0)
        while piece := target.read(CHUNK):
            digest.update(piece)
        target.seek(0)
        path = default_storage.save(f"exports/{row.login_id}/{secrets.token_hex(16)}.zip", File(target))
        with transaction.atomic():
            locked = DataExport.objects.select_for_update().get(pk=row.pk)
            if locked.ready_at is not None:
                default_storage.delete(path)
                return {}
            _drop(DataExport.objects.filter(login_id=row.login_id).exclude(pk=row.pk))
            locked.ready_at, locked.expires_at = now, now + timedelta(days=KEEP_DAYS)
            locked.path, locked.size, locked.sha256 = path, size, digest.hexdigest()
            locked.save()
            notify(
                organisation_id=None,
                topic="privacy.export",
                title=_("Your data are gathered"),
                text=_("The archive can be downloaded for %(days)s days.") % {"days": KEEP_DAYS},
                link=reverse("privacy:export"),
                login_ids=[row.login_id],
                email=True,
                now=now,
            )
    return counts


def _parts(subject: Subject) -> Iterator[RoomPart]:
    for room in rooms():
        yield RoomPart(
            room.room,
            str(room.title),
            (RoomTable(one.name, str(one.title), one.heads, one.rows) for one in room.tables(subject)),
            (RoomPaper(one.name, one.open) for one in room.papers(subject)),
        )


def _words(language: str, now: datetime) -> Words:
    return Words(
        language=language,
        title=_("My data on the platform"),
        intro=[
            _("Gathered %(date)s.") % {"date": timezone.localtime(now).strftime("%d.%m.%Y %H:%M")},
            _(
                "This is everything that the platform and your organisations keep of you here. Each table is beside as CSV and JSON."
            ),
            _("Keep the archive to yourself: it holds your contacts, payments and notices."),
        ],
        nothing=_("Nothing is kept here."),
        more=_("There are {count} more rows: all of them are in the files beside."),
        files=_("Files"),
        yes=_("yes"),
        no=_("no"),
    )


def _drop(rows: object) -> int:
    """Empty archives of their bytes; the rows tell that there were any."""
    count = 0
    for row in rows.exclude(path=""):  # type: ignore[attr-defined]
        path, row.path = row.path, ""
        row.save(update_fields=["path"])
        transaction.on_commit(lambda path=path: default_storage.delete(path))  # type: ignore[misc]
        count += 1
    return count


def exports_forget(*, now: datetime) -> Counter[int | None]:
    """Archives whose days are over lose their bytes; rows a year old go."""
    count = _drop(DataExport.objects.filter(expires_at__lt=now))
    DataExport.objects.filter(created_at__lt=now - timedelta(days=365)).delete()
    return Counter({None: count})


def exports_drop_for_room(*, login_id: int) -> int:
    """All archives of a login, rows and bytes. Called by an erasure, under its right."""
    rows = DataExport.objects.filter(login_id=login_id)
    _drop(rows)
    return rows.delete()[0]
