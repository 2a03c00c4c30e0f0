"""Start pages: one question in one look, a template for each cabinet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors.security import second_factor_due
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.offline import keep_offline
from koopset.portal.desks.audit import auditor_desk
from koopset.portal.desks.household import resident_desk, staff_desk
from koopset.portal.desks.office import chair_desk, treasurer_desk
from koopset.portal.desks.trade import desk_of, trade_desk
from koopset.portal.guides import guide_for
from koopset.portal.views.doors import enter_cabinet

Desk = Callable[[Actor, int, datetime, date], dict[str, Any]]

DESKS: dict[str, Desk] = {
    "treasurer": treasurer_desk,
    "chair": chair_desk,
    "auditor": auditor_desk,
    "resident": resident_desk,
    "staff": staff_desk,
}


@page(Gate.ANY_ROLE)
@require_safe
def start(request: PageRequest, organisation_id: int, cabinet: str) -> HttpResponse:
    """The start page of a cabinet of mine; another's answers like an absent page."""
    enter_cabinet(request, organisation_id, cabinet)
    now = timezone.now()
    today = timezone.localdate(now)
    desk = desk_of(organisation_card(organisation_id), cabinet)
    is_trade = desk != "settlement"
    context = (trade_desk if is_trade else DESKS[cabinet])(request.actor, organisation_id, now, today)
    due = second_factor_due(request.actor, now=now)
    facts = {**context["facts"], "second_factor": due is None}
    context |= {
        "organisation_id": organisation_id,
        "today": today,
        "second_factor": due,
        "guide": guide_for(
            request, desk if is_trade and cabinet == "chair" else cabinet, organisation_id, facts
        ),
    }
    response = render(request, f"portal/start_{'trade' if is_trade else cabinet}.html", context)
    if cabinet == "resident":  # one's own debt; an office's page has other people's money on it
        keep_offline(response, "start")
    return response
