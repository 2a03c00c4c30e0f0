"""A person in the register: what is owned, membership, what is known of the person elsewhere."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.people.permissions import PeopleRight
from koopset.apps.people.selectors import person_of
from koopset.apps.register import ports, selectors, services
from koopset.apps.register.forms import MembershipCloseForm, MembershipOpenForm, initial_day
from koopset.apps.register.models import Ownership
from koopset.apps.register.permissions import RegisterRight
from koopset.foundation.personal.looks import looked
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(RegisterRight.REGISTER_VIEW)
def person(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """One person: units, membership, contacts, history, links."""
    card = person_of(request.actor, organisation_id, person_id)
    looked(request.actor, organisation_id, "register.person", person_id=card.id)
    today = timezone.localdate()
    owned = selectors.units_of_persons(organisation_id, [card.id], today)
    current = {unit.unit_id for unit in owned}
    past = list(
        Ownership.objects.filter(
            organisation_id=organisation_id, person_id=card.id, valid_to__lt=today
        ).order_by("-valid_to", "pk")
    )
    labels = selectors.unit_labels(organisation_id, [row.unit_id for row in past])
    memberships = selectors.memberships_of(organisation_id, [card.id])
    given, received = selectors.powers_of_persons(organisation_id, [card.id], today)
    may_powers = request.actor.can(RegisterRight.POWER_VIEW, organisation_id)
    may_exclusions = request.actor.can(RegisterRight.EXCLUSION_VIEW, organisation_id)
    context = {
        "organisation_id": organisation_id,
        "death": selectors.deaths_of(organisation_id, [card.id]).get(card.id),
        "mistakes": selectors.reversed_deaths_of(organisation_id, card.id),
        "exclusion_id": selectors.open_exclusion_of(organisation_id, card.id) if may_exclusions else None,
        "application_id": selectors.open_application_of(organisation_id, card.id),
        "powers": [*given, *received] if may_powers else [],
        "may_powers": may_powers,
        "person": card,
        "units": owned,
        "former": [(row, labels[row.unit_id]) for row in past if row.unit_id not in current],
        "memberships": memberships,
        "is_member": any(row.is_open for row in memberships),
        "history": selectors.person_history(request.actor, organisation_id, card.id),
        "links": ports.person_links(request.actor, organisation_id, card.id),
        "may_edit": request.actor.can(RegisterRight.REGISTER_EDIT, organisation_id),
        "may_edit_card": request.actor.can(PeopleRight.PERSON_EDIT, organisation_id),
        "may_invite": request.actor.can(PeopleRight.LOGIN_INVITE, organisation_id) and card.kind == "natural",
        "invited_at": card.invited_at,
    }
    return render(request, "register/person.html", context)


@page(RegisterRight.REGISTER_EDIT)
def membership(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """Enter or end a membership."""
    card = person_of(request.actor, organisation_id, person_id)
    today = timezone.localdate()
    is_member = any(row.is_open for row in selectors.memberships_of(organisation_id, [card.id]))
    choices = [
        (row.id, f"{row.label}: {row.title}")
        for row in selectors.decisions(request.actor, organisation_id, limit=200)
    ]
    form_class = MembershipCloseForm if is_member else MembershipOpenForm
    form = form_class(request.POST or None, initial={"on": initial_day(today)}, decisions=choices)
    by_steps = selectors.law_here(organisation_id).rule("exclusion.warning_months", today) is not None
    if isinstance(form, MembershipCloseForm):
        form.leave_out({"died"} | ({"excluded"} if by_steps else set()))
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        decision_id = data.pop("decision")
        service = services.membership_close if is_member else services.membership_open
        try:
            service(
                actor=request.actor,
                organisation_id=organisation_id,
                person_id=card.id,
                decision_id=decision_id,
                now=timezone.now(),
                **data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The membership is ended.") if is_member else _("The membership is entered."))
            return redirect("register:person", organisation_id=organisation_id, person_id=card.id)
    context = {
        "form": form,
        "person": card,
        "is_member": is_member,
        "organisation_id": organisation_id,
        "by_steps": by_steps,
    }
    return render(request, "register/membership.html", context)
