"""Owners without membership (217-ФЗ art. 5): who they are, what they pay, where they vote; to ask them to join."""

from __future__ import annotations

from django.contrib.messages import WARNING
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koopset.apps.register import selectors, services
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell

PAGE_SIZE = 50


@page(RegisterRight.REGISTER_VIEW)
def outsiders(request: PageRequest, organisation_id: int) -> HttpResponse:
    """The list; a press invites one or all."""
    today = timezone.localdate()
    if request.method == "POST":
        asked = request.POST.get("person", "")
        told = services.outsiders_invite(
            actor=request.actor,
            organisation_id=organisation_id,
            person_ids=None if asked == "all" else [int(asked)] if asked.isdigit() else [],
            now=timezone.now(),
        )
        if told:
            text = ngettext("%(count)s owner is invited.", "%(count)s owners are invited.", told)
            tell(request, text % {"count": told})
        else:
            tell(
                request, _("There was nobody to invite: those left have an open application."), level=WARNING
            )
        return redirect("register:outsiders", organisation_id=organisation_id)
    law = selectors.law_here(organisation_id)
    rows = selectors.outsiders(request.actor, organisation_id, today)
    context = {
        "organisation_id": organisation_id,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "count": len(rows),
        "outside": law.rule("outside", today),
        "payment": law.rule("outside.payment", today),
        "vote": law.rule("outside.vote", today),
        "items": law.outside_items,
        "may_edit": request.actor.can(RegisterRight.REGISTER_EDIT, organisation_id),
        "may_handle": request.actor.can(RegisterRight.APPLICATION_HANDLE, organisation_id),
    }
    return render(request, "register/outsiders.html", context)
