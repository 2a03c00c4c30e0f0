"""The operator's pages: who coordinates which district."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koopset.apps.joining import selectors, services
from koopset.apps.joining.forms import CoordinatorForm, EndForm
from koopset.apps.joining.permissions import JoiningRight
from koopset.apps.places.selectors import appointable_territories
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(JoiningRight.COORDINATOR_APPOINT)
@require_safe
def coordinators(request: PageRequest) -> HttpResponse:
    """All appointments."""
    rows = selectors.coordinator_rows(request.actor, on=timezone.localdate())
    context = {"rows": [row for row in rows if row.holds], "past": [row for row in rows if not row.holds]}
    return render(request, "joining/coordinators.html", context)


@page(JoiningRight.COORDINATOR_APPOINT)
def coordinator_new(request: PageRequest) -> HttpResponse:
    """Appoint somebody."""
    form = CoordinatorForm(
        request.POST or None,
        places=appointable_territories(),
        initial={"valid_from": timezone.localdate().isoformat()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.coordinator_appoint(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The coordinator is appointed and told."))
            return redirect("joining:coordinators")
    return render(request, "joining/coordinator_form.html", {"form": form})


@page(JoiningRight.COORDINATOR_APPOINT)
def coordinator_end(request: PageRequest, coordinator_id: int) -> HttpResponse:
    """End an appointment."""
    today = timezone.localdate()
    row = next(
        (one for one in selectors.coordinator_rows(request.actor, on=today) if one.id == coordinator_id),
        None,
    )
    if row is None:
        raise Http404
    form = EndForm(request.POST or None, initial={"on": today.isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            services.coordinator_end(
                actor=request.actor,
                coordinator_id=coordinator_id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The end of the appointment is entered."))
            return redirect("joining:coordinators")
    return render(request, "joining/coordinator_end.html", {"form": form, "row": row})
