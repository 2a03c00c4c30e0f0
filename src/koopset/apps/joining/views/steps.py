"""The steps of joining as the office of the settlement sees them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.joining import selectors, services
from koopset.apps.joining.forms import ContactForm
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.joining.views.applications import steps_shown
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(JoiningRight.STEPS_VIEW)
def steps(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What is done and what comes next; words of help; whether the coordinator may reach the chair."""
    row = selectors.steps_page(request.actor, organisation_id, now=timezone.now())
    may_edit = request.actor.can(JoiningRight.CONTACT_EDIT, organisation_id)
    contact = row.contact
    start = {"phone": contact.phone, "email": contact.email, "is_shown": contact.is_shown}
    form = ContactForm((request.POST or None) if may_edit else None, initial=start)
    if request.method == "POST" and may_edit and form.is_valid():
        try:
            services.contact_set(
                actor=request.actor,
                organisation_id=organisation_id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("joining:steps", organisation_id=organisation_id)
    context = {
        "organisation_id": organisation_id,
        "page": row,
        "steps": steps_shown(row.steps),
        "form": form if may_edit else None,
        "finished": all(one.state == "done" for one in row.steps),
    }
    return render(request, "joining/steps.html", context)
