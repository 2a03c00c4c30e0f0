"""Published needs: for neighbours, for an office; thresholds for the operator."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from koopset.apps.needs.demand import services
from koopset.apps.needs.demand.forms import ThresholdsForm
from koopset.apps.needs.demand.permissions import DemandRight
from koopset.apps.needs.demand.selectors import household
from koopset.apps.needs.demand.selectors.cells import AreaNeeds, area_needs
from koopset.apps.needs.demand.selectors.proposals import proposals_in
from koopset.apps.needs.demand.selectors.thresholds import limits_now
from koopset.apps.needs.demand.views.frame import own_page
from koopset.apps.needs.selectors import home_of
from koopset.apps.places.selectors import location_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.period import Month
from koopset.kernel.violations import RuleViolation


def _asked_month(request: PageRequest) -> Month | None:
    try:
        return Month.parse(request.GET.get("month", ""))
    except RuleViolation:
        return None


def _tables(found: AreaNeeds | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    tables = [
        {"place": found.territory, "bought": found.settlement_bought, "wished": found.settlement_wished},
        {"place": found.district, "bought": found.district_bought, "wished": found.district_wished},
    ]
    return [one for one in tables if one["place"]]


@own_page
@require_safe
def neighbours(request: PageRequest) -> HttpResponse:
    """What the settlement and the district need, in published figures."""
    household_id = household.household_id_of(request.actor)
    home = home_of(household_id) if household_id is not None else None
    found = area_needs(home.territory_id, _asked_month(request)) if home else None
    return render(request, "demand/neighbours.html", {"found": found, "tables": _tables(found)})


@page(DemandRight.AREA_VIEW)
@require_safe
def office(request: PageRequest, organisation_id: int) -> HttpResponse:
    """For a chair, an organiser, a supplier: published needs of the body's area and what is solvent of them."""
    place = location_of(organisation_id)
    found = area_needs(place.territory_id, _asked_month(request)) if place else None
    context = {
        "found": found,
        "tables": _tables(found),
        "has_place": place is not None,
        "may_place": request.actor.can("places:location:edit", organisation_id),
        "organisation_id": organisation_id,
        "proposals": proposals_in(place.territory_id) if place else [],
    }
    return render(request, "demand/area.html", context)


@page(DemandRight.THRESHOLDS_EDIT)
def thresholds(request: PageRequest) -> HttpResponse:
    """When buying together is worth proposing."""
    now = asdict(limits_now())
    money = ("least_saving_kop", "transport_kop", "hour_kop")
    shown = {name: f"{value / 100:.2f}" if name in money else value for name, value in now.items()}
    form = ThresholdsForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            services.thresholds_set(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved. Proposals follow it from tonight."))
            return redirect("demand:thresholds")
    return render(request, "demand/thresholds.html", {"form": form})
