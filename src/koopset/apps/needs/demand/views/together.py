"""Proposals to buy together: the list, one with its arithmetic, the answer."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from koopset.apps.needs.demand import ports, selectors, services
from koopset.apps.needs.demand.forms import JoinForm
from koopset.apps.needs.demand.models import Proposal
from koopset.apps.needs.demand.selectors import household
from koopset.apps.needs.demand.views.frame import own_page
from koopset.apps.needs.selectors import home_of, shared_categories
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40


@own_page
@require_safe
def proposals(request: PageRequest) -> HttpResponse:
    """What would be cheaper together; where there is nothing, why and what to do."""
    login_id = request.actor.login_id or 0
    found = selectors.proposals_for(login_id)
    household_id = household.household_id_of(request.actor)
    context: dict[str, Any] = {
        "proposals": found,
        "saving_kop": sum(one.saving_kop for one in found if one.is_open),
        "muted": household.muted_kinds(request.actor),
    }
    if not found:
        context["has_home"] = household_id is not None and home_of(household_id) is not None
        shares = household_id is not None and bool(shared_categories([household_id]))
        context["shares"] = shares or bool(household.wishes_of(request.actor, only_open=True))
    return render(request, "demand/proposals.html", context)


@own_page
def proposal(request: PageRequest, proposal_id: int) -> HttpResponse:
    """One proposal: what it saves the family and how that was counted; joining."""
    login_id = request.actor.login_id or 0
    found = selectors.own_proposal(login_id, proposal_id)
    if found is None:
        raise Http404
    form = JoinForm(
        request.POST or None,
        initial={"quantity": found.quantity or found.suggested, "tolerance": found.tolerance},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.proposal_join(
                actor=request.actor,
                proposal_id=proposal_id,
                quantity=form.cleaned_data["quantity"],
                tolerance=form.cleaned_data["tolerance"] or 0,
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("You are in. We will write when the purchase opens."))
            return redirect("demand:proposal", proposal_id=proposal_id)
    context = {
        "one": found,
        "form": form,
        "lines": found.info.arithmetic,
        "has_wishes": any(line["code"] in ("wished", "mixed") for line in found.info.arithmetic),
        "opening": ports.opening_of(request.actor, proposal_id) if found.is_open else "",
    }
    return render(request, "demand/proposal.html", context)


@own_page
def refuse(request: PageRequest, proposal_id: int) -> HttpResponse:
    """The family does not take part. Only looked at, the address leads to the proposal, for whom it concerns."""
    if request.method != "POST":
        if selectors.own_proposal(request.actor.login_id or 0, proposal_id) is None:
            raise Http404
        return redirect("demand:proposal", proposal_id=proposal_id)
    try:
        services.proposal_refuse(actor=request.actor, proposal_id=proposal_id, now=timezone.now())
    except (Proposal.DoesNotExist, Forbidden) as absent:
        raise Http404 from absent
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
        return redirect("demand:proposal", proposal_id=proposal_id)
    tell(
        request,
        _("You do not take part."),
        url=reverse("demand:proposal", args=[proposal_id]),
        action=_("Change my mind"),
    )
    return redirect("demand:proposals")


@own_page
@require_POST
def mute(request: PageRequest) -> HttpResponse:
    """No proposals of a kind any more, or again (`back`)."""
    kind, back = request.POST.get("kind", ""), request.POST.get("back") == "1"
    try:
        if back:
            services.kind_unmute(actor=request.actor, kind=kind, now=timezone.now())
        else:
            services.kind_mute(actor=request.actor, kind=kind, now=timezone.now())
    except (RuleViolation, Forbidden) as refusal:
        raise Http404 from refusal
    tell(request, _("Proposals of this kind come again.") if back else _("No more proposals of this kind."))
    return redirect("demand:proposals")
