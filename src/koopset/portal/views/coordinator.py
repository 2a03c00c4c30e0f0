"""The start page of a coordinator: which settlement of my districts waits for whom."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from koopset.apps.joining.permissions import JoiningRight
from koopset.foundation.rights.pages import PageRequest, page
from koopset.portal.desks.district import coordinator_desk
from koopset.portal.guides import guide_for


@page(JoiningRight.DISTRICT_VIEW)
@require_safe
def coordinator(request: PageRequest) -> HttpResponse:
    """Where settlements are stuck, and what waits for me. The operator sees all districts here."""
    now = timezone.now()
    context = coordinator_desk(request.actor, now)
    context |= {
        "today": timezone.localdate(now),
        "guide": guide_for(request, "coordinator", None, context["facts"]),
    }
    return render(request, "portal/start_coordinator.html", context)
