"""Papers of a meeting: the list, each of them as a file, files of all made in the background."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.meetings.papers import services
from koopset.apps.meetings.papers.forms import MinutesForm
from koopset.apps.meetings.papers.selectors import papers as selectors
from koopset.apps.meetings.papers.selectors.printing import PDF_TYPE, PaperFile
from koopset.apps.meetings.permissions import MeetingRight
from koopset.foundation.personal.looks import looked
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(MeetingRight.MEETING_VIEW)
def all_papers(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """What can be taken now and what will come."""
    found = selectors.papers_page(request.actor, organisation_id, meeting_id)
    context = {"organisation_id": organisation_id, "meeting": found.meeting, "found": found}
    return render(request, "meeting_papers/all.html", context)


@page(MeetingRight.MEETING_VIEW)
def paper(request: PageRequest, organisation_id: int, meeting_id: int, kind: str) -> HttpResponse:
    """A paper as PDF, or with `?format=docx` as DOCX."""
    return _given(
        request,
        meeting_id,
        lambda: selectors.paper_of(request.actor, organisation_id, meeting_id, kind, _extension(request)),
    )


@page(MeetingRight.MEETING_VIEW)
def ballot(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """One's own blank ballot."""
    return _given(
        request,
        meeting_id,
        lambda: selectors.own_ballots(request.actor, organisation_id, meeting_id, _extension(request)),
    )


@page(MeetingRight.MEETING_VIEW)
def ballot_of(request: PageRequest, organisation_id: int, meeting_id: int, person_id: int) -> HttpResponse:
    """The blank ballot of one elector."""
    return _given(
        request,
        meeting_id,
        lambda: selectors.ballot_of(
            request.actor, organisation_id, meeting_id, person_id, _extension(request)
        ),
    )


@page(MeetingRight.MEETING_VIEW)
@require_POST
def prepare(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Have a file with papers of all made in the background."""
    try:
        folder = services.folder_ask(
            actor=request.actor,
            organisation_id=organisation_id,
            meeting_id=meeting_id,
            kind=request.POST.get("kind", ""),
            now=timezone.now(),
        )
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
    else:
        count = selectors.electors_count(folder.meeting)
        looked(request.actor, organisation_id, "meeting_papers.people", count=count)
        tell(request, _("The file is being made. It will appear on this page."))
    return redirect("meeting_papers:all", organisation_id=organisation_id, meeting_id=meeting_id)


@page(MeetingRight.MEETING_VIEW)
def minutes_text(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """What the secretary writes into the minutes."""
    found = selectors.minutes_page(request.actor, organisation_id, meeting_id)
    form = MinutesForm(request.POST or None, page=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.minutes_text_save(
                actor=request.actor,
                organisation_id=organisation_id,
                meeting_id=meeting_id,
                now=timezone.now(),
                **form.words(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The words of the minutes are kept."))
            return redirect("meeting_papers:all", organisation_id=organisation_id, meeting_id=meeting_id)
    context = {"organisation_id": organisation_id, "meeting": found.meeting, "form": form}
    return render(request, "meeting_papers/minutes_text.html", context)


def _extension(request: PageRequest) -> str:
    return "docx" if request.GET.get("format") == "docx" else "pdf"


def _given(request: PageRequest, meeting_id: int, make: Callable[[], PaperFile]) -> HttpResponse:
    """The file, shown in the browser where it can be; a refusal is said on the list."""
    try:
        made = make()
    except RuleViolation as violation:
        tell(request, text_of(violation), level=40)
        return redirect("meeting_papers:all", organisation_id=request.organisation_id, meeting_id=meeting_id)
    if made.people:
        looked(
            request.actor,
            request.organisation_id,
            "meeting_papers.people",
            count=made.people,
            person_id=made.person_id,
        )
    response = HttpResponse(made.content, content_type=made.media_type)
    response["Content-Disposition"] = str(content_disposition_header(made.media_type != PDF_TYPE, made.name))
    response["Cache-Control"] = "private, no-store"
    return response
