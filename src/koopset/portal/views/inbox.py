"""The inbox of files: drop, look, do."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from koopset.foundation.files import StoredFile, file_delete, file_store
from koopset.foundation.files.actions import file_action
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation
from koopset.portal.inbox import KIND, MAX_BYTES, known_formats, read_file, totals_of
from koopset.portal.permissions import PortalRight

RECENT = 10


@page(PortalRight.INBOX_USE)
@require_http_methods(["GET", "POST"])
def inbox(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Take a file of any kind; the latest ones are below."""
    error = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            error = _("Choose a file.")
        else:
            try:
                file = file_store(
                    organisation_id=organisation_id,
                    name=upload.name or "",
                    content=cast(BinaryIO, upload.file),
                    kind=KIND,
                    actor=request.actor,
                    now=timezone.now(),
                    max_bytes=MAX_BYTES,
                )
            except RuleViolation as violation:
                error = text_of(violation)
            else:
                return redirect("portal:inbox_file", organisation_id=organisation_id, file_id=file.pk)
    context = {
        "organisation_id": organisation_id,
        "error": error,
        "formats": known_formats(),
        "limit_mb": MAX_BYTES // (1024 * 1024),
        "files": StoredFile.objects.filter(organisation_id=organisation_id, kind=KIND).order_by(
            "-created_at"
        )[:RECENT],
    }
    return render(request, "portal/inbox.html", context, status=422 if error else 200)


@page(PortalRight.INBOX_USE)
@require_http_methods(["GET", "POST"])
def inbox_file(request: PageRequest, organisation_id: int, file_id: int) -> HttpResponse:
    """What the file is, what is wrong in it, and the deed it asks for."""
    file = get_object_or_404(StoredFile, organisation_id=organisation_id, kind=KIND, pk=file_id)
    if request.method == "POST" and request.POST.get("do") == "forget":
        file_delete(file=file)
        tell(request, _("The file is removed from the inbox."))
        return redirect("portal:inbox", organisation_id=organisation_id)
    reading = read_file(file)
    found = reading.inspection
    action = file_action(found.format) if found is not None else None
    allowed = action is not None and request.actor.can(action.right, organisation_id)
    refusal = ""
    if request.method == "POST":
        if action is None or not allowed or found is None or not found.usable:
            refusal = _("Nothing can be done with this file here.")
        else:
            try:
                return redirect(action.start(request.actor, organisation_id, file, timezone.now()))
            except RuleViolation as violation:
                refusal = text_of(violation)
    context = {
        "organisation_id": organisation_id,
        "file": file,
        "reading": reading,
        "found": found,
        "totals": totals_of(found) if found else [],
        "action": action,
        "allowed": allowed,
        "refusal": refusal,
        "formats": known_formats() if found is None else [],
        "more_warnings": len(found.warnings) - len(reading.warnings) if found else 0,
        "more_errors": len(found.errors) - len(reading.errors) if found else 0,
    }
    return render(request, "portal/inbox_file.html", context, status=422 if refusal else 200)
