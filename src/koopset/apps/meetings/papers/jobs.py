"""Background work: papers of all people as one file. Run again after a crash it makes the file anew."""

from __future__ import annotations

import tempfile

from django.utils import timezone

from koopset.apps.meetings.papers import services
from koopset.apps.meetings.papers.models import PaperFolder
from koopset.apps.meetings.papers.permissions import PaperRight
from koopset.apps.meetings.papers.selectors.access import reader_of
from koopset.apps.meetings.papers.selectors.papers import heavy_write
from koopset.foundation.files import file_store
from koopset.foundation.jobs import JobRun, job
from koopset.foundation.rights.actors import Forbidden

#: A file of ballots of a whole town.
MOST_BYTES = 2 * 1024**3


@job(services.BUNDLE_JOB, retries=2)
def folder_make(run: JobRun, *, folder_id: int) -> dict[str, object]:
    """Make the file, as whoever asked may have it today."""
    assert run.organisation_id is not None
    organisation_id = run.organisation_id
    folder = PaperFolder.objects.get(organisation_id=organisation_id, pk=folder_id)
    if not reader_of(run.actor, organisation_id, folder.meeting_id).may_prepare:
        raise Forbidden(PaperRight.PAPER_PREPARE)
    with tempfile.TemporaryFile(prefix="koopset-papers-") as target:
        name, _media_type = heavy_write(
            organisation_id,
            folder.meeting_id,
            folder.kind,
            target,
            lambda done, total: run.progress(done, total),
        )
        target.seek(0)
        file = file_store(
            organisation_id=organisation_id,
            name=name,
            content=target,
            kind=services.FOLDER_FILE,
            actor=run.actor,
            max_bytes=MOST_BYTES,
        )
    services.folder_end(
        actor=run.actor,
        organisation_id=organisation_id,
        folder_id=folder_id,
        file_id=file.pk,
        now=timezone.now(),
    )
    return {"file": file.pk, "size": file.size}
