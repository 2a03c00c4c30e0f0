"""Written decisions at the commission: entered by one, read again by another, rejected with a reason; ballots of one on one item."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from koopset.apps.meetings import services as meetings
from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors import ballot_code_read
from koopset.apps.meetings.selectors.frozen import frozen_of
from koopset.apps.meetings.voting import selectors, services
from koopset.apps.meetings.voting.forms import PaperForm, ReasonForm
from koopset.apps.meetings.voting.rules import MARKS
from koopset.apps.meetings.voting.views.frame import attempt, counted, desk_frame, number, titles_of, words
from koopset.apps.people.selectors import full_names
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(MeetingRight.MEETING_VIEW)
def papers(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """All written decisions, those that wait first; and the search for whose paper it is."""
    row = counted(request, organisation_id, meeting_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    text, refusal = request.GET.get("q", "")[:200].strip(), ""
    found: list[selectors.DeskPerson] = []
    if text and row.opened_at is not None:
        # Eleven digits are the code of a ballot; a shorter number is a plot, and words are a name.
        if sum(char.isdigit() for char in text) >= 9:
            try:
                code = ballot_code_read(request.actor, organisation_id, text, meeting_id=meeting_id)
            except RuleViolation as violation:
                refusal = words(violation, {})
            else:
                address = reverse("voting:desk-paper-new", args=[organisation_id, meeting_id])
                return redirect(f"{address}?person={code.person_id}")
        else:
            found, _total = selectors.desk_people(row, text)
    rows = selectors.papers_of(request.actor, row)
    looked(request.actor, organisation_id, "voting.people", count=len(rows) + len(found))
    context = {
        **desk_frame(request, row, "papers"),
        "papers": rows,
        "q": text,
        "found": found,
        "refusal": refusal,
    }
    return render(request, "voting/desk_papers.html", context, status=422 if refusal else 200)


def _marks(request: PageRequest, items: tuple[selectors.AgendaItemRow, ...]) -> dict[str, list[str]]:
    return {
        one.key: [mark for mark in request.POST.getlist(f"mark:{one.key}") if mark in MARKS]
        for item in items
        for one in item.choices
    }


@page(MeetingRight.MEETING_VIEW)
def paper_new(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Enter what stands on a paper: two marks are two marks, none is none."""
    row = counted(request, organisation_id, meeting_id)
    person_id = number(request.GET.get("person"))
    items: tuple[selectors.AgendaItemRow, ...] = ()
    if person_id and row.opened_at is not None:
        _frozen, items = selectors.voices_of_elector(row, person_id)
    if not items:
        return redirect("voting:desk-papers", organisation_id=organisation_id, meeting_id=meeting_id)
    agents = selectors.agents_of(row, person_id)
    form = PaperForm(request.POST or None, request.FILES or None, agents=agents)
    typed: dict[str, list[str]] = {}
    if request.method == "POST":
        typed = _marks(request, items)
        if form.is_valid() and (violation := _enter(request, row, person_id, typed, form)) is None:
            tell(request, _("Entered. It counts when another has read the paper again."))
            return redirect("voting:desk-papers", organisation_id=organisation_id, meeting_id=meeting_id)
        if form.is_valid():
            assert violation is not None
            form.add_error(
                violation.field if violation.field in form.fields else None,
                words(violation, titles_of(items)),
            )
    name = full_names([person_id], organisation_id=organisation_id).get(person_id, "")
    looked(request.actor, organisation_id, "voting.people", person_id=person_id)
    context = {
        **desk_frame(request, row, "papers"),
        "person_id": person_id,
        "name": name,
        "items": items,
        "form": form,
        "typed": typed,
        "is_late": row.state != Meeting.State.OPEN,
    }
    return render(request, "voting/desk_paper_new.html", context, status=422 if form.errors else 200)


def _enter(
    request: PageRequest, row: Meeting, person_id: int, typed: dict[str, list[str]], form: PaperForm
) -> RuleViolation | None:
    data = form.cleaned_data
    scan = data["scan"]
    return attempt(
        request,
        row,
        services.paper_take_in,
        elector_id=person_id,
        agent_id=number(data["agent"]) or None,
        marks=typed,
        received_at=data["received_at"],
        scan=(scan.name, scan.file) if scan is not None else None,
    )


@page(MeetingRight.MEETING_VIEW)
def paper(request: PageRequest, organisation_id: int, meeting_id: int, paper_id: int) -> HttpResponse:
    """The second person reads the paper again, not seeing what the first typed; or rejects it with a reason."""
    row = counted(request, organisation_id, meeting_id)
    found = selectors.paper_of(request.actor, row, paper_id)
    if found is None:
        raise Http404
    agenda = selectors.agenda_rows(row)
    items = tuple(item for item in agenda if any(one.key in found.marks for one in item.choices))
    rejects = request.method == "POST" and request.POST.get("deed") == "reject"
    reason = ReasonForm(request.POST if rejects else None)
    refusal, typed, differs = "", {}, False
    done: RuleViolation | None = None
    if rejects and reason.is_valid():
        done = attempt(
            request, row, meetings.paper_reject, paper_id=paper_id, reason=reason.cleaned_data["reason"]
        )
    elif request.method == "POST" and not rejects:
        typed = _marks(request, items)
        done = attempt(request, row, services.paper_read_again, paper_id=paper_id, marks=typed)
    if request.method == "POST" and done is None and not reason.errors:
        said = (
            _("The paper is put aside with the reason.")
            if rejects
            else _("Confirmed: the votes are counted.")
        )
        tell(request, said)
        return redirect("voting:desk-papers", organisation_id=organisation_id, meeting_id=meeting_id)
    if done is not None:
        refusal = words(done, titles_of(agenda))
        differs = done.code == "voting.paper_differs"
    looked(request.actor, organisation_id, "voting.people", person_id=found.elector_id)
    context: dict[str, Any] = {
        **desk_frame(request, row, "papers"),
        "paper": found,
        "items": items,
        "titles": titles_of(agenda),
        "waits": found.state == "entered" and row.state == Meeting.State.OPEN,
        "reason": reason,
        "refusal": refusal,
        "typed": typed,
        "differs": differs,
    }
    status = 422 if refusal or reason.errors else 200
    return render(request, "voting/desk_paper.html", context, status=status)


@page(MeetingRight.MEETING_VIEW)
def ballots(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Who voted more than once on an item, which vote counts and why; the order that was published before the vote."""
    row = counted(request, organisation_id, meeting_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    context = {**desk_frame(request, row, "ballots"), "order": (), "duplicates": []}
    if row.opened_at is not None:
        rules = frozen_of(row).rules
        found = selectors.duplicates(request.actor, row)
        looked(request.actor, organisation_id, "voting.people", count=len(found))
        context |= {
            "order": [channel.value for channel in rules.precedence],
            "revote": rules.revote,
            "before_start": rules.began_at is not None,
            "duplicates": found,
            "titles": titles_of(selectors.agenda_rows(row)),
        }
    return render(request, "voting/desk_ballots.html", context)
