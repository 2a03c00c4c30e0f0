"""Households, their purchases and wishes, price lists, rounds: what the world of tests has of buying together."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from tests.world_side import NEIGHBOURS, NOW, Side

from koopset.apps.catalogue.offers import services as offers_services
from koopset.apps.catalogue.offers.factories import make_offer, make_price_list
from koopset.apps.needs import factories as needs
from koopset.apps.needs.demand.factories import make_neighbourhood
from koopset.apps.needs.models import Receipt
from koopset.apps.people import services as people_services
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import HouseholdMember
from koopset.apps.people.services import household_ensure
from koopset.apps.places.selectors import territory_named
from koopset.apps.purchases import factories as purchases
from koopset.apps.purchases import services as round_services
from koopset.apps.purchases.models import Line, RoundGood
from koopset.apps.purchases.settlement import factories as settlement
from koopset.apps.purchases.settlement import services as settlement_services
from koopset.apps.purchases.settlement.models import FeeRule
from koopset.foundation.rights.actors import SYSTEM, actor_for_login
from koopset.foundation.rights.roles import Role

#: The least of a PNG that is one.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def add_settlement(side: Side) -> None:
    """A joint purchase that is settled, in which the resident's household got honey: paid, short by a jar, with a claim and marks."""
    pk, mark = side.organisation_id, side.marks[0]
    resident = actor_for_login(side.logins[Role.RESIDENT].pk, on=timezone.localdate(NOW))
    household = household_ensure(actor=resident, now=NOW)
    row = purchases.open_round(
        pk,
        title=f"Мёд, {mark}",
        supplier_name=f"Пасека, {mark}",
        open_until=None,
        fee_bp=200,
        fee_source=f"правление, {mark}",
    )
    own = round_services.participant_for(pk, household.id, side.logins[Role.RESIDENT].pk, now=NOW)
    people = [own, *(purchases.make_participant(pk, f"{mark} {name}") for name in ("Анна", "Борис", "Вера"))]
    for one, firm in zip(people, (6, 3, 2, 1), strict=True):
        purchases.make_want(row, one, firm)
    moves: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "round_id": row.pk, "now": NOW}
    round_services.round_stop(**moves)
    round_services.round_send(**moves)
    today = timezone.localdate(NOW)
    dated: dict[str, Any] = {"on_date": today, "now": NOW}
    settlement.take_in(row, 11, now=NOW)
    broken = settlement.take_in(
        row, 1, outcome="spoilt", note=f"разбита, {mark}", photo=("jar.png", PICTURE), now=NOW
    )
    settlement_services.intake_finish(**moves)
    row.refresh_from_db()
    for one in people:
        cash = settlement_services.pay_in(
            actor=SYSTEM, organisation_id=pk, participant_id=one.pk, amount_kop=300_000, way="cash", key=f"{one.pk}",
            round_id=row.pk, **dated,
        )  # fmt: skip
    for kind, kop in (("invoice", 11 * 34_900), ("transport", 50_000)):
        settlement_services.cost_add(
            **moves, kind=kind, amount_kop=kop, on_date=today, key=kind, title=f"№ 1, {mark}"
        )
    settlement_services.round_settle(**moves)
    line = Line.objects.get(organisation_id=pk, round_id=row.pk, participant_id=own.pk)
    claim = settlement_services.claim_ask(
        actor=resident, organisation_id=pk, round_id=row.pk, line_id=line.pk, reason="spoilt", quantity=1,
        text=f"течёт, {mark}", now=NOW,
    )  # fmt: skip
    rating = settlement_services.rating_set(
        actor=resident,
        organisation_id=pk,
        round_id=row.pk,
        quality=5,
        terms=4,
        price=4,
        text=f"спасибо, {mark}",
        now=NOW,
    )
    settlement_services.point_save(
        actor=SYSTEM, organisation_id=pk, name=f"У ворот, {mark}", address=f"{mark}ая, 1", now=NOW
    )
    side.ids |= {
        "settlement:round_id": row.pk,
        "settlement:participant_id": own.pk,
        "settlement:line_id": line.pk,
        "settlement:claim_id": claim.pk,
        "settlement:cash_id": cash.pk,
        "settlement:fee_id": FeeRule.objects.get(organisation_id=pk, round_id=row.pk).pk,
        "settlement:rating_id": rating.pk,
        "settlement:row_id": broken.pk,
    }


def add_needs(side: Side, name: str) -> None:
    """Everybody of the side has a household in the district, with purchases and a wish; a proposal concerns them all."""
    proposal, wishes = make_neighbourhood(
        side.logins.values(),
        territory_named(name),
        supplier_id=side.organisation_id,
        on=timezone.localdate(NOW),
    )
    side.ids |= {"demand:proposal_id": proposal.pk, "demand:kind": "мёд"}
    for role, login in side.logins.items():
        side.own_ids.setdefault(role, {})["demand:wish_id"] = wishes[login.pk].pk
        side.ids["demand:wish_id"] = wishes[login.pk].pk


def add_purchases(side: Side) -> None:
    """Joint purchases: a draft, one in which wants are taken, one whose order is sent, one by invitation."""
    pk, mark = side.organisation_id, side.marks[0]
    terms: dict[str, Any] = {"open_until": None, "supplier_name": f"Пасека, {mark}"}
    draft = purchases.make_round(pk, title=f"Черновик, {mark}", **terms)
    asked, people = purchases.honey_round(organisation_id=pk, title=f"Мёд, {mark}", **terms)
    sent, _ = purchases.sent_round(organisation_id=pk, title=f"Мёд прошлый, {mark}", **terms)
    invited = purchases.open_round(pk, title=f"По ссылке, {mark}", access="invited", **terms)
    for one in people:
        one.name = f"{mark} {one.name}"
        one.save()
    side.ids |= {
        "purchases:round_id": asked.pk,
        "purchases:good_id": RoundGood.objects.get(organisation_id=pk, round_id=draft.pk).pk,
        "purchases:my-join:round_id": invited.pk,
        "purchases:code": invited.invite_code,
        "purchases:proposal_id": side.ids["demand:proposal_id"],
        **{
            f"purchases:{page}:round_id": draft.pk
            for page in ("round-settings", "good-new", "good", "good-remove", "offers")
        },
        **{
            f"purchases:{page}:round_id": sent.pk
            for page in ("order-pdf", "order-xlsx", "order-xml", "wants", "wants-xlsx")
        },
    }


def add_prices(side: Side, name: str, *, is_public: bool) -> None:
    """A published price list with offers, and a file of prices that waits. What the foreign side offers is its own people's."""
    mark = side.marks[0]
    price_list = make_price_list(
        side.organisation_id,
        territory_ids=[territory_named(name).pk],
        supplier_name=f"Пасека, {mark}",
        is_public=is_public,
        valid_from=date(2026, 1, 1),
    )
    offers = [
        make_offer(price_list, name=f"Мёд {number}, {mark}", breaks=[(12, 43_000)])
        for number in range(NEIGHBOURS)
    ]
    made = offers_services.import_start(
        actor=SYSTEM,
        organisation_id=side.organisation_id,
        price_list_id=price_list.pk,
        name="прайс.csv",
        content=f"Наименование;Цена\nМёд новый, {mark};450\n".encode(),
        now=NOW,
    )
    side.ids |= {
        "offers:price_list_id": price_list.pk,
        "offers:offer_id": offers[0].pk,
        "offers:import_id": made.pk,
    }


def add_families(side: Side) -> None:
    """Everybody's own receipt, file of receipts and family; an invitation waits."""
    for role, login in side.logins.items():
        actor = needs.actor_of(login)
        brought = needs.make_purchase(
            login, f"Хлеб, {side.marks[0]}", 5_000, day=timezone.localdate(NOW), now=NOW
        )
        household_id = needs.make_household(login)
        _invitation_id, code = people_services.household_invite(actor=actor, now=NOW)
        kin = make_login(password=None)
        people_services.household_join(actor=needs.actor_of(kin), code=code, now=NOW)
        invitation_id, _code = people_services.household_invite(actor=actor, now=NOW)
        own: dict[str, Any] = {
            "needs:receipt_id": Receipt.objects.filter(household_id=household_id).latest("pk").pk,
            "needs:import_id": brought.pk,
            "people:member_id": HouseholdMember.objects.get(login=kin, until__isnull=True).pk,
            "people:invitation_id": invitation_id,
        }
        side.own_ids.setdefault(role, {}).update(own)
        side.ids.update(own)
