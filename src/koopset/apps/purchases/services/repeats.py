"""A round made of something that was: of a round before, of offers of suppliers, of a proposal that people joined."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from koopset.apps.catalogue.offers import selectors as offers
from koopset.apps.catalogue.offers.selectors import OfferInfo
from koopset.apps.needs.demand import selectors as demand
from koopset.apps.needs.demand.services import proposal_take_for_room
from koopset.apps.purchases.models import Round, RoundGood
from koopset.apps.purchases.permissions import PurchaseRight
from koopset.apps.purchases.selectors.wants import goods_of, standing_of_good
from koopset.apps.purchases.services.drafts import (
    GoodTyped,
    Settings,
    add_goods,
    check_settings,
    new_round,
    settings_of,
)
from koopset.apps.purchases.services.locks import lock_round
from koopset.apps.purchases.services.wants import participant_for, want_one
from koopset.foundation.rights.actors import Actor
from koopset.foundation.rights.service import service
from koopset.foundation.tenants.models import Tenant
from koopset.kernel.violations import RuleViolation


def typed_from(good: RoundGood) -> GoodTyped:
    """A good of a round as it would be typed."""
    return GoodTyped(
        name=good.name,
        price_kop=good.price_kop,
        unit=good.unit,
        amount=good.amount,
        by_weight=good.by_weight,
        pack=good.pack,
        min_packs=good.min_packs,
        limit=good.limit,
        breaks=tuple((int(units), int(kop)) for units, kop in good.breaks),
        article=good.article,
        gtin=good.gtin,
        category=good.category,
        kind=good.kind,
        offer_id=good.offer_id,
        vat_bp=good.vat_bp,
    )


@service(PurchaseRight.ROUND_RUN)
def round_repeat(*, actor: Actor, organisation_id: int, round_id: int, now: datetime) -> Round:
    """A new draft like a round that was: its goods and settings without deadlines; buyers are offered what they wanted then.

    Raises Round.DoesNotExist.
    """
    old = lock_round(organisation_id, round_id)
    settings = replace(settings_of(old), open_until=None, boxfill_until=None)
    row = new_round(organisation_id, settings, by=actor.login_id, now=now)
    row.repeats, row.price_list_id = old, old.price_list_id
    row.supplier_organisation_id = old.supplier_organisation_id
    row.save()
    add_goods(row, [typed_from(good) for good in goods_of(organisation_id, old.pk)])
    return row


@service(PurchaseRight.ROUND_RUN)
def goods_add_offers(
    *, actor: Actor, organisation_id: int, round_id: int, offer_ids: Collection[int], now: datetime
) -> list[RoundGood]:
    """Copy offers into a draft; those that are in it already are left out. The first gives the draft its supplier where none is named.

    Raises purchases.frozen, purchases.offer_unknown, purchases.other_supplier and what adding a good does.
    """
    row = lock_round(organisation_id, round_id)
    if row.state != Round.State.DRAFT:
        raise RuleViolation("purchases.frozen")
    known = set(
        RoundGood.objects.filter(
            organisation_id=organisation_id, round_id=row.pk, offer_id__isnull=False
        ).values_list("offer_id", flat=True)
    )
    goods = _from_offers(row, [one for one in offer_ids if one not in known])
    return add_goods(row, goods)


def _from_offers(row: Round, offer_ids: Sequence[int]) -> list[GoodTyped]:
    found = offers.offers_by_ids(offer_ids)
    if not found.keys() >= set(offer_ids):
        raise RuleViolation("purchases.offer_unknown")
    lists = {offer.price_list_id for offer in found.values()}
    if row.price_list_id is not None:
        lists.add(row.price_list_id)
    if len(lists) > 1:
        raise RuleViolation("purchases.other_supplier", name=row.supplier_name)
    chosen = [found[one] for one in dict.fromkeys(offer_ids)]
    if chosen and row.price_list_id is None:
        row.price_list_id = chosen[0].price_list_id
        row.supplier_organisation_id = chosen[0].organisation_id
        row.save()
    return [typed_of(offer) for offer in chosen]


def typed_of(offer: OfferInfo) -> GoodTyped:
    """An offer as it would be typed: prices and packs of today, frozen when the round opens."""
    return GoodTyped(
        name=offer.name,
        price_kop=offer.price_kop,
        unit=offer.unit,
        amount=offer.amount,
        pack=offer.pack,
        min_packs=offer.min_packs if offer.min_packs > 1 else 0,
        breaks=offer.breaks,
        article=offer.article,
        gtin=offer.gtin,
        category=offer.category,
        kind=offer.kind,
        offer_id=offer.id,
        limit=int(offer.stock) if offer.stock is not None and offer.stock >= 1 else None,
        vat_bp=int(Decimal(offer.vat) * 100) if offer.vat.replace(".", "", 1).isdigit() else None,
    )


@service(PurchaseRight.ROUND_RUN)
def round_from_offers(
    *, actor: Actor, organisation_id: int, offer_ids: Sequence[int], settings: Settings, now: datetime
) -> Round:
    """A draft with offers of one price list. Raises purchases.no_goods, purchases.offer_unknown, purchases.other_supplier."""
    if not offer_ids:
        raise RuleViolation("purchases.no_goods")
    first = offers.offers_by_ids(offer_ids[:1])
    if not first:
        raise RuleViolation("purchases.offer_unknown")
    named = replace(settings, supplier_name=settings.supplier_name or first[offer_ids[0]].supplier_name)
    check_settings(named)
    row = new_round(organisation_id, named, by=actor.login_id, now=now)
    add_goods(row, _from_offers(row, list(offer_ids)))
    return row


@service(PurchaseRight.ROUND_RUN)
def round_from_proposal(*, actor: Actor, organisation_id: int, proposal_id: int, now: datetime) -> Round:
    """A draft for a proposal that people joined, with the wants they joined with, in the order of time.

    One round of a proposal: asked again it gives the one that stands. Raises purchases.proposal_unknown, purchases.offer_unknown,
    demand.proposal_over.
    """
    info = demand.proposal(proposal_id)
    if info is None:
        raise RuleViolation("purchases.proposal_unknown")
    # The body is held, so that two who open at once get one round.
    Tenant.objects.select_for_update(no_key=True).get(pk=organisation_id)
    standing = (
        Round.objects.filter(organisation_id=organisation_id, proposal_id=proposal_id)
        .exclude(state=Round.State.CANCELLED)
        .first()
    )
    if standing is not None:
        return standing
    offer = offers.offers_by_ids([info.offer_id]).get(info.offer_id)
    if offer is None:
        raise RuleViolation("purchases.offer_unknown")
    settings = Settings(
        title=offer.name,
        supplier_name=offer.supplier_name,
        access=Round.Access.NEIGHBOURS,
        territory_id=info.territory_id,
    )
    check_settings(settings)
    proposal_take_for_room(proposal_id=proposal_id, now=now)
    row = new_round(organisation_id, settings, by=actor.login_id, now=now)
    row.proposal_id = proposal_id
    row.save()
    good = add_goods(row, _from_offers(row, [info.offer_id]))[0]
    for want in demand.wants_of(proposal_id):
        participant = participant_for(organisation_id, want.household_id, want.login_id, now=now)
        firm = want.quantity if good.limit is None else min(want.quantity, _left(good))
        if firm or want.tolerance:
            want_one(row, good, participant, firm, want.tolerance, by=want.login_id, now=now)
    return row


def _left(good: RoundGood) -> int:
    assert good.limit is not None
    return max(0, good.limit - standing_of_good(good.organisation_id, good.pk).wanted)
