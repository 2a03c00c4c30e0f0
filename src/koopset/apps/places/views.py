"""The tree of territories and the location of an organisation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.places import selectors, services
from koopset.apps.places.forms import LocationForm
from koopset.apps.places.models import Territory
from koopset.apps.places.permissions import PlacesRight
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(Gate.SIGNED_IN)
def tree(request: PageRequest, territory_id: int | None = None) -> HttpResponse:
    """One level of the tree; a search over all of it."""
    node = get_object_or_404(Territory, pk=territory_id) if territory_id is not None else None
    text = request.GET.get("q", "")[:60]
    context = {
        "node": node,
        "way": selectors.way_to(node) if node is not None else [],
        "places": selectors.children_of(node, text),
        "sought": bool(text.strip()),
    }
    return render(request, "places/tree.html", context)


@page(PlacesRight.LOCATION_EDIT)
def location(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Say where the organisation lies."""
    row = selectors.location_of(organisation_id)
    form = LocationForm(
        request.POST or None,
        places=selectors.territory_choices(),
        initial={"territory": row.territory_id, "address": row.address} if row else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.location_set(
                actor=request.actor,
                organisation_id=organisation_id,
                territory_id=form.cleaned_data["territory"],
                address=form.cleaned_data["address"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("organisations:organisation", organisation_id=organisation_id)
    return render(request, "places/location.html", {"form": form, "organisation_id": organisation_id})
