"""The checker's pages: the queue, and the three decisions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koopset.apps.joining import selectors, services
from koopset.apps.joining.forms import CheckForm, WordForm
from koopset.apps.joining.permissions import JoiningRight
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(JoiningRight.APPLICATION_REVIEW)
@require_safe
def queue(request: PageRequest) -> HttpResponse:
    """Applications of my districts: those that wait for me, and those that wait for the applicant."""
    context = {
        "waiting": selectors.waiting_applications(request.actor),
        "mending": selectors.waiting_applications(request.actor, state="mending"),
    }
    return render(request, "joining/queue.html", context)


def _for_check(request: PageRequest, application_id: int) -> selectors.ApplicationPage:
    row = selectors.application_for(request.actor, application_id)
    if row.is_mine:
        raise Http404
    return row


def _with_word(request: PageRequest, application_id: int, deed: str) -> HttpResponse:
    row = _for_check(request, application_id)
    form = WordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        common: dict[str, Any] = {
            "actor": request.actor,
            "application_id": row.id,
            "word": form.cleaned_data["word"],
            "now": timezone.now(),
        }
        try:
            if deed == "mend":
                services.application_mend(**common)
            else:
                services.application_refuse(**common)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The applicant is told."))
            return redirect("joining:queue")
    return render(request, "joining/decide.html", {"form": form, "application": row, "deed": deed})


@page(JoiningRight.APPLICATION_REVIEW)
def application_mend(request: PageRequest, application_id: int) -> HttpResponse:
    """Ask to mend, with a word."""
    return _with_word(request, application_id, "mend")


@page(JoiningRight.APPLICATION_REVIEW)
def application_refuse(request: PageRequest, application_id: int) -> HttpResponse:
    """Refuse, with a reason."""
    return _with_word(request, application_id, "refuse")


@page(JoiningRight.APPLICATION_REVIEW)
def application_verify(request: PageRequest, application_id: int) -> HttpResponse:
    """Name what was compared; the body is entered and its chair verified."""
    row = _for_check(request, application_id)
    start = {
        "minutes_number": row.minutes_number,
        "minutes_on": row.elected_on.isoformat() if row.elected_on else "",
    }
    form = CheckForm(request.POST or None, initial=start, legal_person=row.is_legal_person)
    if request.method == "POST" and form.is_valid():
        try:
            services.application_verify(
                actor=request.actor, application_id=row.id, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The chair is verified and told. The settlement is in the district now."))
            return redirect("joining:body", body_id=row.organisation_id)
    return render(request, "joining/verify.html", {"form": form, "application": row})
