"""Single offers of the office: entered, changed, archived, named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.catalogue.offers import selectors, services
from koopset.apps.catalogue.offers.forms import OfferForm, split_kind
from koopset.apps.catalogue.offers.models import Offer, PriceList
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.money import format_rub
from koopset.kernel.violations import RuleViolation


@page(OffersRight.LIST_EDIT)
def offer_new(request: PageRequest, organisation_id: int, price_list_id: int) -> HttpResponse:
    """Enter one offer."""
    row = selectors.list_of_office(request.actor, organisation_id, price_list_id)
    if row is None:
        raise Http404
    form = OfferForm(
        request.POST or None, request.FILES or None, initial={"is_available": True, "unit": "pcs", "pack": 1}
    )
    if request.method == "POST" and form.is_valid() and _saved(request, form, row, None):
        tell(request, _("Saved."))
        return redirect("offers:list", organisation_id=organisation_id, price_list_id=row.pk)
    context = {"form": form, "price_list": row, "organisation_id": organisation_id}
    return render(request, "offers/offer_form.html", context)


@page(OffersRight.LIST_EDIT)
def offer_edit(request: PageRequest, organisation_id: int, offer_id: int) -> HttpResponse:
    """Change one offer; what it cost stands below."""
    offer = selectors.offer_row(organisation_id, offer_id)
    if offer is None:
        raise Http404
    form = OfferForm(request.POST or None, request.FILES or None, initial=_initial(offer))
    if request.method == "POST" and form.is_valid() and _saved(request, form, offer.price_list, offer.pk):
        tell(request, _("Saved."))
        return redirect("offers:offer", organisation_id=organisation_id, offer_id=offer.pk)
    context = {
        "form": form,
        "offer": offer,
        "price_list": offer.price_list,
        "organisation_id": organisation_id,
        "prices": selectors.prices_of(organisation_id, offer.pk),
    }
    return render(request, "offers/offer_form.html", context)


def _initial(offer: Offer) -> dict[str, Any]:
    names = (
        "name",
        "unit",
        "pack",
        "min_packs",
        "season_from",
        "season_to",
        "article",
        "gtin",
        "vat",
        "note",
        "is_available",
    )
    return {name: getattr(offer, name) for name in names} | {
        "amount": f"{offer.amount.normalize():f}".replace(".", ","),
        "price": format_rub(offer.price_kop).replace(".", ","),
        "stock": "" if offer.stock is None else f"{offer.stock.normalize():f}".replace(".", ","),
        "breaks": "\n".join(
            f"{one.from_items} — {format_rub(one.price_kop).replace('.', ',')}"
            for one in sorted(offer.breaks.all(), key=lambda one: one.from_items)
        ),
        "kind": f"{offer.category}/{offer.kind}" if offer.kind else offer.category,
    }


def _saved(request: PageRequest, form: OfferForm, price_list: PriceList, offer_id: int | None) -> bool:
    data = dict(form.cleaned_data)
    category, kind_key = split_kind(data.pop("kind"))
    upload = data.pop("photo")
    try:
        services.offer_save(
            actor=request.actor,
            organisation_id=price_list.organisation_id,
            price_list_id=price_list.pk,
            offer_id=offer_id,
            price_kop=data.pop("price"),
            amount=data.pop("amount") or Decimal(1),
            pack=data.pop("pack") or 1,
            min_packs=data.pop("min_packs") or 1,
            category=category,
            kind=kind_key,
            photo=(upload.name, upload.file) if upload else None,
            now=timezone.now(),
            **data,
        )
    except RuleViolation as violation:
        form.refuse(violation)
        return False
    return True


@page(OffersRight.LIST_EDIT)
@require_POST
def offer_archive(request: PageRequest, organisation_id: int, offer_id: int) -> HttpResponse:
    """Take an offer out of the list."""
    return _done(
        request, organisation_id, offer_id, services.offer_archive, _("The offer is in the archive.")
    )


@page(OffersRight.LIST_EDIT)
@require_POST
def offer_restore(request: PageRequest, organisation_id: int, offer_id: int) -> HttpResponse:
    """Offer it again."""
    return _done(request, organisation_id, offer_id, services.offer_restore, _("The offer is back."))


@page(OffersRight.LIST_EDIT)
@require_POST
def kind(request: PageRequest, organisation_id: int, offer_id: int) -> HttpResponse:
    """Say what an offer is; back to where it was asked."""
    category, kind_key = split_kind(request.POST.get("kind", "")[:90])
    return _done(
        request,
        organisation_id,
        offer_id,
        services.kind_answer,
        _("Remembered."),
        category=category,
        kind=kind_key,
    )


def _done(
    request: PageRequest, organisation_id: int, offer_id: int, deed: Any, text: str, **more: Any
) -> HttpResponse:
    try:
        row = deed(
            actor=request.actor,
            organisation_id=organisation_id,
            offer_id=offer_id,
            now=timezone.now(),
            **more,
        )
    except RuleViolation as violation:
        if violation.code == "offers.unknown_offer":
            raise Http404 from violation
        messages.error(request, text_of(violation))
        row = selectors.offer_row(organisation_id, offer_id)
    else:
        tell(request, text)
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("offers:list", organisation_id=organisation_id, price_list_id=row.price_list_id)
