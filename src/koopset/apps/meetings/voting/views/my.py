"""The voter's pages: what waits, the vote by phone in the hall, the queue of speakers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koopset.apps.meetings import services as meetings
from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors import results
from koopset.apps.meetings.voting import selectors, services
from koopset.apps.meetings.voting.forms import CodeForm
from koopset.apps.meetings.voting.selectors.hall import HallState, kept
from koopset.apps.meetings.voting.selectors.voter import hall_day_came
from koopset.apps.meetings.voting.views.frame import attempt, counts, number, seen, titles_of, words
from koopset.foundation.access.sent_once import sent_once
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.turns import in_turn
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

_OVER = (Meeting.State.CLOSED, Meeting.State.FAILED, Meeting.State.RECORDED)


@page(MeetingRight.MEETING_VIEW)
@require_safe
def mine(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What is coming, what waits for my vote, what was decided."""
    rows = selectors.my_meetings(request.actor, organisation_id)
    live = [one for one in rows if one.state == Meeting.State.OPEN]
    context = {
        "organisation_id": organisation_id,
        "open": sorted(live, key=lambda one: not one.waits),
        "coming": [one for one in rows if one.state == Meeting.State.NOTICED],
        "past": [one for one in rows if one.state in _OVER or one.state == Meeting.State.CANCELLED],
    }
    return render(request, "voting/mine.html", context)


def line_of(row: Meeting, state: HallState | None) -> str:
    """The line of the hall that everybody sees, drawn once a second in a language."""
    if state is None:
        return ""
    key = ("line", row.organisation_id, row.pk, get_language(), state.mark)
    return kept.ask(key, lambda: render_to_string("voting/line.html", {"state": state, "row": row}))


def context_of(request: PageRequest, row: Meeting, **more: Any) -> dict[str, Any]:
    """All of the voter's page."""
    now = timezone.now()
    hall = selectors.hall_state(row, now=now)
    me = selectors.voter_state(request.actor, row, history=True) if row.opened_at is not None else None
    agenda = selectors.agenda_rows(row, me.frozen.barred if me else frozenset())
    is_open = row.state == Meeting.State.OPEN
    return {
        "organisation_id": row.organisation_id,
        "row": row,
        "state_text": str(Meeting.State(row.state).label),
        "form_text": str(Meeting.Form(row.form).label),
        "is_open": is_open,
        "is_over": row.state in _OVER,
        "agenda": agenda,
        "titles": titles_of(agenda),
        "me": me,
        "hall": hall,
        "line": line_of(row, hall),
        "pulse_mark": selectors.pulse_mark(request.actor, row, hall),
        "hall_came": is_open and hall_day_came(row, now),
        "has_hall": row.form != Meeting.Form.ABSENTIA,
        "from_afar": row.form != Meeting.Form.IN_PERSON,
        "may_count": counts(request, row),
        "results": {one.key: one for one in results(request.actor, row.organisation_id, row.pk)}
        if row.state in _OVER
        else {},
        "once": uuid4().hex,
        "typed": {},
        "refusal": "",
        **more,
    }


@page(MeetingRight.MEETING_VIEW)
@require_safe
def vote(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """A meeting for a voter: the agenda, what my vote weighs, what can be done now."""
    row = seen(request, organisation_id, meeting_id)
    part = number(request.GET.get("part")) if request.headers.get("HX-Request") else 0
    if part and row.opened_at is not None:
        return render(request, "voting/vote_item.html", _item_context(request, row, part))
    return render(request, "voting/vote.html", context_of(request, row))


def _item_context(request: PageRequest, row: Meeting, item_id: int, **more: Any) -> dict[str, Any]:
    """Of one item only: after a vote by phone nothing else of the page has changed."""
    me = selectors.voter_state(request.actor, row)
    agenda = selectors.agenda_rows(row, me.frozen.barred)
    item = next((one for one in agenda if one.id == item_id), None)
    if item is None:
        raise Http404
    return {
        "organisation_id": row.organisation_id,
        "row": row,
        "me": me,
        "item": item,
        "has_hall": row.form != Meeting.Form.ABSENTIA,
        "from_afar": row.form != Meeting.Form.IN_PERSON,
        "once": uuid4().hex,
        "typed": {},
        **more,
    }


@page(MeetingRight.MEETING_VIEW)
@require_safe
def pulse(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """What has changed since the telephone asked last: nothing (204), the hall's line, or the voter's own part too."""
    row = seen(request, organisation_id, meeting_id)
    state = selectors.hall_state(row, now=timezone.now())
    if request.GET.get("v") != selectors.pulse_mark(request.actor, row, state):
        response = render(request, "voting/vote_renewed.html", context_of(request, row))
    elif state is None or request.GET.get("s") == state.mark:
        return HttpResponse(status=204)
    else:
        response = HttpResponse(f'<div id="hall-line" hx-swap-oob="true">{line_of(row, state)}</div>')
        response["HX-Reswap"] = "none"
    response["Cache-Control"] = "no-store"
    return response


@in_turn
@sent_once
@page(MeetingRight.MEETING_VOTE)
def cast(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponseBase:
    """A vote by phone on one item. Sent twice it is one vote: the form has a key."""
    row = seen(request, organisation_id, meeting_id)
    address = reverse("voting:vote", args=[organisation_id, meeting_id])
    if request.method != "POST":
        if request.headers.get("HX-Request"):
            return HttpResponse(
                status=503
            )  # the same vote is being written just now: the page asks once more
        return redirect(address)
    item_id = number(request.POST.get("item"))
    voter, _dash, elector = request.POST.get("voice", "").partition("-")
    voter_id, elector_id = number(voter), number(elector)
    marks = {
        name.removeprefix("mark:"): mark
        for name, mark in request.POST.items()
        if name.startswith("mark:") and mark
    }
    if voter_id not in request.actor.person_ids:
        refusal = _("This vote is not yours at this meeting. Look at the page again.")
    elif not marks:
        refusal = _("Choose: for, against or abstain.")
    else:
        violation = attempt(
            request,
            row,
            meetings.phone_vote,
            person_id=voter_id,
            for_person_id=None if elector_id == voter_id else elector_id,
            marks=marks,
        )
        if violation is None:
            return redirect(f"{address}?part={item_id}#item-{item_id}")
        refusal = words(violation, titles_of(selectors.agenda_rows(row)))
    kept_marks = {"refusal": refusal, "refused_voice": f"{voter_id}-{elector_id}", "typed": marks}
    if request.headers.get("HX-Request") and row.opened_at is not None:
        context = _item_context(request, row, item_id, **kept_marks)
        return render(request, "voting/vote_item.html", context, status=422)
    return render(request, "voting/vote.html", context_of(request, row, **kept_marks), status=422)


@page(MeetingRight.MEETING_VOTE)
def entry(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Check in by the code that is shown in the hall. The square of the screen brings the code with it."""
    row = seen(request, organisation_id, meeting_id)
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:12]})
    state = selectors.voter_state(request.actor, row) if row.opened_at is not None else None
    if request.method == "POST" and form.is_valid():
        refusal = _come_in(request, row, state, form.cleaned_data["code"])
        if refusal is None:
            tell(request, _("You are checked in. Vote here when an item is put to the vote."))
            return redirect("voting:vote", organisation_id=organisation_id, meeting_id=meeting_id)
        form.refuse(refusal)
    context = {
        "organisation_id": organisation_id,
        "row": row,
        "form": form,
        "me": state,
        "is_open": row.state == Meeting.State.OPEN,
        "hall_came": row.state == Meeting.State.OPEN and hall_day_came(row, timezone.now()),
    }
    return render(request, "voting/entry.html", context, status=422 if form.errors else 200)


def _come_in(
    request: PageRequest, row: Meeting, state: selectors.VoterState | None, code: str
) -> RuleViolation | None:
    person_id = (state.may_come if state is not None else None) or min(request.actor.person_ids, default=0)
    try:
        tried = meetings.check_in_by_code(
            actor=request.actor,
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            person_id=person_id,
            code=code,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        return violation
    return tried.refusal


@page(MeetingRight.MEETING_VOTE)
def leave(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """I go home: votes given before stay."""
    row = seen(request, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    state = selectors.voter_state(request.actor, row)
    if state.here_as is not None:
        violation = attempt(request, row, meetings.person_leave, person_id=state.here_as)
        tell(request, words(violation, {}) if violation else _("You have left. The votes you gave stay."))
    return redirect("voting:vote", organisation_id=organisation_id, meeting_id=meeting_id)


@page(MeetingRight.MEETING_VOTE)
def floor(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Ask for the floor, or not to speak after all."""
    row = seen(request, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    state = selectors.voter_state(request.actor, row)
    withdraws = request.POST.get("deed") == "withdraw"
    person_id = state.here_as or min(request.actor.person_ids, default=0)
    violation = attempt(
        request,
        row,
        services.speech_withdraw if withdraws else services.speech_ask,
        person_id=person_id,
    )
    if violation is not None:
        tell(request, words(violation, {}))
    return redirect("voting:vote", organisation_id=organisation_id, meeting_id=meeting_id)
