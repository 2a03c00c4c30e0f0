"""Price lists: whose they are, where they hold, when neighbours see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone

from koopset.apps.catalogue.offers.formats.price_cells import clean_text
from koopset.apps.catalogue.offers.models import Offer, PriceList, PriceListPlace
from koopset.apps.catalogue.offers.permissions import OffersRight
from koopset.apps.organisations.selectors import organisation_card
from koopset.apps.places.selectors import settlement_names
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.names import fold
from koopset.kernel.requisites import inn_check
from koopset.kernel.violations import RuleViolation

MOST_LISTS = 500
MOST_PLACES = 100
State = PriceList.State


@service(OffersRight.LIST_EDIT)
def price_list_add(
    *,
    actor: Actor,
    organisation_id: int,
    supplier_name: str = "",
    supplier_inn: str = "",
    title: str = "",
    phone: str = "",
    email: str = "",
    site: str = "",
    delivery: str = "",
    is_own: bool = False,
    is_public: bool = True,
    valid_from: date | None = None,
    valid_to: date | None = None,
    territory_ids: Sequence[int] = (),
    now: datetime,
) -> PriceList:
    """A new list, a draft without offers. With `is_own` the supplier is the body itself, by its own card.

    Raises offers.too_many_lists, offers.no_supplier_name, offers.bad_email, offers.dates_in_order, offers.unknown_place,
    offers.too_many_places, requisites.inn.
    """
    lists_lock(organisation_id)
    if PriceList.objects.filter(organisation_id=organisation_id).count() >= MOST_LISTS:
        raise RuleViolation("offers.too_many_lists", most=MOST_LISTS)
    row = PriceList(organisation_id=organisation_id, created_at=now, valid_from=timezone.localdate(now))
    _fill(
        row,
        supplier_name=supplier_name,
        supplier_inn=supplier_inn,
        title=title,
        phone=phone,
        email=email,
        site=site,
        delivery=delivery,
        is_own=is_own,
        is_public=is_public,
        valid_from=valid_from or row.valid_from,
        valid_to=valid_to,
    )
    row.mapping = _mapping_of_supplier(row)
    row.save()
    _places_set(row, territory_ids)
    return row


@service(OffersRight.LIST_EDIT)
def price_list_edit(
    *,
    actor: Actor,
    organisation_id: int,
    price_list_id: int,
    territory_ids: Sequence[int] | None = None,
    now: datetime,
    **changes: Any,
) -> PriceList:
    """Change the card of a list. Raises offers.unknown_list and what `price_list_add` raises."""
    row = list_locked(organisation_id, price_list_id)
    known = {
        name: getattr(row, name)
        for name in (
            "supplier_name", "supplier_inn", "title", "phone", "email", "site", "delivery", "is_own", "is_public", "valid_from",
            "valid_to",
        )
    }  # fmt: skip
    assert not set(changes) - set(known), changes
    _fill(row, **(known | changes))
    row.save()
    if territory_ids is not None:
        _places_set(row, territory_ids)
    return row


@service(OffersRight.LIST_EDIT)
def price_list_publish(*, actor: Actor, organisation_id: int, price_list_id: int, now: datetime) -> PriceList:
    """Show the list to whoever is signed in. An older published list of the same supplier is replaced by it. Again it changes nothing.

    Raises offers.unknown_list, offers.nothing_to_publish.
    """
    # Lists of one body are published one after another, so two of one supplier never stand at once.
    lists_lock(organisation_id)
    row = list_locked(organisation_id, price_list_id)
    if row.state == State.PUBLISHED:
        return row
    if not Offer.objects.filter(
        organisation_id=organisation_id, price_list=row, archived_at__isnull=True
    ).exists():
        raise RuleViolation("offers.nothing_to_publish")
    same = Q(supplier_key=row.supplier_key)
    if row.supplier_inn:
        same |= Q(supplier_inn=row.supplier_inn)
    for older in PriceList.objects.filter(
        same, organisation_id=organisation_id, state=State.PUBLISHED
    ).exclude(pk=row.pk):
        older.state = State.REPLACED
        older.save()
    row.state, row.published_at = State.PUBLISHED, now
    row.save()
    return row


@service(OffersRight.LIST_EDIT)
def price_list_withdraw(
    *, actor: Actor, organisation_id: int, price_list_id: int, now: datetime
) -> PriceList:
    """Take a published list back to a draft: neighbours no longer see it.

    Rounds that copied its prices keep them. Raises offers.unknown_list.
    """
    row = list_locked(organisation_id, price_list_id)
    if row.state == State.PUBLISHED:
        row.state, row.published_at = State.DRAFT, None
        row.save()
    return row


def lists_lock(organisation_id: int) -> None:
    """What concerns all lists of a body is done one after another."""
    Tenant.objects.select_for_update().get(pk=organisation_id)


def list_locked(organisation_id: int, price_list_id: int) -> PriceList:
    """Raises offers.unknown_list."""
    row = (
        PriceList.objects.select_for_update()
        .filter(organisation_id=organisation_id, pk=price_list_id)
        .first()
    )
    if row is None:
        raise RuleViolation("offers.unknown_list")
    return row


def _fill(row: PriceList, **values: Any) -> None:
    if values["is_own"]:
        card = organisation_card(row.organisation_id)
        values["supplier_name"], values["supplier_inn"] = card.name_short, card.inn
    row.supplier_name = clean_text(values["supplier_name"], 160)
    if not row.supplier_name:
        raise RuleViolation("offers.no_supplier_name", field="supplier_name")
    row.supplier_key = fold(row.supplier_name)[:160]
    inn = values["supplier_inn"].strip()
    if inn:
        try:
            inn = inn_check(inn)
        except RuleViolation as refusal:
            raise RuleViolation("requisites.inn", field="supplier_inn", value=inn[:64]) from refusal
    row.supplier_inn = inn
    for name, most in (("title", 120), ("phone", 40), ("site", 120), ("delivery", 1000)):
        setattr(row, name, clean_text(values[name], most))
    row.email = values["email"].strip()
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError as error:
            raise RuleViolation("offers.bad_email", field="email") from error
    row.is_own, row.is_public = values["is_own"], values["is_public"]
    row.valid_from, row.valid_to = values["valid_from"], values["valid_to"]
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise RuleViolation("offers.dates_in_order", field="valid_to")


def _places_set(row: PriceList, territory_ids: Sequence[int]) -> None:
    wanted = set(territory_ids)
    if len(wanted) > MOST_PLACES:
        raise RuleViolation("offers.too_many_places", field="territories", most=MOST_PLACES)
    if wanted - set(settlement_names(wanted)):
        raise RuleViolation("offers.unknown_place", field="territories")
    standing = PriceListPlace.objects.filter(organisation_id=row.organisation_id, price_list=row)
    known = set(standing.values_list("territory_id", flat=True))
    standing.exclude(territory_id__in=wanted).delete()
    PriceListPlace.objects.bulk_create(
        PriceListPlace(organisation_id=row.organisation_id, price_list=row, territory_id=key)
        for key in sorted(wanted - known)
    )


def _mapping_of_supplier(row: PriceList) -> dict[str, Any]:
    """How a person named the columns of this supplier's files before: what was told once is not asked again."""
    same = Q(supplier_key=row.supplier_key)
    if row.supplier_inn:
        same |= Q(supplier_inn=row.supplier_inn)
    before = (
        PriceList.objects.filter(same, organisation_id=row.organisation_id)
        .exclude(mapping={})
        .order_by("-pk")
        .values_list("mapping", flat=True)
        .first()
    )
    return dict(before or {})
