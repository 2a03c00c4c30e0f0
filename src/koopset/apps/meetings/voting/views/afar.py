"""Votes from afar by a code, secret votes, receipts. What is secret leaves no line in the log and nothing in the session."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import services as meetings
from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.ports import code_ways
from koopset.apps.meetings.voting import selectors
from koopset.apps.meetings.voting.forms import CodeForm, ReceiptForm
from koopset.apps.meetings.voting.views.frame import number, seen, titles_of, words
from koopset.foundation.request_log import not_logged
from koopset.foundation.rights.pages import PageRequest, page
from koopset.kernel.violations import RuleViolation


def _voices(request: PageRequest, state: selectors.VoterState) -> selectors.Voice | None:
    wanted = request.POST.get("voice") or request.GET.get("voice", "")
    return next((one for one in state.voices if one.key == wanted), next(iter(state.voices), None))


def _ask(
    request: PageRequest, row: Meeting, voter_id: int, elector_id: int, marks: dict[str, str], way: str = ""
) -> int | RuleViolation:
    """The key of the text that waits for its code, or the refusal."""
    try:
        made = meetings.signature_ask(
            actor=request.actor,
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            person_id=voter_id,
            for_person_id=None if elector_id == voter_id else elector_id,
            marks=marks,
            way=way,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        return violation
    return made.pk


@page(MeetingRight.MEETING_VOTE)
def sign(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Choose on each item; then the very text is shown and a code is sent that signs it."""
    row = seen(request, organisation_id, meeting_id)
    state = selectors.voter_state(request.actor, row) if row.opened_at is not None else None
    agenda = selectors.agenda_rows(row, state.frozen.barred if state else frozenset())
    items = [item for item in agenda if not item.is_secret and not item.is_barred]
    voice = _voices(request, state) if state else None
    refusal, typed = "", {}
    if request.method == "POST" and voice is not None:
        typed = {
            one.key: mark
            for item in items
            for one in item.choices
            if (mark := request.POST.get(f"mark:{one.key}", ""))
        }
        asked = _ask(request, row, voice.voter_id, voice.elector_id, typed)
        if isinstance(asked, int):
            return redirect(
                "voting:sign-code",
                organisation_id=organisation_id,
                meeting_id=meeting_id,
                ask_id=asked,
            )
        refusal = words(asked, titles_of(agenda))
    context = {
        "organisation_id": organisation_id,
        "row": row,
        "me": state,
        "voice": voice,
        "items": items,
        "secret": [item for item in agenda if item.is_secret],
        "is_open": row.state == Meeting.State.OPEN,
        "allowed": row.electronic and row.form != Meeting.Form.IN_PERSON,
        "refusal": refusal,
        "typed": typed,
    }
    return render(request, "voting/sign.html", context, status=422 if refusal else 200)


@page(MeetingRight.MEETING_VOTE)
def sign_code(request: PageRequest, organisation_id: int, meeting_id: int, ask_id: int) -> HttpResponse:
    """The text that is signed, its hash, and the field of the code."""
    row = seen(request, organisation_id, meeting_id)
    ask = selectors.asked_signature(request.actor, row, ask_id, now=timezone.now())
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    again = deed in ("again", "mail", "phone")
    form = CodeForm(request.POST if request.method == "POST" and not again else None)
    here: dict[str, Any] = {"organisation_id": organisation_id, "meeting_id": meeting_id}
    refusal = ""
    if again:
        way = ask.way if deed == "again" else deed
        asked = _ask(request, row, ask.voter_id, ask.elector_id, ask.marks, way)
        if isinstance(asked, int):
            return redirect(reverse("voting:sign-code", kwargs={**here, "ask_id": asked}))
        refusal = words(asked, titles_of(selectors.agenda_rows(row)))
    elif request.method == "POST" and ask.is_signed:
        return redirect(
            reverse("voting:sign-code", kwargs={**here, "ask_id": ask_id})
        )  # sent twice: it is signed, once
    elif request.method == "POST" and form.is_valid():
        violation = _sign(request, row, ask_id, form.cleaned_data["code"])
        if violation is None or violation.code == "meetings.code_used":
            return redirect(reverse("voting:sign-code", kwargs={**here, "ask_id": ask_id}))
        form.refuse(violation)
        ask = selectors.asked_signature(request.actor, row, ask_id, now=timezone.now())
    context: dict[str, Any] = {
        "organisation_id": organisation_id,
        "row": row,
        "ask": ask,
        "others": []
        if ask.is_signed
        else [
            way
            for way in code_ways(organisation_id=row.organisation_id, person_id=ask.voter_id)
            if way != ask.way
        ],
        "form": form,
        "refusal": refusal,
    }
    return render(request, "voting/sign_code.html", context, status=422 if form.errors or refusal else 200)


def _sign(request: PageRequest, row: Meeting, ask_id: int, code: str) -> RuleViolation | None:
    try:
        signed = meetings.signature_sign(
            actor=request.actor,
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            ask_id=ask_id,
            code=code,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        return violation
    return signed.refusal


@not_logged
@page(MeetingRight.MEETING_VOTE)
def secret(request: PageRequest, organisation_id: int, meeting_id: int, item_id: int) -> HttpResponse:
    """A secret vote. Its receipt is the answer itself: it is kept nowhere, so it is shown once."""
    row = seen(request, organisation_id, meeting_id)
    agenda = selectors.agenda_rows(row)
    item = next((one for one in agenda if one.id == item_id and one.is_secret), None)
    if item is None or row.opened_at is None:
        raise Http404
    state = selectors.voter_state(request.actor, row)
    voice = _voices(request, state)
    marked = [number(one) for one in request.POST.getlist("marked")]
    mark, refusal, receipt = request.POST.get("mark", ""), "", ""
    if request.method == "POST" and voice is not None:
        try:
            receipt = meetings.secret_vote(
                actor=request.actor,
                organisation_id=organisation_id,
                meeting_id=meeting_id,
                person_id=voice.voter_id,
                for_person_id=None if voice.is_own else voice.elector_id,
                item=item.key,
                mark="" if item.seats else mark,
                marked=marked if item.seats else (),
                now=timezone.now(),
            ).receipt
        except RuleViolation as violation:
            refusal = (
                _("Your vote on this item is taken already. It is not shown again: nobody can find it.")
                if violation.code == "meetings.ballot_second"
                else words(violation, titles_of(agenda))
            )
    context = {
        "organisation_id": organisation_id,
        "row": row,
        "item": item,
        "me": state,
        "voice": voice,
        "is_done": voice is not None and (voice.elector_id, item.key) in state.secret and not receipt,
        "is_open": row.state == Meeting.State.OPEN,
        "receipt": receipt,
        "refusal": refusal,
        "typed": {} if receipt else {"mark": mark, "marked": marked},
    }
    response = render(request, "voting/secret.html", context, status=422 if refusal else 200)
    response["Cache-Control"] = "no-store"
    return response


@not_logged
@page(MeetingRight.MEETING_VOTE)
def receipts(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """My receipts, and a field for any receipt. What is typed goes in the body of the request: an address would stay in histories."""
    row = seen(request, organisation_id, meeting_id)
    form = ReceiptForm(request.POST or None)
    checked, own = None, []
    is_counted = row.closed_at is not None
    if is_counted:
        own = selectors.own_receipts(request.actor, organisation_id, meeting_id)
    if request.method == "POST" and form.is_valid():
        try:
            checked = selectors.receipt_check(
                request.actor, organisation_id, meeting_id, form.cleaned_data["receipt"]
            )
        except RuleViolation as violation:
            form.refuse(violation)
    context = {
        "organisation_id": organisation_id,
        "row": row,
        "titles": titles_of(selectors.agenda_rows(row)),
        "is_counted": is_counted,
        "own": own,
        "form": form,
        "checked": checked,
    }
    response = render(request, "voting/receipts.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
