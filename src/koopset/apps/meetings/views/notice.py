"""The notice: what people will read, who was told and how, taking it back."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.forms.notice import PostForm, ProofForm
from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.selectors.words import refusal_words
from koopset.apps.meetings.views.parts import file_kept
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PER_PAGE = 50


def _call(request: PageRequest, row: Meeting) -> dict[str, Any]:
    return {
        "actor": request.actor,
        "organisation_id": row.organisation_id,
        "meeting_id": row.pk,
        "now": timezone.now(),
    }


@page(MeetingRight.MEETING_PREPARE)
def notice(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Before it goes out: what people will read, and how many; after: who was told, by which proof, who not yet."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    return _shown(request, row)


def _shown(
    request: PageRequest,
    row: Meeting,
    *,
    refusal: str = "",
    proof_form: ProofForm | None = None,
    post_form: PostForm | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    card = selectors.meeting_page(request.actor, row.organisation_id, row.pk, today=today)
    found = selectors.notice_page(request.actor, row, today=today, told=card.told)
    show = request.GET.get("show", "")
    rows = [one for one in found.rows if show != "waiting" or one.on is None]
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if len(shown):
        looked(request.actor, row.organisation_id, "meetings.notice", count=len(shown))
    choices = [(one.person_id, one.name) for one in found.rows]
    context = {
        "organisation_id": row.organisation_id,
        "card": card,
        "found": found,
        "page": shown,
        "show": show,
        "refusal": refusal,
        "proof_form": proof_form or ProofForm(choices=choices, initial={"channel": "signature", "on": today}),
        "post_form": post_form or PostForm(initial={"channel": "board", "on": today}),
    }
    wrong = bool(refusal) or any(one is not None and one.errors for one in (proof_form, post_form))
    return render(request, "meetings/notice.html", context, status=422 if wrong else 200)


@page(MeetingRight.MEETING_PREPARE)
def notice_do(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Send the notice, or take it back."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    call = _call(request, row)
    try:
        if request.POST.get("deed") == "withdraw":
            services.notice_withdraw(**call, reason=request.POST.get("reason", "")[:300])
            said = _(
                "The notice is withdrawn. The agenda may be changed; the next notice has a term of its own."
            )
        else:
            services.meeting_notice(**call)
            said = _("The notice is given, letters are on their way. The agenda is frozen.")
    except RuleViolation as violation:
        row.refresh_from_db()
        return _shown(request, row, refusal=refusal_words(violation, selectors.item_names(row)))
    tell(request, said)
    return redirect("meetings:notice", organisation_id=organisation_id, meeting_id=meeting_id)


@page(MeetingRight.MEETING_PREPARE)
def proof(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Enter that persons were told by a registered letter or against signature."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    told = selectors.told_rows(request.actor, organisation_id, meeting_id)
    form = ProofForm(request.POST, request.FILES, choices=[(one.person_id, "") for one in told])
    if form.is_valid():
        data = dict(form.cleaned_data)
        call = _call(request, row)
        try:
            with transaction.atomic():
                file_id = file_kept(
                    request, organisation_id, data.pop("file"), services.PROOF_FILE, call["now"]
                )
                count = services.notice_prove(**call, person_ids=data.pop("persons"), file_id=file_id, **data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Written down. People told: %(count)s") % {"count": count})
            return redirect("meetings:notice", organisation_id=organisation_id, meeting_id=meeting_id)
    return _shown(request, row, proof_form=form)


@page(MeetingRight.MEETING_PREPARE)
def post(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Enter that the notice was posted where everybody sees it."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = PostForm(request.POST, request.FILES)
    if form.is_valid():
        data = dict(form.cleaned_data)
        call = _call(request, row)
        try:
            with transaction.atomic():
                file_id = file_kept(
                    request, organisation_id, data.pop("file"), services.PROOF_FILE, call["now"]
                )
                services.notice_post(**call, file_id=file_id, **data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The posting is written down."))
            return redirect("meetings:notice", organisation_id=organisation_id, meeting_id=meeting_id)
    return _shown(request, row, post_form=form)
