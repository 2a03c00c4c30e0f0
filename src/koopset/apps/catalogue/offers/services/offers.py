"""Single offers: entered by hand, archived, named; many at once from a program."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from koopset.apps.catalogue import selectors as catalogue
from koopset.apps.catalogue import services as catalogue_services
from koopset.apps.catalogue.offers.formats.price_cells import clean_text, gtin_of
from koopset.apps.catalogue.offers.formats.price_list import Item
from koopset.apps.catalogue.offers.models import Offer, PriceBreak, PriceList
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.apps.catalogue.offers.rules.prices import MOST_ITEMS, breaks_checked
from koopset.apps.catalogue.offers.services.lists import list_locked
from koopset.apps.catalogue.offers.services.writing import archive, breaks_of, facts_write, write
from koopset.foundation.files import file_store
from koopset.foundation.rights.actors import Actor, Forbidden
from koopset.foundation.rights.service import service
from koopset.kernel.money import MAX_KOP
from koopset.kernel.quantity import Unit
from koopset.kernel.violations import RuleViolation

PHOTO_KIND = "offers.photo"
PHOTO_BYTES = 8 * 1024 * 1024
MOST_AT_ONCE = 1_000
VATS = ("", "none", "0", "5", "7", "10", "20", "22")


@service(OffersRight.LIST_EDIT)
def offer_save(
    *,
    actor: Actor,
    organisation_id: int,
    price_list_id: int,
    offer_id: int | None = None,
    name: str,
    price_kop: int,
    unit: str = "pcs",
    amount: Decimal = Decimal(1),
    pack: int = 1,
    min_packs: int = 1,
    breaks: Sequence[tuple[int, int]] = (),
    article: str = "",
    gtin: str = "",
    vat: str = "",
    stock: Decimal | None = None,
    is_available: bool = True,
    category: str = "",
    kind: str = "",
    season_from: int | None = None,
    season_to: int | None = None,
    note: str = "",
    photo: tuple[str, BinaryIO | bytes] | None = None,
    now: datetime,
) -> Offer:
    """A new offer by hand, or another word for one that stands. A price that changes leaves a fact.

    Raises offers.unknown_list, offers.unknown_offer, offers.no_name, offers.bad_price, offers.bad_numbers, offers.bad_unit,
    offers.bad_gtin_typed, offers.bad_vat, offers.bad_season, offers.unknown_kind, offers.taken_twice, offers.bad_break and others of
    breaks, offers.not_a_photo, files.*.
    """
    price_list = list_locked(organisation_id, price_list_id)
    row = None
    if offer_id is not None:
        row = _offer(price_list, offer_id)
    item = _checked_item(
        external_id=row.external_id if row else "",
        name=name,
        price_kop=price_kop,
        unit=unit,
        amount=amount,
        pack=pack,
        min_packs=min_packs,
        breaks=breaks,
        article=article,
        gtin=gtin,
        vat=vat,
        stock=stock,
        is_available=is_available,
        note=note,
    )
    _check_kind(category, kind)
    if (season_from is None) != (season_to is None) or not all(
        1 <= month <= 12 for month in (season_from, season_to) if month is not None
    ):
        raise RuleViolation("offers.bad_season", field="season_from")
    others = Offer.objects.filter(organisation_id=organisation_id, price_list=price_list, key=item.key)
    if (others if row is None else others.exclude(pk=row.pk)).exists():
        raise RuleViolation("offers.taken_twice", field="name")
    before = (row.price_kop, breaks_of(row), row.pack) if row else None
    row = row or Offer(organisation_id=organisation_id, price_list=price_list)
    if not category:
        known = catalogue.recognise([(item.name, item.gtin)], login_id=actor.login_id)[0]
        category, kind = known.category, known.kind
    for field, value in {
        "key": item.key,
        "article": item.article,
        "gtin": item.gtin,
        "name": item.name,
        "unit": item.unit.value,
        "amount": item.amount,
        "price_kop": item.price_kop,
        "pack": item.pack,
        "min_packs": item.min_packs,
        "vat": item.vat,
        "stock": item.stock,
        "is_available": item.is_available,
        "note": item.note,
        "category": category[:40],
        "kind": kind[:40],
        "season_from": season_from,
        "season_to": season_to,
        "changed_at": now,
    }.items():
        setattr(row, field, value)
    if photo is not None:
        row.photo = file_store(
            organisation_id=organisation_id,
            name=photo[0],
            content=photo[1],
            kind=PHOTO_KIND,
            actor=actor,
            now=now,
            max_bytes=PHOTO_BYTES,
        )
        if row.photo.media_type not in ("image/jpeg", "image/png", "image/webp"):
            raise RuleViolation("offers.not_a_photo", field="photo")
    row.save()
    if before is None or before[1] != item.breaks:
        PriceBreak.objects.filter(organisation_id=organisation_id, offer=row).delete()
        PriceBreak.objects.bulk_create(
            PriceBreak(organisation_id=organisation_id, offer=row, from_items=items, price_kop=price)
            for items, price in item.breaks
        )
    if before != (row.price_kop, item.breaks, row.pack):
        facts_write(price_list, [row], [item.breaks], None, now)
    return row


@service(OffersRight.LIST_EDIT)
def offer_archive(*, actor: Actor, organisation_id: int, offer_id: int, now: datetime) -> Offer:
    """Take one offer out of its list; again it changes nothing. Raises offers.unknown_offer."""
    price_list, row = _offer_of(organisation_id, offer_id)
    archive(price_list, [row], None, now)
    return row


@service(OffersRight.LIST_EDIT)
def offer_restore(*, actor: Actor, organisation_id: int, offer_id: int, now: datetime) -> Offer:
    """Offer again what was archived, at its last price; again it changes nothing. Raises offers.unknown_offer."""
    price_list, row = _offer_of(organisation_id, offer_id)
    if row.archived_at is not None:
        row.archived_at, row.changed_at = None, now
        row.save()
        facts_write(price_list, [row], [breaks_of(row)], None, now)
    return row


@service(OffersRight.LIST_EDIT)
def kind_answer(
    *, actor: Actor, organisation_id: int, offer_id: int, category: str, kind: str = "", now: datetime
) -> Offer:
    """Say what an offer is where the catalogue did not know. The catalogue learns the name from it too, as from any person.

    Raises offers.unknown_offer, offers.unknown_kind.
    """
    _price_list, row = _offer_of(organisation_id, offer_id)
    if not category:
        raise RuleViolation("offers.unknown_kind", field="category")
    _check_kind(category, kind)
    row.category, row.kind, row.changed_at = category[:40], kind[:40], now
    row.save()
    if actor.login_id is not None and actor.login_id > 0 and catalogue.key_of(row.name):
        with suppress(
            RuleViolation, Forbidden
        ):  # what the catalogue does not learn is still so of this offer
            catalogue_services.name_answer(actor=actor, name=row.name, category=category, kind=kind, now=now)
    return row


@service(OffersRight.LIST_EDIT)
def offers_upsert(
    *, actor: Actor, organisation_id: int, price_list_id: int, rows: Sequence[dict[str, Any]], now: datetime
) -> list[int]:
    """Enter or renew offers from a program, by external_id, article, GTIN or name; their keys in the order of the rows. All or none.

    Each row has the fields of `offer_save` that a file may tell, and external_id. Raises offers.unknown_list, offers.too_many_at_once,
    offers.taken_twice (two rows are one offer), and what `offer_save` raises, with the number of the row as its line (from 1).
    """
    if len(rows) > MOST_AT_ONCE:
        raise RuleViolation("offers.too_many_at_once", most=MOST_AT_ONCE)
    price_list = list_locked(organisation_id, price_list_id)
    items: list[Item] = []
    keys: set[str] = set()
    for number, row in enumerate(rows, start=1):
        try:
            item = _checked_item(**row)
        except RuleViolation as refusal:
            refusal.line = number
            raise
        if item.key in keys:
            raise RuleViolation("offers.taken_twice", line=number, field="name")
        keys.add(item.key)
        items.append(item)
    write(price_list, items, import_id=None, login_id=actor.login_id, now=now)
    known = dict(
        Offer.objects.filter(
            organisation_id=organisation_id, price_list=price_list, key__in=keys
        ).values_list("key", "pk")
    )
    return [known[item.key] for item in items]


def _offer(price_list: PriceList, offer_id: int) -> Offer:
    row = Offer.objects.filter(
        organisation_id=price_list.organisation_id, price_list=price_list, pk=offer_id
    ).first()
    if row is None:
        raise RuleViolation("offers.unknown_offer")
    return row


def _offer_of(organisation_id: int, offer_id: int) -> tuple[PriceList, Offer]:
    """An offer under the lock of its list: prices are changed by one at a time."""
    key = (
        Offer.objects.filter(organisation_id=organisation_id, pk=offer_id)
        .values_list("price_list_id", flat=True)
        .first()
    )
    if key is None:
        raise RuleViolation("offers.unknown_offer")
    price_list = list_locked(organisation_id, key)
    return price_list, _offer(price_list, offer_id)


def _check_kind(category: str, kind: str) -> None:
    known = catalogue.kinds().get(kind) if kind else None
    if (category and category not in catalogue.categories()) or (
        kind and (known is None or known.category != category)
    ):
        raise RuleViolation("offers.unknown_kind", field="category")


def _checked_item(
    *,
    name: str,
    price_kop: int,
    unit: str = "pcs",
    amount: Decimal = Decimal(1),
    pack: int = 1,
    min_packs: int = 1,
    breaks: Sequence[tuple[int, int]] = (),
    external_id: str = "",
    article: str = "",
    gtin: str = "",
    group: str = "",
    vat: str = "",
    stock: Decimal | None = None,
    is_available: bool = True,
    note: str = "",
) -> Item:
    clean = clean_text(name)
    if not clean:
        raise RuleViolation("offers.no_name", field="name")
    if not 0 < price_kop <= MAX_KOP:
        raise RuleViolation("offers.bad_price", field="price")
    if unit not in [one.value for one in Offer.UNITS]:
        raise RuleViolation("offers.bad_unit", field="unit")
    if not 0 < amount <= 1_000_000 or amount != amount.quantize(Decimal("0.000001")):
        raise RuleViolation("offers.bad_numbers", field="amount")
    for field, number in (("pack", pack), ("min_packs", min_packs)):
        if not 1 <= number <= MOST_ITEMS:
            raise RuleViolation("offers.bad_numbers", field=field)
    if stock is not None and not 0 <= stock < 10**12:
        raise RuleViolation("offers.bad_numbers", field="stock")
    code, is_code = gtin_of(gtin)
    if not is_code:
        raise RuleViolation("offers.bad_gtin_typed", field="gtin")
    if vat not in VATS:
        raise RuleViolation("offers.bad_vat", field="vat")
    return Item(
        line=0,
        name=clean,
        price_kop=price_kop,
        article=clean_text(article, 64),
        gtin=code,
        external_id=clean_text(external_id, 100),
        group=clean_text(group, 160),
        unit=Unit(unit),
        amount=amount.normalize() + 0,
        breaks=breaks_checked(price_kop, [(int(items), int(price)) for items, price in breaks]),
        pack=pack,
        min_packs=min_packs,
        vat=vat,
        stock=None if stock is None else stock.quantize(Decimal("0.001")),
        is_available=is_available,
        note=clean_text(note, 500),
    )
