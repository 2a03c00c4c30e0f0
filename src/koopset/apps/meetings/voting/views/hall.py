"""The screen for the wall: what is voted on, the quorum, how many are here, who speaks; the code for those who run the hall."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors import hall_code
from koopset.apps.meetings.voting import selectors, services
from koopset.apps.meetings.voting.selectors.hall import HallState
from koopset.apps.meetings.voting.selectors.voter import hall_day_came
from koopset.apps.meetings.voting.views.frame import attempt, counts, number, seen, words
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.squares import code_svg
from koopset.foundation.ui.toasts import tell


def _square(address: str) -> SafeString:
    """Our own markup of an address of ours: digits and slashes only."""
    return mark_safe(code_svg(address))


def _context(request: PageRequest, row: Meeting, state: HallState | None) -> dict[str, Any]:
    now = timezone.now()
    leads = counts(request, row)
    code = ""
    if leads and row.state == Meeting.State.OPEN and hall_day_came(row, now):
        code = hall_code(request.actor, row.organisation_id, row.pk, now=now)
    address = request.build_absolute_uri(reverse("voting:entry", args=[row.organisation_id, row.pk]))
    return {
        "organisation_id": row.organisation_id,
        "row": row,
        "state_text": str(Meeting.State(row.state).label),
        "state": state,
        "is_open": row.state == Meeting.State.OPEN,
        "leads": leads,
        "code": code,
        "spaced": f"{code[:3]} {code[3:]}" if code else "",
        "address": address.partition("://")[2].strip("/").split("/"),
        "square": _square(f"{address}?code={code}") if code else "",
        "pulse_mark": f"{state.mark if state else row.state}{code}",
    }


@page(MeetingRight.MEETING_VIEW)
@require_safe
def hall(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """The whole screen; it renews itself."""
    row = seen(request, organisation_id, meeting_id)
    state = selectors.hall_state(row, now=timezone.now())
    return render(request, "voting/hall.html", _context(request, row, state))


@page(MeetingRight.MEETING_VIEW)
@require_safe
def hall_pulse(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """The part that lives, or 204 where nothing has changed."""
    row = seen(request, organisation_id, meeting_id)
    context = _context(request, row, selectors.hall_state(row, now=timezone.now()))
    if request.GET.get("v") == context["pulse_mark"]:
        return HttpResponse(status=204)
    response = render(request, "voting/hall_now.html", context)
    response["Cache-Control"] = "no-store"
    return response


@page(MeetingRight.MEETING_VIEW)
def hall_floor(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Call the next speaker, thank who spoke, set the time of a speech: whoever leads."""
    row = seen(request, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    deed, speech_id = request.POST.get("deed", ""), number(request.POST.get("speech"))
    if deed == "call":
        violation = attempt(request, row, services.speech_call, speech_id=speech_id or None)
    elif deed == "end":
        violation = attempt(request, row, services.speech_end, speech_id=speech_id)
    else:
        minutes = number(request.POST.get("minutes"))
        violation = attempt(request, row, services.floor_set, minutes=minutes)
        if violation is None:
            tell(request, _("From now on each speaks for so long."))
    if violation is not None:
        tell(request, words(violation, {}))
    return redirect("voting:hall", organisation_id=organisation_id, meeting_id=meeting_id)
