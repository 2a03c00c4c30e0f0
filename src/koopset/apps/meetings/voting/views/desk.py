"""The counting commission: what goes on, who comes, powers of attorney, hands in the hall."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from koopset.apps.meetings import services as meetings
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.voting import selectors, services
from koopset.apps.meetings.voting.forms import PowerForm
from koopset.apps.meetings.voting.rules import MARKS, everybody_but
from koopset.apps.meetings.voting.selectors.voter import hall_day_came
from koopset.apps.meetings.voting.views.frame import attempt, counted, desk_frame, number, titles_of, words
from koopset.apps.people.selectors import find_one, names_to_choose
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(MeetingRight.MEETING_VIEW)
def desk(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """What goes on: quorum, items with their votes, what waits."""
    row = counted(request, organisation_id, meeting_id)
    state = selectors.hall_state(row, now=timezone.now())
    papers = selectors.papers_of(request.actor, row) if row.opened_at is not None else []
    context = {
        **desk_frame(request, row, "desk"),
        "state": state,
        "agenda": selectors.agenda_rows(row),
        "waiting": sum(one.state == "entered" for one in papers),
        "hall_came": hall_day_came(row, timezone.now()),
    }
    return render(request, "voting/desk.html", context)


@page(MeetingRight.MEETING_VIEW)
def put(request: PageRequest, organisation_id: int, meeting_id: int, item_id: int) -> HttpResponse:
    """Put an item to the vote."""
    row = counted(request, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    violation = attempt(request, row, meetings.item_put, item_id=item_id)
    tell(
        request,
        words(violation, {})
        if violation
        else _("The item is put to the vote: hands are counted, telephones may vote."),
    )
    return redirect("voting:desk", organisation_id=organisation_id, meeting_id=meeting_id)


@page(MeetingRight.MEETING_VIEW)
def people(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Find by name or by plot, check in after a look at the passport, note who leaves."""
    row = counted(request, organisation_id, meeting_id)
    text, only_here = request.GET.get("q", "")[:100], request.GET.get("show") == "here"
    refusal = ""
    if request.method == "POST":
        deed = meetings.person_leave if request.POST.get("deed") == "leave" else meetings.person_check_in
        violation = attempt(request, row, deed, person_id=number(request.POST.get("person")))
        if violation is None:
            address = reverse("voting:desk-people", args=[organisation_id, meeting_id])
            return redirect(f"{address}?{urlencode({'q': text} if text else {'show': 'here'})}")
        refusal = words(violation, {})
    found, total = selectors.desk_people(row, text, only_here=only_here) if row.opened_at else ([], 0)
    looked(request.actor, organisation_id, "voting.people", count=len(found))
    context = {
        **desk_frame(request, row, "people"),
        "q": text,
        "only_here": only_here,
        "people": found,
        "total": total,
        "refusal": refusal,
        "state": selectors.hall_state(row, now=timezone.now()),
    }
    return render(request, "voting/desk_people.html", context, status=422 if refusal else 200)


@page(MeetingRight.MEETING_VIEW)
def powers(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Powers of attorney: those handed in with what does not hold, a form for another, those of the register."""
    row = counted(request, organisation_id, meeting_id)
    offered = names_to_choose(organisation_id)
    takes = request.method == "POST" and request.POST.get("deed") == "take"
    form = PowerForm(
        request.POST if request.method == "POST" and not takes else None,
        request.FILES if request.method == "POST" and not takes else None,
        names="names",
        initial={"issued_on": timezone.localdate()},
    )
    here: dict[str, Any] = {"organisation_id": organisation_id, "meeting_id": meeting_id}
    if takes:
        return _taken(request, row, here)
    if request.method == "POST" and form.is_valid():
        violation = _power(request, row, form, offered)
        if violation is None:
            tell(request, _("The power of attorney is entered. Whether it holds is said in the list."))
            return redirect(reverse("voting:desk-powers", kwargs=here))
        form.refuse(violation)
    found = selectors.powers_of_meeting(request.actor, row)
    looked(request.actor, organisation_id, "voting.people", count=len(found))
    context = {
        **desk_frame(request, row, "powers"),
        "powers": found,
        "titles": titles_of(selectors.agenda_rows(row)),
        "names": offered,
        "form": form,
        "takes_powers": row.state in ("noticed", "open"),
    }
    return render(request, "voting/desk_powers.html", context, status=422 if form.errors else 200)


def _taken(request: PageRequest, row: Any, here: dict[str, Any]) -> HttpResponse:
    try:
        count = meetings.powers_take(actor=request.actor, now=timezone.now(), **here)
    except RuleViolation as violation:
        tell(request, words(violation, {}))
    else:
        tell(request, _("Taken from the register, new or changed: %(count)s") % {"count": count})
    return redirect(reverse("voting:desk-powers", kwargs=here))


def _power(request: PageRequest, row: Any, form: PowerForm, offered: dict[str, int]) -> RuleViolation | None:
    data = form.cleaned_data
    try:
        principal = find_one(row.organisation_id, data["principal"], offered, field="principal")
        agent = find_one(row.organisation_id, data["agent"], offered, field="agent")
    except RuleViolation as violation:
        return violation
    scan = data["scan"]
    return attempt(
        request,
        row,
        services.power_take_in,
        principal_id=principal,
        agent_id=agent,
        issued_on=data["issued_on"],
        until=data["until"],
        number=data["number"],
        is_substitute=data["is_substitute"],
        scan=(scan.name, scan.file) if scan is not None else None,
    )


@page(MeetingRight.MEETING_VIEW)
def power_end(request: PageRequest, organisation_id: int, meeting_id: int, power_id: int) -> HttpResponse:
    """The principal has revoked a power."""
    row = counted(request, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    violation = attempt(request, row, meetings.power_withdraw, power_id=power_id, on=timezone.localdate())
    tell(request, words(violation, {}) if violation else _("From today the power does not hold."))
    return redirect("voting:desk-powers", organisation_id=organisation_id, meeting_id=meeting_id)


@page(MeetingRight.MEETING_VIEW)
def hands(request: PageRequest, organisation_id: int, meeting_id: int, item_id: int) -> HttpResponse:
    """How hands were raised on an item: each person, or all but a few."""
    row = counted(request, organisation_id, meeting_id)
    agenda = selectors.agenda_rows(row)
    item = next((one for one in agenda if one.id == item_id), None)
    if item is None or row.opened_at is None:
        raise Http404
    wanted = request.POST.get("key") or request.GET.get("key", "")
    choice = next((one for one in item.choices if one.key == wanted), next(iter(item.choices), None))
    if choice is None:
        raise Http404
    rows = selectors.hands_of(row, item.key, choice.key)
    refusal, typed, rest = "", {}, ""
    if request.method == "POST":
        typed = {one.elector_id: request.POST.get(f"mark:{one.elector_id}", "") for one in rows}
        rest = request.POST.get("rest", "")
        violation = _hands(request, row, choice.key, rows, typed, rest)
        if violation is None:
            tell(request, _("The hands are counted."))
            address = reverse("voting:desk-hands", args=[organisation_id, meeting_id, item_id])
            return redirect(f"{address}?{urlencode({'key': choice.key})}")
        refusal = words(violation, titles_of(agenda))
    looked(request.actor, organisation_id, "voting.people", count=len(rows))
    context = {
        **desk_frame(request, row, "desk"),
        "item": item,
        "choice": choice,
        "rows": rows,
        "left": sum(not one.mark for one in rows),
        "refusal": refusal,
        "typed": typed,
        "rest": rest,
    }
    return render(request, "voting/desk_hands.html", context, status=422 if refusal else 200)


def _hands(
    request: PageRequest,
    row: Any,
    key: str,
    rows: list[selectors.HandRow],
    typed: dict[int, str],
    rest: str,
) -> RuleViolation | None:
    """Those who have a mark already are left as they are unless another is typed for them."""
    open_places = [str(one.elector_id) for one in rows if not one.mark or typed.get(one.elector_id)]
    marked = {str(person): mark for person, mark in typed.items() if mark}
    marks = everybody_but(open_places, rest if rest in MARKS else "", marked)
    return attempt(
        request,
        row,
        services.hands_enter,
        item=key,
        marks={int(person): mark for person, mark in marks.items()},
        agents={one.elector_id: one.agent_id for one in rows if one.agent_id is not None},
        seen={
            one.elector_id: request.POST.get(f"was:{one.elector_id}", one.mark)
            for one in rows
            if str(one.elector_id) in marks
        },
    )
