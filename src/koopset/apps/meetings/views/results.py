"""What was decided: arithmetic in words, turnout, the archive; what is left to carry out."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.forms.agenda import ByHandForm, EffectForm
from koopset.apps.meetings.forms.search import DecidedForm
from koopset.apps.meetings.permissions import MeetingRight
from koopset.apps.meetings.ports import effect_fields, taker_of
from koopset.apps.meetings.rules.law import Effect
from koopset.apps.meetings.selectors.outcomes import ROLES
from koopset.apps.meetings.selectors.words import EFFECTS, refusal_words
from koopset.apps.meetings.views.parts import turnout_charts
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

PER_PAGE = 30


@page(MeetingRight.MEETING_VIEW)
def results(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """Verdicts with their arithmetic, and who took part by hour and by street."""
    row = selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    lines = selectors.outcome_lines(organisation_id, meeting_id)
    found = selectors.turnout(row) if row.closed_at is not None else None
    context = {
        "organisation_id": organisation_id,
        "card": row,
        "lines": lines,
        "charts": turnout_charts(found) if found is not None else [],
    }
    return render(request, "meetings/results.html", context)


@page(MeetingRight.MEETING_VIEW)
def decided(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What meetings decided, also what was not adopted: by words, meeting, days, outcome, effect."""
    form = DecidedForm(
        request.GET,
        meetings=[(one.id, one.title) for one in selectors.meetings_counted(organisation_id)],
        effects=list(selectors.effect_choices().items()),
    )
    asked = form.asked()
    rows = selectors.decided_query(request.actor, organisation_id, asked)
    context = {
        "organisation_id": organisation_id,
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "sought": asked != selectors.Asked(),
        "active": form.active,
        "roles": ROLES,
    }
    return render(request, "meetings/decided.html", context)


@page(MeetingRight.MEETING_HOLD)
def archive(request: PageRequest, organisation_id: int, meeting_id: int) -> HttpResponse:
    """The archive as one ZIP, which proves by itself what was voted and decided."""
    selectors.seen_meeting(request.actor, organisation_id, meeting_id)
    try:
        body = selectors.meeting_archive(request.actor, organisation_id, meeting_id)
    except RuleViolation as violation:
        if violation.code != "meetings.not_closed":
            raise
        raise Http404 from violation
    response = HttpResponse(body, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting_id}.zip"'
    return response


@page(MeetingRight.MEETING_HOLD)
def effect(request: PageRequest, organisation_id: int, effect_id: int) -> HttpResponse:
    """Carry out what was decided: asked first, with what the agenda did not say."""
    found = selectors.effect_card(request.actor, organisation_id, effect_id)
    taker = taker_of(found.effect)
    asked = effect_fields(found.effect, organisation_id=organisation_id, data=found.data)
    form = EffectForm(
        request.POST or None, asked=[one for one in asked if found.data.get(one.name) in (None, "")]
    )
    refusal = ""
    by_hand = request.method == "POST" and request.POST.get("by") == "hand"
    hand_form = ByHandForm(request.POST if by_hand else None)
    if by_hand:
        return _by_hand(
            request, found, hand_form, form_of=EffectForm(None, asked=form.asked), has_taker=taker is not None
        )
    if request.method == "POST" and form.is_valid():
        try:
            done = services.effect_carry_out(
                actor=request.actor,
                organisation_id=organisation_id,
                effect_id=effect_id,
                data=form.data_typed(),
                now=timezone.now(),
            )
        except RuleViolation as violation:
            refusal = refusal_words(violation, {})
        except Forbidden:
            refusal = _("Your role may not do this. Ask the chair or the treasurer to carry it out.")
        else:
            tell(request, done.note)
            return redirect("meetings:meeting", organisation_id=organisation_id, meeting_id=found.meeting_id)
    return _effect_shown(request, found, form, hand_form, has_taker=taker is not None, refusal=refusal)


def _by_hand(
    request: PageRequest,
    found: selectors.EffectCard,
    hand_form: ByHandForm,
    *,
    form_of: EffectForm,
    has_taker: bool,
) -> HttpResponse:
    """Write down that it was done outside the platform."""
    if hand_form.is_valid():
        try:
            services.effect_by_hand(
                actor=request.actor,
                organisation_id=request.organisation_id,
                effect_id=found.id,
                note=hand_form.cleaned_data["note"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            hand_form.refuse(violation)
        else:
            tell(request, _("Written down as carried out."))
            return redirect(
                "meetings:meeting", organisation_id=request.organisation_id, meeting_id=found.meeting_id
            )
    return _effect_shown(request, found, form_of, hand_form, has_taker=has_taker)


def _effect_shown(
    request: PageRequest,
    found: selectors.EffectCard,
    form: EffectForm,
    hand_form: ByHandForm,
    *,
    has_taker: bool,
    refusal: str = "",
) -> HttpResponse:
    context = {
        "organisation_id": request.organisation_id,
        "found": found,
        "form": form,
        "hand_form": hand_form,
        "has_taker": has_taker,
        "effect_text": EFFECTS[Effect(found.effect)],
        "refusal": refusal,
    }
    wrong = bool(refusal or form.errors or hand_form.errors)
    return render(request, "meetings/effect.html", context, status=422 if wrong else 200)
