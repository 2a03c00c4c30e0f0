"""A death and the inheritance that follows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import names_to_choose, person_of, persons_by_ids
from koopset.apps.register import selectors, services
from koopset.apps.register.forms import DeathForm, DeathReverseForm, EstateForm, HeirForm, initial_day
from koopset.apps.register.models import Ownership, Unit
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.views.owners import cards_made, sole
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation

LINES = 4


@page(RegisterRight.REGISTER_EDIT)
def death(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """A person has died."""
    card = person_of(request.actor, organisation_id, person_id)
    today = timezone.localdate()
    form = DeathForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.death_record(
                actor=request.actor,
                organisation_id=organisation_id,
                person_id=card.id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Entered. The membership has ended, the shares are an estate."))
            return redirect("register:person", organisation_id=organisation_id, person_id=card.id)
    context = {
        "organisation_id": organisation_id,
        "person": card,
        "form": form,
        "units": selectors.units_of_persons(organisation_id, [card.id], today),
        "is_member": any(row.is_open for row in selectors.memberships_of(organisation_id, [card.id])),
    }
    return render(request, "register/death.html", context)


@page(RegisterRight.REGISTER_EDIT)
def death_mistake(request: PageRequest, organisation_id: int, person_id: int) -> HttpResponse:
    """The death was entered by mistake: what comes back is shown before anything is written."""
    card = person_of(request.actor, organisation_id, person_id)
    standing = selectors.standing_death(organisation_id, card.id)
    form = DeathReverseForm(request.POST or None)
    if standing is not None and not standing.inherited:
        del form.fields["heirs_stay"]
    if request.method == "POST" and standing is not None and form.is_valid():
        try:
            services.death_reverse(
                actor=request.actor,
                organisation_id=organisation_id,
                person_id=card.id,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Taken back. From today the register has this person as before."))
            return redirect("register:person", organisation_id=organisation_id, person_id=card.id)
    context = {"organisation_id": organisation_id, "person": card, "form": form, "standing": standing}
    return render(request, "register/death_mistake.html", context)


@page(RegisterRight.REGISTER_EDIT)
def estate(request: PageRequest, organisation_id: int, unit_id: int) -> HttpResponse:
    """Heirs take an estate: who, which part of the plot, by which certificate."""
    row = get_object_or_404(Unit, organisation_id=organisation_id, pk=unit_id)
    today = timezone.localdate()
    owners = selectors.owners_at(organisation_id, [row.pk], today).get(row.pk, [])
    estates = [owner for owner in owners if owner.right == Ownership.Right.ESTATE]
    cards = persons_by_ids([owner.person_id for owner in estates], organisation_id=organisation_id)
    names = names_to_choose(organisation_id)
    asked = request.POST.get("deceased", request.GET.get("deceased", ""))
    open_estate = next(
        (one for one in estates if str(one.person_id) == asked), estates[0] if estates else None
    )
    post = request.POST if request.method == "POST" else None
    lines = [HeirForm(post, prefix=f"h{index}") for index in range(LINES)]
    form = EstateForm(post, initial={"on": initial_day(today)})
    missing: list[str] = []
    if (
        open_estate is not None
        and post is not None
        and form.is_valid()
        and all(list(map(HeirForm.is_valid, lines)))
    ):
        try:
            found, missing = _heirs(
                organisation_id, lines, names, open_estate.share, create=form.cleaned_data["create"]
            )
            if not missing:
                with transaction.atomic():
                    services.estate_pass(
                        actor=request.actor,
                        organisation_id=organisation_id,
                        unit_id=row.pk,
                        deceased_id=open_estate.person_id,
                        heirs=cards_made(request, organisation_id, found),
                        on=form.cleaned_data["on"],
                        deed=form.cleaned_data["deed"],
                        now=timezone.now(),
                    )
                tell(request, _("The heirs are entered."))
                return redirect("register:unit", organisation_id=organisation_id, unit_id=row.pk)
        except RuleViolation as violation:
            form.refuse(violation)
    context = {
        "organisation_id": organisation_id,
        "unit": row,
        "title": selectors.unit_text(row.kind, row.number, row.street),
        "estates": [(one, cards[one.person_id]) for one in estates if one.person_id in cards],
        "estate": open_estate,
        "deceased": cards.get(open_estate.person_id) if open_estate is not None else None,
        "form": form,
        "lines": lines,
        "missing": missing,
        "names": sorted(names),
    }
    return render(request, "register/estate.html", context)


def _heirs(
    organisation_id: int,
    lines: list[HeirForm],
    names: dict[str, int],
    estate_share: Fraction,
    *,
    create: bool,
) -> tuple[list[tuple[int | str, Fraction, str]], list[str]]:
    """As `owners.owners_typed`; shares left empty are equal parts of the estate."""
    filled: list[dict[str, Any]] = [line.cleaned_data for line in lines if line.cleaned_data.get("owner")]
    named = any(data["share"] is not None for data in filled)
    found: list[tuple[int | str, Fraction, str]] = []
    missing: list[str] = []
    for data in filled:
        name = " ".join(data["owner"].split())
        if named and data["share"] is None:
            raise RuleViolation("register.share_missing", name=name)
        person = sole(organisation_id, name, names)
        if person is None and not create:
            missing.append(name)
        share = data["share"] if data["share"] is not None else estate_share / len(filled)
        found.append((person if person is not None else name, share, "share"))
    return found, missing
