from __future__ import annotations

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from koopset.foundation.files.access import may_download
from koopset.foundation.files.media import INLINE
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.pages import Gate, PageRequest, page


@page(Gate.ANY_ROLE)
def download(request: PageRequest, organisation_id: int, file_id: int) -> FileResponse:
    """The file as an attachment; `?view` shows pictures and PDF in the page. Markup of people is never rendered."""
    file = get_object_or_404(StoredFile, organisation_id=organisation_id, pk=file_id)
    if not may_download(request.actor, file):
        raise Http404
    return file_response(file, inline="view" in request.GET)


def file_response(file: StoredFile, *, inline: bool) -> FileResponse:
    """The bytes of a file to whoever may have it: the caller has asked. 404 where the storage has lost them."""
    try:
        stream = file.open()
    except FileNotFoundError as missing:
        raise Http404 from missing
    inline = inline and file.media_type in INLINE
    response = FileResponse(
        stream, as_attachment=not inline, filename=file.name, content_type=file.media_type
    )
    response["Content-Length"] = str(file.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
