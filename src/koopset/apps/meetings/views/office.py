"""Meetings of a body: the list, a draft and its settings, the card with its next step and deeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.forms.meeting import OfficialForm, RepeatForm, SettingsForm
from koopset.apps.meetings.forms.notice import RecordForm
from koopset.apps.meetings.models import Meeting, Official
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors.words import refusal_words
from koopset.apps.meetings.views.parts import card_shown, file_kept
from koopset.apps.people.selectors import find_one, names_to_choose
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors import DECISION_FILE
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(MeetingRight.MEETING_VIEW)
def meetings(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Meetings of the body, with what is next."""
    state = request.GET.get("state", "")
    context = {
        "organisation_id": organisation_id,
        "rows": selectors.meeting_lines(request.actor, organisation_id, state=state),
        "states": [("now", _("not over yet")), *Meeting.State.choices],
        "state": state,
        "roles": selectors.STATE_ROLES,
        "has_law": bool(selectors.law_keys(organisation_id)),
        "may_prepare": request.actor.can(MeetingRight.MEETING_PREPARE, organisation_id),
    }
    return render(request, "meetings/meetings.html", context)


@page(MeetingRight.MEETING_PREPARE)
def meeting_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Begin to prepare a meeting; what no notice of today makes lawful is refused with its article and the first lawful day."""
    terms = selectors.terms_here(request.actor, organisation_id, timezone.localdate())
    first = terms[0].key if terms else ""
    form = SettingsForm(
        request.POST or None, terms=terms, initial={"form": "in_person", "law": first, "initiator": "board"}
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.meeting_draft(
                actor=request.actor,
                organisation_id=organisation_id,
                settings=form.settings(),
                judged=True,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The draft is made. Now the agenda."))
            return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=row.pk)
    context = {"organisation_id": organisation_id, "form": form, "terms": terms, "card": None}
    return render(request, "meetings/meeting_form.html", context, status=422 if form.errors else 200)


@page(MeetingRight.MEETING_PREPARE)
def meeting_settings(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Change a draft."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    terms = selectors.terms_here(request.actor, organisation_id, timezone.localdate())
    before = services.settings_of(row)
    form = SettingsForm(
        request.POST or None,
        terms=terms,
        law=row.law if row.repeats_id else "",
        initial=SettingsForm.initial_of(before),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.meeting_settings_save(
                actor=request.actor,
                organisation_id=organisation_id,
                meeting_id=meeting_id,
                settings=form.settings(before),
                judged=True,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=meeting_id)
    context = {"organisation_id": organisation_id, "form": form, "terms": terms, "card": row}
    return render(request, "meetings/meeting_form.html", context, status=422 if form.errors else 200)


@page(MeetingRight.MEETING_VIEW)
def meeting(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """The card: where the meeting stands, the one next step, the agenda."""
    return card_shown(request, organisation_id, meeting_id)


Deed = Callable[[PageRequest, Meeting], str]


def _call(request: PageRequest, row: Meeting) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "organisation_id": row.organisation_id,
        "meeting_id": row.pk,
        "now": timezone.now(),
    }


def _open(request: PageRequest, row: Meeting) -> str:
    services.meeting_open(**_call(request, row))
    return _("The meeting is open. The register of voters is frozen as of today.")


def _close(request: PageRequest, row: Meeting) -> str:
    found = services.meeting_close(**_call(request, row))
    if found.state == Meeting.State.FAILED:
        return _("The vote is closed. There was no quorum: see what may be held next.")
    return _("The vote is closed and counted.")


def _cancel(request: PageRequest, row: Meeting) -> str:
    services.meeting_cancel(**_call(request, row), reason=request.POST.get("reason", "")[:300])
    return _("The meeting is called off.")


_DEEDS: dict[str, Deed] = {"open": _open, "close": _close, "cancel": _cancel}


@page(MeetingRight.MEETING_HOLD)
def meeting_do(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """A deed: open, close, cancel."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    try:
        said = deed(request, row)
    except RuleViolation as violation:
        return card_shown(request, organisation_id, meeting_id, refusal=_in_words(row, violation))
    tell(request, said)
    return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=meeting_id)


def _in_words(row: Meeting, violation: RuleViolation) -> str:
    """A refusal with the titles of items instead of their keys."""
    return refusal_words(violation, selectors.item_names(row))


@page(MeetingRight.MEETING_HOLD)
def official(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Name who presides, writes or counts."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = OfficialForm(request.POST)
    if form.is_valid():
        try:
            services.official_set(
                **_call(request, row),
                role=form.cleaned_data["role"],
                person_id=find_one(
                    organisation_id,
                    form.cleaned_data["person"],
                    names_to_choose(organisation_id),
                    field="person",
                ),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Named."))
            return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=meeting_id)
    return card_shown(request, organisation_id, meeting_id, official_form=form)


@page(MeetingRight.MEETING_HOLD)
def official_remove(
    request: PageRequest, organisation_id: int, meeting_id: int, official_id: int
) -> HttpResponse:
    """Take an official off."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    get_object_or_404(Official, organisation_id=organisation_id, meeting_id=row.pk, pk=official_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        services.official_remove(**_call(request, row), official_id=official_id)
    except RuleViolation as violation:
        return card_shown(request, organisation_id, meeting_id, refusal=_in_words(row, violation))
    tell(request, _("Taken off."))
    return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=meeting_id)


@page(MeetingRight.MEETING_HOLD)
def record(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """The minutes are signed: decisions go into the register of decisions."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    request.actor.require(RegisterRight.DECISION_RECORD, organisation_id)
    form = RecordForm(request.POST, request.FILES)
    if form.is_valid():
        call = _call(request, row)
        try:
            with transaction.atomic():
                file_id = file_kept(
                    request, organisation_id, form.cleaned_data["file"], DECISION_FILE, call["now"]
                )
                services.meeting_record(**call, number=form.cleaned_data["number"], file_id=file_id)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The minutes are signed, the decisions are in the register."))
            return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=meeting_id)
    return card_shown(request, organisation_id, meeting_id, record_form=form)


@page(MeetingRight.MEETING_PREPARE)
def repeat(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """A repeated meeting in a form that the law offers (`?form=`), on exactly the items that had no quorum."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    today = timezone.localdate()
    steps = selectors.next_steps_of(request.actor, organisation_id, meeting_id, told_on=today)
    wanted = request.GET.get("form", "")
    step = next((one for one in steps if one.form == wanted), steps[0] if steps else None)
    if step is None:
        context: dict[str, Any] = {"organisation_id": organisation_id, "card": row, "step": None}
        return render(request, "meetings/repeat.html", context)
    moment = selectors.repeat_moment(row, step.first_on)
    form = RepeatForm(
        request.POST or None,
        form_of_meeting=step.form,
        initial={"place": row.place, "starts_at": moment, "ends_at": moment, "opens_on": None},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.meeting_repeat(**_call(request, row), form=step.form, **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The draft of the repeated meeting is made. Give notice of it."))
            return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=made.pk)
    names = selectors.item_names(row)
    context = {
        "organisation_id": organisation_id,
        "card": row,
        "form": form,
        "step": step,
        "form_text": Meeting.Form(step.form).label,
        "items": [names.get(key, key) for key in step.items],
    }
    return render(request, "meetings/repeat.html", context, status=422 if form.errors else 200)
