"""Closing a first-login guide: it does not come back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from koopset.apps.people.services import guide_close
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.portal.guides import GUIDES


@page(Gate.SIGNED_IN)
@require_POST
def guide_seen(request: PageRequest, key: str) -> HttpResponse:
    """Remember that the guide was closed, and go back to the page it stood on."""
    if key not in GUIDES:
        raise Http404
    guide_close(actor=request.actor, key=key, now=timezone.now())
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    return redirect(back)
