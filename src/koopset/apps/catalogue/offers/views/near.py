"""«Предложения рядом»: what suppliers offer where a person is, for whoever is signed in."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from koopset.apps.catalogue import selectors as catalogue
from koopset.apps.catalogue.offers import selectors
from koopset.apps.catalogue.offers.forms import title_of, unit_name
from koopset.apps.places.selectors import location_of, territory_choices
from koopset.foundation.rights.pages import Gate, PageRequest, page

ON_PAGE = 30


@page(Gate.SIGNED_IN)
def near(request: PageRequest) -> HttpResponse:
    """Offers of a district or a settlement; the place of one's own organisation is chosen at first."""
    places = territory_choices()
    chosen = _chosen(request, {key for key, _name in places})
    q = request.GET.get("q", "")[:60]
    categories = {key: info for key, info in catalogue.categories().items() if info.is_need}
    category = request.GET.get("category", "")[:40]
    category = category if category in categories else ""
    found = (
        selectors.offers_near(
            [chosen], categories=[category] if category else [], on=timezone.localdate(), q=q
        )
        if chosen
        else []
    )
    pages = Paginator(found, ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "places": [(key, name, key == chosen) for key, name in places],
        "chosen": chosen,
        "categories": [(key, title_of(info), key == category) for key, info in categories.items()],
        "active": bool(category),
        "sought": bool(q or category),
        "page": pages,
        "rows": [(one, unit_name(one.unit), f"{one.amount:f}".replace(".", ",")) for one in pages],
        "total": len(found),
    }
    return render(request, "offers/near.html", context)


def _chosen(request: PageRequest, known: set[int]) -> int | None:
    asked = request.GET.get("place", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked) in known:
        return int(asked)
    for organisation_id in sorted(request.actor.organisation_ids):
        row = location_of(organisation_id)
        if row is not None and row.territory_id in known:
            return row.territory_id
    return None


@page(Gate.SIGNED_IN)
def near_offer(request: PageRequest, offer_id: int) -> HttpResponse:
    """One offer with its supplier and terms."""
    found = selectors.offer(offer_id)
    row = selectors.public_list(found.price_list_id) if found is not None else None
    if found is None or row is None:
        raise Http404
    info = catalogue.categories().get(found.category)
    context = {
        "offer": found,
        "price_list": row,
        "unit": unit_name(found.unit),
        "amount": f"{found.amount:f}".replace(".", ","),
        "category": title_of(info) if info else "",
        "places": selectors.places_of(row.organisation_id, [row.pk]).get(row.pk, []),
    }
    return render(request, "offers/near_offer.html", context)
