"""The start page of a buyer, and its two blocks as a part of a resident's.

A visit of support shows an operator a person's pages by consent. Purchases tell of health and habits: they are not on them.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from koopset.apps.people.selectors.security import second_factor_due
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.portal.cabinets import BUYER, OWN_PURCHASES, buys_apart, choose_cabinet
from koopset.portal.desks.purchases import buyer_desk, family_blocks
from koopset.portal.guides import guide_for


def _is_looked_at(request: PageRequest) -> bool:
    return getattr(request, "support_visit", None) is not None


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response


@page(Gate.SIGNED_IN)
@require_safe
def buyer(request: PageRequest) -> HttpResponse:
    """What my family bought this month, what is cheaper together, purchases nearby; calmly below, the ways into a body."""
    if buys_apart(request.actor):  # a resident keeps the cabinet of the settlement: it has the same places
        choose_cabinet(request, OWN_PURCHASES)
        request.cabinet = BUYER  # type: ignore[attr-defined]
    now = timezone.now()
    today = timezone.localdate(now)
    context: dict[str, Any] = {
        "today": today,
        "email": str(request.user),
        "second_factor": second_factor_due(request.actor, now=now),
        "is_looked_at": _is_looked_at(request),
    }
    if not context["is_looked_at"]:
        context |= buyer_desk(request.actor, today)
        context["guide"] = guide_for(request, BUYER, None, context["facts"])
    return _kept_by_nobody(render(request, "portal/start_buyer.html", context))


@page(Gate.SIGNED_IN)
@require_safe
def together(request: PageRequest) -> HttpResponse:
    """The two blocks for a resident's start page, which asks for them when its own question is answered."""
    if _is_looked_at(request):
        return _kept_by_nobody(HttpResponse())
    return _kept_by_nobody(
        render(request, "portal/together.html", {**family_blocks(request.actor), "small": True})
    )
