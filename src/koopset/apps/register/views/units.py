"""A unit: its page, its card, its area, its owners."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from koopset.apps.people.selectors import names_to_choose, persons_by_ids
from koopset.apps.register import ports, selectors, services
from koopset.apps.register.forms import (
    AreaForm,
    CloseForm,
    NewUnitForm,
    OwnerForm,
    TransferForm,
    UnitForm,
    initial_day,
)
from koopset.apps.register.models import Ownership, Unit, UnitArea
from koopset.apps.register.permissions import RegisterRight
from koopset.apps.register.views.owners import cards_made, owners_typed
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.violations import RuleViolation


def _unit(organisation_id: int, unit_id: int) -> Unit:
    return get_object_or_404(Unit, organisation_id=organisation_id, pk=unit_id)


@page(RegisterRight.REGISTER_VIEW)
def unit(request: PageRequest, organisation_id: int, unit_id: int) -> HttpResponse:
    """One unit: owners now and before, areas, history, links."""
    row = _unit(organisation_id, unit_id)
    today = timezone.localdate()
    shares = list(
        Ownership.objects.filter(organisation_id=organisation_id, unit=row).order_by("-valid_from", "pk")
    )
    cards = persons_by_ids([share.person_id for share in shares], organisation_id=organisation_id)
    members = selectors.member_person_ids(organisation_id, today)
    now_owns = [
        share
        for share in shares
        if share.valid_from <= today and (share.valid_to is None or share.valid_to >= today)
    ]
    current = selectors.owners_at(organisation_id, [row.pk], today).get(row.pk, [])
    gap = selectors.gap_of(current)
    context = {
        "organisation_id": organisation_id,
        "unit": row,
        "title": selectors.unit_text(row.kind, row.number, row.street),
        "owners": [(share, cards.get(share.person_id), share.person_id in members) for share in now_owns],
        "former": [(share, cards.get(share.person_id)) for share in shares if share not in now_owns],
        "estates": [
            (share, cards[share.person_id])
            for share in now_owns
            if share.right == Ownership.Right.ESTATE and share.person_id in cards
        ],
        "descents": selectors.descents_of(organisation_id, row.pk),
        "outside": selectors.law_here(organisation_id).rule("outside", today),
        "gap": gap if gap is not None and gap > 0 else None,
        "over": -gap if gap is not None and gap < 0 else None,
        "areas": list(
            UnitArea.objects.filter(organisation_id=organisation_id, unit=row).order_by("-valid_from")
        ),
        "area": selectors.areas_at(organisation_id, today, [row.pk]).get(row.pk),
        "history": selectors.unit_history(request.actor, organisation_id, row.pk),
        "links": ports.unit_links(request.actor, organisation_id, row.pk),
        "may_edit": request.actor.can(RegisterRight.REGISTER_EDIT, organisation_id),
    }
    return render(request, "register/unit.html", context)


@page(RegisterRight.REGISTER_EDIT)
def unit_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """A new unit."""
    form = NewUnitForm(request.POST or None, initial={"since": initial_day(timezone.localdate())})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.unit_create(
                actor=request.actor, organisation_id=organisation_id, now=timezone.now(), **form.cleaned_data
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Entered. Now name the owners."))
            return redirect("register:transfer", organisation_id=organisation_id, unit_id=row.pk)
    return render(
        request, "register/unit_form.html", {"form": form, "unit": None, "organisation_id": organisation_id}
    )


@page(RegisterRight.REGISTER_EDIT)
def unit_edit(request: PageRequest, organisation_id: int, unit_id: int) -> HttpResponse:
    """Change the card of a unit."""
    row = _unit(organisation_id, unit_id)
    form = UnitForm(request.POST or None, initial={name: getattr(row, name) for name in UnitForm.base_fields})
    if request.method == "POST" and form.is_valid():
        try:
            services.unit_update(
                actor=request.actor,
                organisation_id=organisation_id,
                unit_id=row.pk,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("register:unit", organisation_id=organisation_id, unit_id=row.pk)
    context = {
        "form": form,
        "unit": row,
        "title": selectors.unit_text(row.kind, row.number, row.street),
        "organisation_id": organisation_id,
    }
    return render(request, "register/unit_form.html", context)


def _small_form(
    request: PageRequest, organisation_id: int, row: Unit, form: Any, service: Any, words: dict[str, str]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            service(
                actor=request.actor,
                organisation_id=organisation_id,
                unit_id=row.pk,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, words["done"])
            return redirect("register:unit", organisation_id=organisation_id, unit_id=row.pk)
    context = {
        "form": form,
        "unit": row,
        "unit_title": selectors.unit_text(row.kind, row.number, row.street),
        "organisation_id": organisation_id,
        **words,
    }
    return render(request, "register/unit_small_form.html", context)


@page(RegisterRight.REGISTER_EDIT)
def unit_area(request: PageRequest, organisation_id: int, unit_id: int) -> HttpResponse:
    """Another area from a date on."""
    form = AreaForm(request.POST or None, initial={"on": initial_day(timezone.localdate())})
    words = {"heading": _("Area"), "submit": _("Set the area"), "done": _("The area is set."), "text": ""}
    return _small_form(
        request, organisation_id, _unit(organisation_id, unit_id), form, services.unit_area_set, words
    )


@page(RegisterRight.REGISTER_EDIT)
def unit_close(request: PageRequest, organisation_id: int, unit_id: int) -> HttpResponse:
    """Take a unit out of the register."""
    form = CloseForm(request.POST or None, initial={"on": initial_day(timezone.localdate())})
    words = {
        "heading": _("Take out of the register"),
        "submit": _("Take out"),
        "done": _("Taken out of the register. Its past stays."),
        "text": _(
            "For a plot that was divided, joined to another or left the territory. Ownership ends with that day; the history stays."
        ),
    }
    return _small_form(
        request, organisation_id, _unit(organisation_id, unit_id), form, services.unit_close, words
    )


# Owners


@page(RegisterRight.REGISTER_EDIT)
def transfer(request: PageRequest, organisation_id: int, unit_id: int) -> HttpResponse:
    """Who owns the unit from a date on: the whole list of owners with their shares."""
    row = _unit(organisation_id, unit_id)
    today = timezone.localdate()
    current = selectors.owners_at(organisation_id, [row.pk], today).get(row.pk, [])
    cards = persons_by_ids([owner.person_id for owner in current], organisation_id=organisation_id)
    names = names_to_choose(organisation_id)
    initial = [
        {
            "owner": _name_of(names, owner.person_id) or cards[owner.person_id].full_name,
            "share": str(owner.share),
            "right": owner.right,
        }
        for owner in current
        if owner.person_id in cards
    ]
    count = max(len(initial) + 2, 4)
    if request.method == "POST":
        count = max(
            count,
            min(int(request.POST.get("lines") or 0) if request.POST.get("lines", "").isdigit() else 0, 60),
        )
    lines = [
        OwnerForm(
            request.POST if request.method == "POST" else None,
            prefix=f"o{index}",
            initial=initial[index] if index < len(initial) else None,
        )
        for index in range(count)
    ]
    form = TransferForm(
        request.POST or None, initial={"on": initial_day(today if current else row.opened_on or today)}
    )
    missing: list[str] = []
    if request.method == "POST" and form.is_valid() and all(list(map(OwnerForm.is_valid, lines))):
        try:
            found, missing = owners_typed(
                request, organisation_id, lines, names, create=form.cleaned_data["create"]
            )
            if not missing:
                with transaction.atomic():
                    new = cards_made(request, organisation_id, found)
                    services.ownership_transfer(
                        actor=request.actor,
                        organisation_id=organisation_id,
                        unit_id=row.pk,
                        new=new,
                        on=form.cleaned_data["on"],
                        deed=form.cleaned_data["deed"],
                        now=timezone.now(),
                    )
                tell(request, _("The owners are entered."))
                return redirect("register:unit", organisation_id=organisation_id, unit_id=row.pk)
        except RuleViolation as violation:
            form.refuse(violation)
    context = {
        "form": form,
        "lines": lines,
        "unit": row,
        "title": selectors.unit_text(row.kind, row.number, row.street),
        "organisation_id": organisation_id,
        "names": sorted(names),
        "missing": missing,
        "has_owners": bool(current),
    }
    return render(request, "register/transfer.html", context)


def _name_of(names: dict[str, int], person_id: int) -> str:
    return next((name for name, key in names.items() if key == person_id), "")
