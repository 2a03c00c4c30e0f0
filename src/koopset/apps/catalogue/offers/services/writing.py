"""Writing offers by thousands: which of a list each item is, what changes, prices as facts. Under a right that a service has asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, Q

from koopset.apps.catalogue import selectors as catalogue
from koopset.apps.catalogue.offers.formats.price_cells import key_of
from koopset.apps.catalogue.offers.formats.price_list import Item, Problem
from koopset.apps.catalogue.offers.models import Offer, PriceBreak, PriceFact, PriceList
from koopset.foundation.history.bulk import create_many
from koopset.foundation.tenants.guard import across_tenants
from koopset.kernel.quantity import Unit

CHUNK = 500
_FIELDS = (
    "key", "external_id", "article", "gtin", "name", "group", "category", "kind", "unit", "amount", "price_kop", "pack", "min_packs",
    "vat", "stock", "is_available", "note", "archived_at", "changed_at",
)  # fmt: skip


class Action(StrEnum):
    """What an item does to its list."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ARCHIVED = "archived"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Planned:
    """An item, what it does to the list, and the offer it renews."""

    item: Item
    action: Action
    offer: Offer | None = None
    problem: Problem | None = None

    @property
    def price_moves(self) -> bool:
        offer, item = self.offer, self.item
        return offer is None or (
            (item.price_kop is not None and offer.price_kop != item.price_kop)
            or breaks_of(offer) != item.breaks
            or offer.pack != item.pack
        )


def breaks_of(offer: Offer) -> tuple[tuple[int, int], ...]:
    """Breaks of an offer that was read with them, in order."""
    return tuple(sorted((row.from_items, row.price_kop) for row in offer.breaks.all()))


def plan(price_list: PriceList, items: Sequence[Item]) -> list[Planned]:
    """What the items do to the list; nothing is written. Four queries, whatever their number (a thousand at most)."""
    offers = _standing(price_list, items)
    by_key = {offer.key: offer for offer in offers}
    by_gtin: dict[str, list[Offer]] = {}
    by_name: dict[str, list[Offer]] = {}
    for row in offers:
        if row.gtin:
            by_gtin.setdefault(row.gtin, []).append(row)
        by_name.setdefault(_name_key(row.name, row.amount, row.unit), []).append(row)
    keys = {item.key for item in items}
    taken: set[int] = set()
    found: list[Planned] = []
    for item in items:
        offer = by_key.get(item.key)
        if offer is None or offer.pk in taken:
            alike = by_gtin.get(item.gtin, []) if item.gtin else []
            if not alike and item.name:
                alike = [
                    one
                    for one in by_name.get(_name_key(item.name, item.amount, item.unit), [])
                    # The same name under two articles is two goods.
                    if not (one.article and item.article and key_of(one.article) != key_of(item.article))
                ]
            free = [one for one in alike if one.pk not in taken and one.key not in keys]
            offer = free[0] if len(free) == 1 else None
        if offer is not None:
            taken.add(offer.pk)
        found.append(_planned(item, offer))
    return found


def _name_key(name: str, amount: Decimal, unit: str) -> str:
    return f"{key_of(name)}:{amount.normalize():f}{unit}"


def _standing(price_list: PriceList, items: Sequence[Item]) -> list[Offer]:
    keys = {item.key for item in items}
    names = {item.name for item in items if item.name}
    gtins = {item.gtin for item in items if item.gtin}
    rows = Offer.objects.filter(
        Q(key__in=keys) | Q(name__in=names) | Q(gtin__in=gtins),
        organisation_id=price_list.organisation_id,
        price_list=price_list,
    )
    return list(rows.order_by("pk").prefetch_related(Prefetch("breaks")))


def _planned(item: Item, offer: Offer | None) -> Planned:
    if item.is_archived:
        stands = offer is not None and offer.archived_at is None
        return Planned(item, Action.ARCHIVED if stands else Action.SAME, offer)
    if offer is None:
        if not item.name:
            return Planned(
                item,
                Action.FAILED,
                problem=Problem(item.line, "offers.unknown_good", {"id": item.external_id}),
            )
        if item.price_kop is None:
            return Planned(
                item,
                Action.FAILED,
                problem=Problem(item.line, "offers.no_price_yet", {"name": item.name[:80]}),
            )
        return Planned(item, Action.NEW)
    merged = _merged(item, offer)
    one = Planned(merged, Action.SAME, offer)
    same = (
        not one.price_moves
        and offer.archived_at is None
        and all(getattr(offer, name) == value for name, value in _values(merged).items())
    )
    return one if same else replace(one, action=Action.CHANGED)


def _merged(item: Item, offer: Offer) -> Item:
    """What an exchange file does not tell of a known good stays as it is."""
    if item.price_kop is not None and item.name:
        return item
    kept: dict[str, Any] = {}
    if item.price_kop is None:
        kept = {
            "price_kop": offer.price_kop,
            "breaks": breaks_of(offer),
            "pack": offer.pack,
            "min_packs": offer.min_packs,
            "stock": offer.stock,
            "is_available": offer.is_available,
        }
    if not item.name:
        kept |= {
            name: getattr(offer, name)
            for name in ("name", "article", "gtin", "group", "vat", "note", "amount")
        }
        kept["unit"] = Unit(offer.unit)
    return replace(item, **kept)


def _values(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "external_id": item.external_id,
        "article": item.article,
        "gtin": item.gtin,
        "name": item.name,
        "group": item.group,
        "unit": item.unit.value,
        "amount": item.amount,
        "price_kop": item.price_kop,
        "pack": item.pack,
        "min_packs": item.min_packs,
        "vat": item.vat,
        "stock": item.stock,
        "is_available": item.is_available,
        "note": item.note,
    }


def write(
    price_list: PriceList,
    items: Sequence[Item],
    *,
    import_id: int | None,
    login_id: int | None,
    now: datetime,
) -> tuple[Counter[str], list[Problem]]:
    """Write the items; how many did what, and what failed. The caller holds the list's lock and a transaction.

    Categories and kinds are recognised by the catalogue; what a person said of an offer stays.
    """
    done: Counter[str] = Counter()
    problems: list[Problem] = []
    for start in range(0, len(items), CHUNK):
        planned = plan(price_list, items[start : start + CHUNK])
        for one in planned:
            done[one.action.value] += 1
            if one.problem is not None:
                problems.append(one.problem)
        _write_new(price_list, [one for one in planned if one.action is Action.NEW], import_id, login_id, now)
        _write_changed(
            price_list, [one for one in planned if one.action is Action.CHANGED], import_id, login_id, now
        )
        archive(
            price_list,
            [one.offer for one in planned if one.action is Action.ARCHIVED and one.offer],
            import_id,
            now,
        )
        if import_id is not None:
            seen = [one.offer.pk for one in planned if one.action is Action.SAME and one.offer]
            Offer.objects.filter(organisation_id=price_list.organisation_id, pk__in=seen).update(
                seen_in=import_id
            )
    return done, problems


def _recognised(items: Sequence[Item], login_id: int | None) -> list[tuple[str, str]]:
    return [
        (one.category, one.kind)
        for one in catalogue.recognise([(item.name, item.gtin) for item in items], login_id=login_id)
    ]


def _write_new(
    price_list: PriceList,
    planned: Sequence[Planned],
    import_id: int | None,
    login_id: int | None,
    now: datetime,
) -> None:
    kinds = _recognised([one.item for one in planned], login_id)
    rows = create_many(
        [
            Offer(
                organisation_id=price_list.organisation_id,
                price_list=price_list,
                **_values(one.item),
                category=category[:40],
                kind=kind[:40],
                seen_in=import_id,
                changed_at=now,
            )
            for one, (category, kind) in zip(planned, kinds, strict=True)
        ]
    )
    _breaks_set(price_list, [(row, one.item.breaks) for row, one in zip(rows, planned, strict=True)], old=())
    facts_write(price_list, rows, [one.item.breaks for one in planned], import_id, now)


def _write_changed(
    price_list: PriceList,
    planned: Sequence[Planned],
    import_id: int | None,
    login_id: int | None,
    now: datetime,
) -> None:
    if not planned:
        return
    kinds = _recognised([one.item for one in planned], login_id)
    rows: list[Offer] = []
    told: list[Planned] = []
    for one, (category, kind) in zip(planned, kinds, strict=True):
        offer = one.offer
        assert offer is not None
        if one.price_moves or offer.archived_at is not None:
            told.append(one)
        if not offer.category:
            offer.category, offer.kind = category[:40], kind[:40]
        for name, value in _values(one.item).items():
            setattr(offer, name, value)
        offer.archived_at, offer.seen_in, offer.changed_at = None, import_id, now
        rows.append(offer)
    rows_update(rows)
    moved = [
        (one.offer, one.item.breaks)
        for one in planned
        if one.offer and breaks_of(one.offer) != one.item.breaks
    ]
    _breaks_set(price_list, moved, old=[offer.pk for offer, _breaks in moved])
    facts_write(
        price_list,
        [one.offer for one in told if one.offer],
        [one.item.breaks for one in told],
        import_id,
        now,
    )


def rows_update(rows: Sequence[Offer]) -> None:
    """Changed offers with a record of their history each, in two statements."""
    if not rows:
        return
    with across_tenants("rows that were read with their organisation and locked with their list"):
        Offer.objects.bulk_update(rows, [*_FIELDS, "seen_in"], batch_size=CHUNK)
    Offer.history.bulk_history_create(list(rows), update=True, batch_size=CHUNK)


def _breaks_set(
    price_list: PriceList, wanted: Sequence[tuple[Offer, tuple[tuple[int, int], ...]]], *, old: Sequence[int]
) -> None:
    if old:
        PriceBreak.objects.filter(organisation_id=price_list.organisation_id, offer_id__in=old).delete()
    PriceBreak.objects.bulk_create(
        [
            PriceBreak(
                organisation_id=price_list.organisation_id,
                offer_id=offer.pk,
                from_items=items,
                price_kop=price,
            )
            for offer, breaks in wanted
            for items, price in breaks
        ],
        batch_size=CHUNK,
    )


def facts_write(
    price_list: PriceList,
    offers: Sequence[Offer],
    breaks: Sequence[tuple[tuple[int, int], ...]],
    import_id: int | None,
    now: datetime,
    *,
    is_offered: bool = True,
) -> None:
    """What the offers cost from now on."""
    PriceFact.objects.bulk_create(
        [
            PriceFact(
                organisation_id=price_list.organisation_id,
                offer_id=offer.pk,
                at=now,
                price_kop=offer.price_kop,
                breaks=[list(pair) for pair in pairs],
                pack=offer.pack,
                is_offered=is_offered,
                import_id=import_id,
            )
            for offer, pairs in zip(offers, breaks, strict=True)
        ],
        batch_size=CHUNK,
    )


def archive(price_list: PriceList, offers: Sequence[Offer], import_id: int | None, now: datetime) -> int:
    """Take offers out of the list; they are kept, since needs and rounds point at them. How many."""
    gone = [offer for offer in offers if offer.archived_at is None]
    for offer in gone:
        offer.archived_at = offer.changed_at = now
    rows_update(gone)
    facts_write(price_list, gone, [() for _offer in gone], import_id, now, is_offered=False)
    return len(gone)


def archive_unseen(price_list: PriceList, import_id: int, now: datetime) -> int:
    """Archive what a whole list no longer has, part by part. Offers entered by hand were seen by no file and stay."""
    count = 0
    while True:
        rows = list(unseen(price_list, import_id)[:CHUNK])
        if not rows:
            return count
        count += archive(price_list, rows, import_id, now)


def unseen(price_list: PriceList, import_id: int) -> Any:
    """Offers of earlier files that this one does not have."""
    return (
        Offer.objects.filter(
            organisation_id=price_list.organisation_id,
            price_list=price_list,
            archived_at__isnull=True,
            seen_in__isnull=False,
        )
        .exclude(seen_in=import_id)
        .order_by("pk")
    )
