"""Files with the papers of many people: asked for by a person, made by a job, kept until they are made anew."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from koopset.apps.meetings.papers.models import PaperFolder
from koopset.apps.meetings.papers.permissions import PaperRight
from koopset.apps.meetings.papers.selectors.access import reader_of
from koopset.foundation.files import file_delete
from koopset.foundation.files.models import StoredFile
from koopset.foundation.jobs import enqueue
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.violations import RuleViolation

BUNDLE_JOB = "meeting_papers.folder_make"
#: Kind of a stored file.
FOLDER_FILE = "meeting_papers.folder"


@service(None)
def folder_ask(
    *, actor: Actor, organisation_id: int, meeting_id: int, kind: str, now: datetime
) -> PaperFolder:
    """Have a file made with the papers of all; asking again while it is being made gives the same.

    Right: PAPER_PREPARE, or an official of this meeting. Raises Forbidden, meeting_papers.unknown_kind, meeting_papers.not_yet.
    """
    reader = reader_of(actor, organisation_id, meeting_id)
    if not reader.may_prepare:
        raise Forbidden(PaperRight.PAPER_PREPARE)
    if kind not in PaperFolder.Kind.values:
        raise RuleViolation("meeting_papers.unknown_kind", field="kind")
    if not reader.may_take(kind):
        raise RuleViolation("meeting_papers.not_yet")
    row = (
        PaperFolder.objects.select_for_update()
        .filter(organisation_id=organisation_id, meeting_id=meeting_id, kind=kind)
        .first()
    ) or PaperFolder(organisation_id=organisation_id, meeting_id=meeting_id, kind=kind)
    stage = reader.meeting.state
    if row.pk and row.state == PaperFolder.State.WAITING and row.stage == stage:
        return row
    row.stage, row.state = stage, PaperFolder.State.WAITING
    row.asked_at, row.asked_by, row.done_at = now, actor.login_id, None
    row.save()
    with override("ru"):
        title = _("Papers of a meeting: %(kind)s") % {"kind": PaperFolder.Kind(kind).label}
    job = enqueue(
        BUNDLE_JOB,
        actor=actor,
        organisation_id=organisation_id,
        title=title,
        args={"folder_id": row.pk},
        link=reverse("meeting_papers:all", args=[organisation_id, meeting_id]),
        now=now,
    )
    row.job_id = job.pk
    row.save(update_fields=["job_id"])
    return row


@service(None)
def folder_end(
    *, actor: Actor, organisation_id: int, folder_id: int, file_id: int | None, now: datetime
) -> PaperFolder:
    """The job is done: with a file, or without one. The file before it goes.

    Right: that of whoever asked, who may have lost it while the work waited. Raises Forbidden.
    """
    row = PaperFolder.objects.select_for_update().get(organisation_id=organisation_id, pk=folder_id)
    if not reader_of(actor, organisation_id, row.meeting_id).may_prepare:
        raise Forbidden(PaperRight.PAPER_PREPARE)
    before = row.file_id
    row.file_id, row.done_at = file_id, now
    row.state = PaperFolder.State.READY if file_id is not None else PaperFolder.State.FAILED
    row.save()
    if before is not None and before != file_id:
        old = StoredFile.objects.filter(organisation_id=organisation_id, pk=before).first()
        if old is not None:
            file_delete(file=old)
    return row
