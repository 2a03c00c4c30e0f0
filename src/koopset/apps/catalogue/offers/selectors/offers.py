"""Offers for the rooms above: of one body, near a place, one by its key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q

from koopset.apps.catalogue.offers.models import Offer, PriceBreak, PriceList
from koopset.apps.catalogue.offers.rules.prices import in_season, price_for
from koopset.apps.places.selectors import territories_touching
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.quantity import Unit

#: What one answer holds at most; a caller that needs more narrows what it asks for.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class OfferInfo:
    """An offer as the rooms above see it. One item is `amount` of `unit`; a pack holds `pack` items; `min_packs` is the least order.

    `price_kop` is for one item; `breaks` are pairs (from items, kopecks for one item) in the order of their thresholds.
    """

    id: int
    organisation_id: int
    price_list_id: int
    supplier_name: str
    name: str
    category: str
    kind: str
    unit: Unit
    amount: Decimal
    pack: int
    min_packs: int
    price_kop: int
    breaks: tuple[tuple[int, int], ...]
    article: str = ""
    gtin: str = ""
    vat: str = ""
    stock: Decimal | None = None
    is_offered: bool = True
    photo_id: int | None = None

    def price_for(self, items: int) -> int:
        """Kopecks for one item when `items` are bought together."""
        return price_for(self.price_kop, self.breaks, items)


def offer(offer_id: int) -> OfferInfo | None:
    """One offer by its key, archived ones too (`is_offered` says so); None where there is none or its list is no longer published.

    Drafts are not given: what is not published is nobody's outside the office.
    """
    with across_tenants("a published offer is seen by whoever is signed in"):
        row = (
            _rows()
            .filter(pk=offer_id, price_list__state__in=(PriceList.State.PUBLISHED, PriceList.State.REPLACED))
            .first()
        )
        return None if row is None else _info(row)


def offers_by_ids(offer_ids: Iterable[int]) -> dict[int, OfferInfo]:
    """The same for many at once."""
    with across_tenants("a published offer is seen by whoever is signed in"):
        rows = _rows().filter(
            pk__in=sorted(set(offer_ids))[:MOST],
            price_list__state__in=(PriceList.State.PUBLISHED, PriceList.State.REPLACED),
        )
        return {row.pk: _info(row) for row in rows}


def offers_for(
    organisation_id: int,
    *,
    on: date,
    price_list_id: int | None = None,
    kinds: Collection[str] = (),
    categories: Collection[str] = (),
    q: str = "",
    limit: int = MOST,
) -> list[OfferInfo]:
    """What may be ordered on a day from the published lists of one body, by name. Drafts, archived and out of season are left out."""
    rows = _rows().filter(_offered(on), organisation_id=organisation_id)
    if price_list_id is not None:
        rows = rows.filter(price_list_id=price_list_id)
    return _listed(_narrowed(rows, kinds, categories, q), on, limit)


def offers_near(
    territory_ids: Iterable[int],
    *,
    kinds: Collection[str] = (),
    categories: Collection[str] = (),
    on: date,
    q: str = "",
    limit: int = MOST,
) -> list[OfferInfo]:
    """What may be ordered on a day where suppliers serve one of the territories: the place itself, what lies around it or in it.

    Published lists that are open to neighbours only, of every body; by name. At most `limit`.
    """
    served = territories_touching(territory_ids)
    if not served:
        return []
    with across_tenants("published lists that are open to neighbours are seen by whoever is signed in"):
        lists = PriceList.objects.filter(places__territory_id__in=served).values("pk")
        rows = _rows().filter(_offered(on), price_list__is_public=True, price_list__in=lists)
        return _listed(_narrowed(rows, kinds, categories, q), on, limit)


def _rows() -> Any:
    return Offer.objects.select_related("price_list").prefetch_related(
        Prefetch("breaks", PriceBreak.objects.order_by("from_items"))
    )


def _offered(on: date) -> Q:
    in_force = Q(price_list__valid_to__isnull=True) | Q(price_list__valid_to__gte=on)
    return (
        Q(archived_at__isnull=True, is_available=True, price_list__state=PriceList.State.PUBLISHED)
        & Q(price_list__valid_from__lte=on)
        & in_force
    )


def _narrowed(rows: Any, kinds: Collection[str], categories: Collection[str], q: str) -> Any:
    if kinds or categories:
        rows = rows.filter(Q(kind__in=list(kinds)) | Q(category__in=list(categories)))
    text = " ".join(q.split())[:100]
    if text:
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(article__iexact=text)
            | Q(gtin=text)
            | Q(price_list__supplier_name__icontains=text)
        )
    return rows


def _listed(rows: Any, on: date, limit: int) -> list[OfferInfo]:
    kept = rows.order_by("name", "pk")[: max(0, min(limit, MOST))]
    return [_info(row) for row in kept if in_season(row.season_from, row.season_to, on.month)]


def _info(row: Offer) -> OfferInfo:
    breaks: Sequence[PriceBreak] = list(row.breaks.all())
    return OfferInfo(
        id=row.pk,
        organisation_id=row.organisation_id,
        price_list_id=row.price_list_id,
        supplier_name=row.price_list.supplier_name,
        name=row.name,
        category=row.category,
        kind=row.kind,
        unit=Unit(row.unit),
        amount=row.amount.normalize() if row.amount % 1 else row.amount.quantize(Decimal(1)),
        pack=row.pack,
        min_packs=row.min_packs,
        price_kop=row.price_kop,
        breaks=tuple((part.from_items, part.price_kop) for part in breaks),
        article=row.article,
        gtin=row.gtin,
        vat=row.vat,
        stock=row.stock,
        is_offered=row.archived_at is None
        and row.is_available
        and row.price_list.state == PriceList.State.PUBLISHED,
        photo_id=row.photo_id,
    )
