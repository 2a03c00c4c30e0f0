"""Powers of attorney: the office's list, one power, one's own."""

from __future__ import annotations

from django.contrib.messages import ERROR
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import names_to_choose
from koopset.apps.register import selectors, services
from koopset.apps.register.forms import PowerForm, RevokeForm, initial_day
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.selectors import POWER_FILE
from koopset.apps.register.views.bringing import files_kept, person_named
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


@page(RegisterRight.POWER_VIEW)
def powers(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Powers in force, ending, ended."""
    show, today = request.GET.get("show", ""), timezone.localdate()
    context = {
        "organisation_id": organisation_id,
        "rows": selectors.powers(request.actor, organisation_id, today, show),
        "show": show,
        "ending": selectors.ending_count(organisation_id, today),
        "may_edit": request.actor.can(RegisterRight.POWER_EDIT, organisation_id),
    }
    return render(request, "register/powers.html", context)


@page(RegisterRight.POWER_EDIT)
def power_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Enter a power of attorney from its paper."""
    names = names_to_choose(organisation_id)
    form = PowerForm(
        request.POST or None, request.FILES or None, scopes=list(selectors.scope_names().items())
    )
    if request.method == "POST" and form.is_valid():
        data, now = dict(form.cleaned_data), timezone.now()
        upload = data.pop("file")
        try:
            with transaction.atomic():
                kept = files_kept(request, organisation_id, [upload], POWER_FILE, now)
                row = services.power_record(
                    actor=request.actor,
                    organisation_id=organisation_id,
                    principal_id=person_named(organisation_id, data.pop("principal"), names, "principal"),
                    agent_id=person_named(organisation_id, data.pop("agent"), names, "agent"),
                    scope=frozenset(data.pop("scope")),
                    file_id=kept[0] if kept else None,
                    now=now,
                    **data,
                )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The power of attorney is entered."))
            return redirect("register:power", organisation_id=organisation_id, power_id=row.pk)
    context = {"organisation_id": organisation_id, "form": form, "names": sorted(names)}
    return render(request, "register/power_form.html", context)


@page(RegisterRight.POWER_VIEW)
def power(request: PageRequest, organisation_id: int, power_id: int) -> HttpResponse:
    """One power of attorney; to enter its revocation."""
    today = timezone.localdate()
    row = selectors.power(request.actor, organisation_id, power_id, today)
    form = RevokeForm(request.POST or None, initial={"on": initial_day(today)})
    if request.method == "POST" and form.is_valid():
        try:
            services.power_revoke(
                actor=request.actor,
                organisation_id=organisation_id,
                power_id=row.id,
                on=form.cleaned_data["on"],
                now=timezone.now(),
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Revoked. The agent is told."))
            return redirect("register:power", organisation_id=organisation_id, power_id=row.id)
    context = {
        "organisation_id": organisation_id,
        "row": row,
        "form": form,
        "may_edit": request.actor.can(RegisterRight.POWER_EDIT, organisation_id),
    }
    return render(request, "register/power.html", context)


@page(Gate.HOUSEHOLD)
def my_powers(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Powers that I gave and that were given to me; to revoke what I gave."""
    today, persons = timezone.localdate(), request.actor.person_ids
    given, received = selectors.powers_of_persons(organisation_id, persons, today)
    if request.method == "POST":
        asked = request.POST.get("power", "")
        own = {row.id for row in given}
        try:
            if not asked.isdigit() or int(asked) not in own:
                raise RuleViolation("register.unknown_power")
            services.power_revoke(
                actor=request.actor,
                organisation_id=organisation_id,
                power_id=int(asked),
                now=timezone.now(),
            )
        except RuleViolation as violation:
            tell(request, text_of(violation), level=ERROR)
        else:
            tell(request, _("Revoked. From today this person no longer acts for you."))
        return redirect("register:my_powers", organisation_id=organisation_id)
    context = {"organisation_id": organisation_id, "given": given, "received": received}
    return render(request, "register/my_powers.html", context)
