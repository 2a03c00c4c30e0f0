"""Files of receipts: bringing one, how far it is, what could not be read."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO, cast

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.needs import services
from koopset.apps.needs.messages import FILE_WORDS
from koopset.apps.needs.models import ReceiptImport
from koopset.apps.needs.selectors import own
from koopset.apps.needs.views.frame import own_page
from koopset.foundation.jobs.models import Job, JobState
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest
from koopset.kernel.violations import RuleViolation

PAGE_SIZE = 20
SHOWN_FAILED = 30


@own_page
def files(request: PageRequest) -> HttpResponse:
    """Bring a file of the tax service's application; files brought before."""
    error = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise RuleViolation("needs.file_empty", field="file")
            row = services.import_start(
                actor=request.actor,
                file=cast(BinaryIO, file.file),
                name=file.name or "",
                now=timezone.now(),
            )
            return redirect("needs:file", import_id=row.pk)
        except RuleViolation as violation:
            error = text_of(violation)
    shown = Paginator(own.own_imports(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "needs/files.html", {"page": shown, "error": error}, status=422 if error else 200)


def _state(row: ReceiptImport) -> str:
    """running, done or failed, for the bar: a job that gave up leaves its import unread."""
    if row.state == ReceiptImport.State.DONE:
        return "done"
    if row.state == ReceiptImport.State.FAILED:
        return "failed"
    job = Job.objects.filter(organisation_id=None, pk=row.job_id or 0).first()
    return "failed" if job is None or job.state in {JobState.FAILED, JobState.CANCELLED} else "running"


def _words(code: str) -> str:
    return str(FILE_WORDS.get(code, code))


@own_page
def file(request: PageRequest, import_id: int) -> HttpResponse:
    """What came of a file."""
    row = own.own_import(request.actor, import_id)
    failed = list(row.failed_rows.order_by("place", "pk")[:SHOWN_FAILED])
    context = {
        "row": row,
        "state": _state(row),
        "reason": _words(row.reason) if row.reason else "",
        "failed": [(one.place, _words(one.code), one.known_by) for one in failed],
        "more": row.failed - len(failed),
    }
    return render(request, "needs/file.html", context)


@own_page
def progress(request: PageRequest, import_id: int) -> HttpResponse:
    """How far the reading is; when it has ended, the whole page comes anew."""
    row = own.own_import(request.actor, import_id)
    state = _state(row)
    response = render(request, "needs/parts/progress.html", {"row": row, "state": state})
    if state != "running":
        response["HX-Redirect"] = reverse("needs:file", kwargs={"import_id": row.pk})
    return response


class _Line:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


@own_page
def failed(request: PageRequest, import_id: int) -> HttpResponseBase:
    """Receipts of a file that could not be used, as CSV: their places and the reasons, none of their words."""
    row = own.own_import(request.actor, import_id)

    def lines() -> Iterator[str]:
        writer = csv.writer(_Line(), delimiter=";")
        yield "\ufeff"
        yield writer.writerow([_("Receipt of the file"), _("Reason"), _("ФН-ФД-ФПД")])
        for one in row.failed_rows.order_by("place", "pk").iterator(chunk_size=1000):
            yield writer.writerow([one.place, _words(one.code), one.known_by])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipts-not-read-{row.pk}.csv"'
    return response
