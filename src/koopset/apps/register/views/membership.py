"""One's own membership: what the register says, joining, the application, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import ERROR
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.people.selectors import PersonCard, persons_by_ids
from koopset.apps.register import selectors, services
from koopset.apps.register.forms import ApplicationForm
from koopset.apps.register.selectors import APPLICATION_FILE
from koopset.apps.register.views.bringing import files_kept
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import Gate, PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


def _could_join(request: PageRequest, organisation_id: int) -> list[PersonCard]:
    """Those whom the reader acts for, who own here, are natural persons and no members, without an open application."""
    today = timezone.localdate()
    persons = request.actor.acts_for(organisation_id)
    owned = selectors.owned_now(organisation_id, persons, today)
    members = {row.person_id for row in selectors.memberships_of(organisation_id, persons) if row.is_open}
    waiting = {
        row.person.id
        for row in selectors.applications_of_persons(organisation_id, persons, today)
        if row.is_open
    }
    cards = persons_by_ids(owned - members - waiting, organisation_id=organisation_id)
    natural_only = selectors.law_here(organisation_id).value("admission.natural_only", today, False)
    return [card for card in cards.values() if card.kind == "natural" or not natural_only]


@page(Gate.HOUSEHOLD)
def my_membership(request: PageRequest, organisation_id: int) -> HttpResponse:
    """What the register says of my membership; to join, to leave."""
    today = timezone.localdate()
    persons = request.actor.acts_for(organisation_id)
    if request.method == "POST":
        asked = request.POST.get("person", "")
        try:
            if not asked.isdigit() or int(asked) not in persons:
                raise RuleViolation("register.not_a_member")
            services.membership_leave(
                actor=request.actor,
                organisation_id=organisation_id,
                person_id=int(asked),
                now=timezone.now(),
            )
        except RuleViolation as violation:
            tell(request, text_of(violation), level=ERROR)
        else:
            tell(request, _("You have left. The board is told; no decision is needed."))
        return redirect("register:my_membership", organisation_id=organisation_id)
    law = selectors.law_here(organisation_id)
    memberships = selectors.memberships_of(organisation_id, persons)
    cards = persons_by_ids(persons, organisation_id=organisation_id)
    context = {
        "organisation_id": organisation_id,
        "body": organisation_card(organisation_id),
        "memberships": [(row, cards.get(row.person_id)) for row in memberships],
        "members": [cards[row.person_id] for row in memberships if row.is_open and row.person_id in cards],
        "applications": selectors.applications_of_persons(organisation_id, persons, today),
        "could_join": _could_join(request, organisation_id),
        "who": law.rule("admission.by", today),
        "days": law.rule("admission.days", today),
        "leaving": law.rule("leaving", today),
        "outside": law.rule("outside", today),
        "payment": law.rule("outside.payment", today),
        "vote": law.rule("outside.vote", today),
        "items": law.outside_items,
        "several": len(cards) > 1,
    }
    return render(request, "register/my_membership.html", context)


@page(Gate.HOUSEHOLD)
def my_application_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Hand in an application."""
    today, cards = timezone.localdate(), _could_join(request, organisation_id)
    law = selectors.law_here(organisation_id)
    context = {
        "organisation_id": organisation_id,
        "body": organisation_card(organisation_id),
        "days": law.rule("admission.days", today),
        "papers": law.rule("admission.papers", today),
    }
    if not cards:
        return render(request, "register/my_application_none.html", context)
    first = cards[0]
    form = ApplicationForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "residence": first.postal_address if len(cards) == 1 else "",
            "postal_address": first.postal_address if len(cards) == 1 else "",
            "email": first.email if len(cards) == 1 else "",
        },
        persons=[(card.id, card.full_name) for card in cards],
    )
    if request.method == "POST" and form.is_valid():
        data, now = dict(form.cleaned_data), timezone.now()
        uploads = data.pop("papers")
        try:
            with transaction.atomic():
                row = services.application_submit(
                    actor=request.actor,
                    organisation_id=organisation_id,
                    person_id=data.pop("person"),
                    file_ids=files_kept(request, organisation_id, uploads, APPLICATION_FILE, now),
                    now=now,
                    **data,
                )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("The application is handed in. You will get a notice at each step."))
            return redirect("register:my_application", organisation_id=organisation_id, application_id=row.pk)
    return render(request, "register/my_application_new.html", context | {"form": form, "cards": cards})


@page(Gate.HOUSEHOLD)
def my_application(request: PageRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """My application: where it is, until when it is decided; mend it or take it back."""
    today = timezone.localdate()
    card = selectors.application(request.actor, organisation_id, application_id, today, own=True)
    verb = request.POST.get("verb", "")
    form = ApplicationForm(
        request.POST if verb == "mend" else None,
        request.FILES if verb == "mend" else None,
        initial={"residence": card.residence, "postal_address": card.postal_address, "email": card.email, "consents": True},
        persons=None,
    )  # fmt: skip
    place: dict[str, Any] = {"organisation_id": organisation_id, "application_id": application_id}
    if request.method == "POST":
        done, now = "", timezone.now()
        try:
            if verb == "mend" and form.is_valid():
                data = dict(form.cleaned_data)
                uploads = data.pop("papers")
                with transaction.atomic():
                    services.application_mend(
                        actor=request.actor,
                        file_ids=files_kept(request, organisation_id, uploads, APPLICATION_FILE, now),
                        now=now,
                        **place,
                        **data,
                    )
                done = _("Thank you, the application is handed in again.")
            elif verb == "withdraw":
                services.application_withdraw(actor=request.actor, now=now, **place)
                done = _("The application is withdrawn. You may hand in another at any time.")
        except RuleViolation as violation:
            if verb != "mend":
                tell(request, text_of(violation), level=ERROR)
                return redirect(
                    "register:my_application", organisation_id=organisation_id, application_id=application_id
                )
            form.refuse(violation)
        if done:
            tell(request, done)
            return redirect(
                "register:my_application", organisation_id=organisation_id, application_id=application_id
            )
    context = {
        "organisation_id": organisation_id,
        "card": card,
        "row": card.row,
        "form": form,
        "term": selectors.law_here(organisation_id).rule("admission.days", card.row.submitted_on),
    }
    return render(request, "register/my_application.html", context)
