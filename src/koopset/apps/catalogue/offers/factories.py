"""Price lists and offers for tests of this room and of the rooms above."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from koopset.apps.catalogue.offers.models import Offer, PriceBreak, PriceList, PriceListPlace
from koopset.kernel.names import fold

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def make_price_list(
    organisation_id: int, *, territory_ids: Sequence[int] = (), published: bool = True, **fields: Any
) -> PriceList:
    """A list of a supplier, published unless said otherwise, served in the territories."""
    values: dict[str, Any] = {
        "supplier_name": "Пасека Лужки",
        "state": PriceList.State.PUBLISHED if published else PriceList.State.DRAFT,
        "published_at": NOW if published else None,
        "valid_from": date(2026, 1, 1),
        "created_at": NOW,
        **fields,
    }
    values.setdefault("supplier_key", fold(values["supplier_name"]))
    row = PriceList.objects.create(organisation_id=organisation_id, **values)
    for territory_id in territory_ids:
        PriceListPlace.objects.create(
            organisation_id=organisation_id, price_list=row, territory_id=territory_id
        )
    return row


def make_offer(price_list: PriceList, *, breaks: Sequence[tuple[int, int]] = (), **fields: Any) -> Offer:
    """An offer: a jar of honey of half a kilogram for 450 roubles, by six in a box, unless said otherwise."""
    values: dict[str, Any] = {
        "name": "Мёд липовый 0,5 кг",
        "category": "сахар_кондитерские",
        "kind": "мёд",
        "unit": "kg",
        "amount": Decimal("0.5"),
        "price_kop": 45_000,
        "pack": 6,
        "changed_at": NOW,
        **fields,
    }
    values.setdefault("key", f"n:{fold(values['name'])}")
    row = Offer.objects.create(organisation_id=price_list.organisation_id, price_list=price_list, **values)
    for items, price in breaks:
        PriceBreak.objects.create(
            organisation_id=price_list.organisation_id, offer=row, from_items=items, price_kop=price
        )
    return row
