"""«My family»: who counts purchases and wants together; invitations, leaving, the name."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.people import services
from koopset.apps.people.forms import HouseholdInviteForm, HouseholdJoinForm, HouseholdNameForm
from koopset.apps.people.selectors.households import (
    household_of,
    invitation_concerns,
    member_is_with,
    own_page,
)
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

ERROR = 40


@page(Gate.PERSON)
def household(request: PageRequest) -> HttpResponse:
    """My family: members, invitations, the name. An invitation's code is shown once, on the page that answers."""
    now = timezone.now()
    asked = request.POST.get("form", "")
    own = household_of(request.actor.login_id or 0)
    invite_form = HouseholdInviteForm(request.POST if asked == "invite" else None)
    join_form = HouseholdJoinForm(request.POST if asked == "join" else None)
    name_form = HouseholdNameForm(
        request.POST if asked == "name" else None, initial={"name": own.name if own else ""}
    )
    code = ""
    try:
        if asked == "invite" and invite_form.is_valid():
            _key, code = services.household_invite(actor=request.actor, now=now, **invite_form.cleaned_data)
        elif asked == "join" and join_form.is_valid():
            services.household_join(actor=request.actor, now=now, **join_form.cleaned_data)
            tell(request, _("You are in the family now. Purchases and wants are counted together."))
            return redirect("people:household")
        elif asked == "name" and name_form.is_valid():
            services.household_rename(actor=request.actor, now=now, **name_form.cleaned_data)
            tell(request, _("The name of the family is saved."))
            return redirect("people:household")
    except RuleViolation as violation:
        {"invite": invite_form, "join": join_form}.get(asked, name_form).refuse(violation)
    found = own_page(request.actor, now=now)
    context = {
        "household": found.household,
        "members": found.members,
        "sent": found.sent,
        "received": found.received,
        "is_head": found.is_head,
        "invite_form": invite_form,
        "join_form": join_form,
        "name_form": name_form,
        "code": code,
    }
    return render(request, "people/household.html", context)


@page(Gate.PERSON)
@require_POST
def household_accept(request: PageRequest, invitation_id: int) -> HttpResponse:
    """Accept an invitation to one's own address."""
    if not invitation_concerns(request.actor, invitation_id):
        raise Http404
    try:
        services.household_join(
            actor=request.actor,
            invitation_id=invitation_id,
            bring=request.POST.get("bring") == "1",
            now=timezone.now(),
        )
        tell(request, _("You are in the family now. Purchases and wants are counted together."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("people:household")


@page(Gate.PERSON)
@require_POST
def household_withdraw(request: PageRequest, invitation_id: int) -> HttpResponse:
    """Call off an invitation, or refuse one."""
    if not invitation_concerns(request.actor, invitation_id):
        raise Http404
    try:
        services.invitation_withdraw(actor=request.actor, invitation_id=invitation_id, now=timezone.now())
        tell(request, _("The invitation is called off."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("people:household")


@page(Gate.PERSON)
@require_POST
def household_leave(request: PageRequest) -> HttpResponse:
    """Leave the family one shares with others."""
    try:
        services.household_leave(actor=request.actor, now=timezone.now())
        tell(request, _("You have left the family. Your purchases are counted apart."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("people:household")


@page(Gate.PERSON)
@require_POST
def household_remove(request: PageRequest, member_id: int) -> HttpResponse:
    """Ask somebody out of the family."""
    if not member_is_with(request.actor, member_id):
        raise Http404
    try:
        services.household_member_remove(actor=request.actor, member_id=member_id, now=timezone.now())
        tell(request, _("This person is not in the family any more and has been told."))
    except RuleViolation as violation:
        tell(request, text_of(violation), level=ERROR)
    return redirect("people:household")
