"""Price lists of the office: all of them, one with its offers, its card, its table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from koopset.apps.catalogue import selectors as catalogue
from koopset.apps.catalogue.offers import selectors, services
from koopset.apps.catalogue.offers.formats.price_cells import inert
from koopset.apps.catalogue.offers.forms import ListForm, kind_choices, title_of, unit_name
from koopset.apps.catalogue.offers.models import PriceList
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.apps.places.selectors import territory_choices
from koopset.foundation.files.spreadsheets import Column, Sheet, write_xlsx
from koopset.foundation.refusals import text_of
from koopset.foundation.rights.pages import PageRequest, page
from koopset.foundation.ui.toasts import tell
from koopset.kernel.money import format_rub
from koopset.kernel.violations import RuleViolation

ON_PAGE = 50


@page(OffersRight.LIST_VIEW)
def lists(request: PageRequest, organisation_id: int) -> HttpResponse:
    """All price lists of the body."""
    context = {
        "lists": selectors.list_rows(request.actor, organisation_id),
        "organisation_id": organisation_id,
        "may_edit": request.actor.can(OffersRight.LIST_EDIT, organisation_id),
    }
    return render(request, "offers/lists.html", context)


@page(OffersRight.LIST_EDIT)
def list_new(request: PageRequest, organisation_id: int) -> HttpResponse:
    """Begin a list: whose prices, where they are delivered."""
    form = ListForm(
        request.POST or None,
        places=territory_choices(),
        initial={"valid_from": timezone.localdate().strftime("%d.%m.%Y"), "is_public": True},
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            row = services.price_list_add(
                actor=request.actor,
                organisation_id=organisation_id,
                territory_ids=data.pop("territories"),
                now=timezone.now(),
                **data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            return redirect("offers:bring", organisation_id=organisation_id, price_list_id=row.pk)
    return render(request, "offers/list_form.html", {"form": form, "organisation_id": organisation_id})


@page(OffersRight.LIST_EDIT)
def list_edit(request: PageRequest, organisation_id: int, price_list_id: int) -> HttpResponse:
    """The card of a list."""
    row = _list(request, organisation_id, price_list_id)
    names = (
        "supplier_name", "supplier_inn", "title", "phone", "email", "site", "delivery", "is_own", "is_public",
    )  # fmt: skip
    form = ListForm(
        request.POST or None,
        places=territory_choices(),
        initial={name: getattr(row, name) for name in names}
        | {
            "valid_from": row.valid_from.strftime("%d.%m.%Y"),
            "valid_to": row.valid_to.strftime("%d.%m.%Y") if row.valid_to else "",
            "territories": selectors.place_ids(organisation_id, row.pk),
        },
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            services.price_list_edit(
                actor=request.actor,
                organisation_id=organisation_id,
                price_list_id=row.pk,
                territory_ids=data.pop("territories"),
                now=timezone.now(),
                **data,
            )
        except RuleViolation as violation:
            form.refuse(violation)
        else:
            tell(request, _("Saved."))
            return redirect("offers:list", organisation_id=organisation_id, price_list_id=row.pk)
    context = {"form": form, "organisation_id": organisation_id, "price_list": row}
    return render(request, "offers/list_form.html", context)


@page(OffersRight.LIST_VIEW)
def price_list(request: PageRequest, organisation_id: int, price_list_id: int) -> HttpResponse:
    """One list with its offers; search and filters stand in the address."""
    row = _list(request, organisation_id, price_list_id)
    asked = {name: request.GET.get(name, "")[:60] for name in ("q", "category", "shown")}
    rows = selectors.offers_of_list(organisation_id, row.pk, **asked)
    pages = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    categories = catalogue.categories()
    context = {
        "price_list": row,
        "organisation_id": organisation_id,
        "page": pages,
        "rows": [_offer_line(offer, categories) for offer in pages],
        "categories": [
            (key, title_of(info), key == asked["category"])
            for key, info in categories.items()
            if info.is_need
        ],
        "active": sum(bool(asked[name]) for name in ("category", "shown")),
        "places": selectors.places_of(organisation_id, [row.pk]).get(row.pk, []),
        "imports": selectors.imports_of(organisation_id, row.pk)[:5],
        "unknown": selectors.unknown_count(organisation_id, row.pk),
        "kind_choices": kind_choices() if asked["shown"] == "unknown" else [],
        "may_edit": request.actor.can(OffersRight.LIST_EDIT, organisation_id),
        **{f"asked_{name}": value for name, value in asked.items()},
    }
    return render(request, "offers/list.html", context)


def _offer_line(offer: Any, categories: Any) -> dict[str, Any]:
    info = categories.get(offer.category)
    return {
        "offer": offer,
        "amount": offer.amount.normalize(),
        "unit": unit_name(offer.unit),
        "breaks": [(one.from_items, one.price_kop) for one in offer.breaks.all()],
        "category": title_of(info) if info else "",
    }


@page(OffersRight.LIST_EDIT)
@require_POST
def publish(request: PageRequest, organisation_id: int, price_list_id: int) -> HttpResponse:
    """Show the list to neighbours."""
    try:
        services.price_list_publish(
            actor=request.actor,
            organisation_id=organisation_id,
            price_list_id=price_list_id,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        _tell_refusal(request, violation)
    else:
        tell(request, _("The list is published."))
    return redirect("offers:list", organisation_id=organisation_id, price_list_id=price_list_id)


@page(OffersRight.LIST_EDIT)
@require_POST
def withdraw(request: PageRequest, organisation_id: int, price_list_id: int) -> HttpResponse:
    """Take it back."""
    try:
        services.price_list_withdraw(
            actor=request.actor,
            organisation_id=organisation_id,
            price_list_id=price_list_id,
            now=timezone.now(),
        )
    except RuleViolation as violation:
        _tell_refusal(request, violation)
    else:
        tell(request, _("The list is a draft again."))
    return redirect("offers:list", organisation_id=organisation_id, price_list_id=price_list_id)


@page(OffersRight.LIST_VIEW)
def export(request: PageRequest, organisation_id: int, price_list_id: int) -> FileResponse:
    """The standing offers as a table that may be brought back."""
    row = _list(request, organisation_id, price_list_id)
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115
    columns = [
        Column(_("Article"), width=14),
        Column(_("Name"), width=50),
        Column(_("Group"), width=24),
        Column(_("Unit of measure"), width=12),
        Column(_("Price, roubles"), kind="money", width=14),
        Column(_("Items in a pack"), kind="number", width=12),
        Column(_("Minimum order"), kind="number", width=12),
        Column(_("VAT"), width=10),
        Column(_("Stock"), kind="number", width=12),
        Column(_("Barcode"), width=16),
        Column(_("Remark"), width=40),
        Column(_("Discounts by quantity"), width=30),
    ]

    def rows() -> Iterator[list[object]]:
        for offer in selectors.export_rows(organisation_id, row.pk):
            amount = offer.amount.normalize()
            yield [
                inert(offer.article),
                inert(offer.name),
                inert(offer.group),
                f"{amount:f} {unit_name(offer.unit)}",
                offer.price_kop,
                offer.pack,
                offer.min_packs * offer.pack,
                offer.vat if offer.vat != "none" else _("without VAT"),
                offer.stock,
                offer.gtin,
                inert(offer.note),
                "; ".join(f"{one.from_items} — {format_rub(one.price_kop)}" for one in offer.breaks.all()),
            ]

    write_xlsx(target, [Sheet(_("Prices"), columns, rows())])
    target.seek(0)
    name = _("Prices %(name)s") % {"name": row.supplier_name} + ".xlsx"
    response = FileResponse(
        target, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = content_disposition_header(
        True, name.replace("/", "_").replace('"', "'")
    )
    return response


def _list(request: PageRequest, organisation_id: int, price_list_id: int) -> PriceList:
    row = selectors.list_of_office(request.actor, organisation_id, price_list_id)
    if row is None:
        raise Http404
    return row


def _tell_refusal(request: PageRequest, violation: RuleViolation) -> None:
    if violation.code in ("offers.unknown_list", "offers.unknown_offer"):
        raise Http404
    messages.error(request, text_of(violation))
