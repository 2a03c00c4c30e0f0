"""«Открыть группу покупателей»: one step for any person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.joining import services
from koopset.apps.joining.forms import BuyerGroupForm
from koopset.apps.people.selectors import persons_of_login
from koopset.apps.places.selectors import territory_choices
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(Gate.SIGNED_IN)
def buyer_group_new(request: PageRequest) -> HttpResponse:
    """Open a group; what a group may and may not do stands beside the form."""
    known = next(iter(persons_of_login(request.actor.login_id or 0)), None)
    names = ("last_name", "first_name", "middle_name", "phone")
    form = BuyerGroupForm(
        request.POST or None,
        places=territory_choices(),
        initial={name: getattr(known, name) for name in names} if known else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            organisation_id = services.buyer_group_open(
                actor=request.actor, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The group is open. Bring a price list, then call your neighbours."))
            return redirect("offers:lists", organisation_id=organisation_id)
    return render(request, "joining/buyer_group_form.html", {"form": form})
