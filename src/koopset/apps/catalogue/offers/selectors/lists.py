"""Price lists, their offers and files for the pages of the office; a published list for whoever is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from koopset.apps.catalogue.offers.models import (
    ListImport,
    Offer,
    PriceBreak,
    PriceFact,
    PriceList,
    PriceListPlace,
)
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.apps.places.selectors import settlement_names
from koopset.foundation.rights.actors import Actor
from koopset.foundation.tenants.guard import across_tenants

MOST_FACTS = 50


@dataclass(frozen=True, slots=True)
class ListRow:
    """A price list in the list of lists: how many offers it has, how many nobody knows the kind of."""

    id: int
    title: str
    supplier_name: str
    state: str
    state_name: str
    is_own: bool
    is_public: bool
    valid_from: date
    valid_to: date | None
    offers: int
    unknown: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriceAt:
    """What an offer cost since a moment."""

    at: datetime
    price_kop: int
    breaks: tuple[tuple[int, int], ...]
    pack: int
    is_offered: bool


def list_rows(actor: Actor, organisation_id: int) -> list[ListRow]:
    """All lists of a body, the published first. Raises Forbidden."""
    actor.require(OffersRight.LIST_VIEW, organisation_id)
    standing = Q(offers__archived_at__isnull=True)
    rows = list(
        PriceList.objects.filter(organisation_id=organisation_id).annotate(
            offer_count=Count("offers", filter=standing),
            unknown_count=Count("offers", filter=standing & Q(offers__category="")),
        )
    )
    order = {PriceList.State.PUBLISHED: 0, PriceList.State.DRAFT: 1, PriceList.State.REPLACED: 2}
    rows.sort(key=lambda row: (order[PriceList.State(row.state)], row.supplier_key, -row.pk))
    names = places_of(organisation_id, [row.pk for row in rows])
    return [
        ListRow(
            id=row.pk,
            title=row.title,
            supplier_name=row.supplier_name,
            state=row.state,
            state_name=str(row.get_state_display()),
            is_own=row.is_own,
            is_public=row.is_public,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            offers=row.offer_count,
            unknown=row.unknown_count,
            places=tuple(names.get(row.pk, ())),
        )
        for row in rows
    ]


def places_of(organisation_id: int, list_ids: list[int]) -> dict[int, list[str]]:
    """Names of the places that lists serve."""
    pairs = list(
        PriceListPlace.objects.filter(
            organisation_id=organisation_id, price_list_id__in=list_ids
        ).values_list("price_list_id", "territory_id")
    )
    names = settlement_names({territory for _key, territory in pairs})
    found: dict[int, list[str]] = {}
    for key, territory in pairs:
        found.setdefault(key, []).append(names[territory])
    return {key: sorted(values) for key, values in found.items()}


def place_ids(organisation_id: int, price_list_id: int) -> list[int]:
    """Keys of the places that a list serves."""
    return list(
        PriceListPlace.objects.filter(organisation_id=organisation_id, price_list_id=price_list_id)
        .order_by("territory_id")
        .values_list("territory_id", flat=True)
    )


def list_of_office(actor: Actor, organisation_id: int, price_list_id: int) -> PriceList | None:
    """One list for the office, drafts too; None where there is none. Raises Forbidden."""
    actor.require(OffersRight.LIST_VIEW, organisation_id)
    return PriceList.objects.filter(organisation_id=organisation_id, pk=price_list_id).first()


def offers_of_list(
    organisation_id: int, price_list_id: int, *, q: str = "", category: str = "", shown: str = ""
) -> QuerySet[Offer]:
    """Offers of one list by name, to be cut into pages. `shown`: "" those that stand, "unknown" without a category, "archived"."""
    rows = Offer.objects.filter(organisation_id=organisation_id, price_list_id=price_list_id)
    rows = rows.filter(archived_at__isnull=shown != "archived")
    if shown == "unknown":
        rows = rows.filter(category="")
    if category:
        rows = rows.filter(category=category)
    text = " ".join(q.split())[:100]
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(article__icontains=text) | Q(gtin=text) | Q(group__icontains=text)
        )
    return rows.order_by("name", "pk").prefetch_related(
        Prefetch("breaks", PriceBreak.objects.filter(organisation_id=organisation_id).order_by("from_items"))
    )


def offer_row(organisation_id: int, offer_id: int) -> Offer | None:
    """One offer of a body with its list."""
    return (
        Offer.objects.filter(organisation_id=organisation_id, pk=offer_id)
        .select_related("price_list", "photo")
        .prefetch_related("breaks")
        .first()
    )


def export_rows(organisation_id: int, price_list_id: int) -> Iterator[Offer]:
    """All standing offers of a list, streamed, with their breaks."""
    yield from offers_of_list(organisation_id, price_list_id).iterator(chunk_size=1_000)


def prices_of(organisation_id: int, offer_id: int) -> list[PriceAt]:
    """What the offer cost, the latest first."""
    rows = PriceFact.objects.filter(organisation_id=organisation_id, offer_id=offer_id).order_by("-at", "-pk")
    return [
        PriceAt(
            row.at,
            row.price_kop,
            tuple((items, price) for items, price in row.breaks),
            row.pack,
            row.is_offered,
        )
        for row in rows[:MOST_FACTS]
    ]


def imports_of(organisation_id: int, price_list_id: int) -> list[ListImport]:
    """The latest files of a list."""
    return list(
        ListImport.objects.filter(organisation_id=organisation_id, price_list_id=price_list_id)
        .select_related("file")
        .order_by("-created_at", "-pk")[:20]
    )


def import_row(organisation_id: int, import_id: int) -> ListImport | None:
    """One file with its list."""
    return (
        ListImport.objects.select_related("file", "failed_file", "price_list")
        .filter(organisation_id=organisation_id, pk=import_id)
        .first()
    )


def public_list(price_list_id: int) -> PriceList | None:
    """A published list that is open to neighbours, of any body; None otherwise."""
    with across_tenants("a published list is seen by whoever is signed in"):
        return PriceList.objects.filter(
            pk=price_list_id, state=PriceList.State.PUBLISHED, is_public=True
        ).first()


def photo_is_public(organisation_id: int, file_id: int) -> bool:
    """Whether a picture is shown with an offer of a published list that is open to neighbours."""
    return Offer.objects.filter(
        organisation_id=organisation_id,
        photo_id=file_id,
        price_list__state=PriceList.State.PUBLISHED,
        price_list__is_public=True,
    ).exists()


def unknown_count(organisation_id: int, price_list_id: int) -> int:
    """Standing offers of which nobody knows what they are."""
    rows: Any = Offer.objects.filter(
        organisation_id=organisation_id, price_list_id=price_list_id, archived_at__isnull=True, category=""
    )
    return int(rows.count())
