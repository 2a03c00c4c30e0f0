"""What other floors ask of this room: who may take a file with papers of all."""

from __future__ import annotations

from koopset.apps.meetings.papers.models import PaperFolder
from koopset.apps.meetings.papers.selectors.access import reader_of
from koopset.foundation.files import StoredFile
from koopset.foundation.rights.actors import Actor, Forbidden


def may_download(actor: Actor, file: StoredFile) -> bool:
    """Whether the actor reads every paper of the meeting that the file is of."""
    folder = PaperFolder.objects.filter(organisation_id=file.organisation_id, file_id=file.pk).first()
    if folder is None:
        return False
    try:
        return reader_of(actor, folder.organisation_id, folder.meeting_id).reads_all
    except Forbidden:
        return False
