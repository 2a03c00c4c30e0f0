"""Where rounds meet other rooms: a proposal, offers, neighbours of a territory, a person's own data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from koopset.apps.catalogue.offers.factories import make_offer, make_price_list
from koopset.apps.needs.demand import services as demand
from koopset.apps.needs.demand.factories import make_district, make_household, make_proposal
from koopset.apps.needs.demand.models import Proposal
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.places.services import location_set_for_room
from koopset.apps.purchases import panels, selectors, services
from koopset.apps.purchases.factories import NOW, buyer_actor, honey_round, make_participant, open_round
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.privacy import PurchasesData
from koopset.foundation.personal.ports import Subject
from koopset.foundation.rights.actors import SYSTEM, Forbidden, actor_for_login
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_a_proposal_opens_a_draft_with_its_wants_in_the_order_of_time():
    pk = make_organisation().pk
    district, [place] = make_district("Район мёда", "Лужки")
    location_set_for_room(organisation_id=pk, territory_id=place.pk)
    offer = make_offer(make_price_list(pk), pack=12)
    families = [make_household(place) for _ in range(3)]
    proposal = make_proposal([family.pk for family, _ in families], district, supplier_id=pk)
    Proposal.objects.filter(pk=proposal.pk).update(offer_id=offer.pk)
    for (_, login), (firm, extra) in zip(families[:2], ((7, 3), (5, 0)), strict=True):
        demand.proposal_join(
            actor=actor_for_login(login.pk, on=TODAY),
            proposal_id=proposal.pk,
            quantity=firm,
            tolerance=extra,
            now=NOW,
        )
    call: dict[str, Any] = {
        "actor": SYSTEM,
        "organisation_id": pk,
        "proposal_id": proposal.pk,
        "now": NOW,
    }
    row = services.round_from_proposal(**call)
    assert services.round_from_proposal(**call).pk == row.pk
    assert (row.state, row.supplier_name, row.access) == ("draft", "Пасека Лужки", "neighbours")
    lines = Line.objects.filter(organisation_id=pk, round_id=row.pk).order_by("pk")
    assert [(line.wanted, line.tolerance) for line in lines] == [(7, 3), (5, 0)]
    assert panels.Rounds().rounds_of([proposal.pk]) == {}
    services.round_open(actor=SYSTEM, organisation_id=pk, round_id=row.pk, now=NOW)
    assert panels.Rounds().rounds_of([proposal.pk])[proposal.pk].round_id == row.pk
    # The third neighbour joined nothing, and may take part all the same.
    third = actor_for_login(families[2][1].pk, on=TODAY)
    assert [one.id for one in selectors.rounds_for_buyer(third).near] == [row.pk]
    far = make_organisation().pk
    assert selectors.proposal_to_open(far, proposal.pk) is None


def test_neighbours_of_a_territory_may_take_part_and_others_may_not():
    _, [near, far] = make_district("Район соседей", "Ближнее", "Дальнее")
    row = open_round(access="neighbours", territory_id=near.pk)
    good = selectors.goods_of(row.organisation_id, row.pk)[0]

    def want(place: Any) -> Any:
        _, login = make_household(place)
        return services.wants_set(
            actor=actor_for_login(login.pk, on=TODAY),
            organisation_id=row.organisation_id,
            round_id=row.pk,
            wanted={good.pk: (1, 0)},
            now=NOW,
        )

    assert len(want(near)) == 1
    with pytest.raises(Forbidden):
        want(far)


def test_goods_are_copied_from_offers_of_one_list():
    pk = make_organisation().pk
    prices = make_price_list(pk)
    honey = make_offer(prices, breaks=((12, 42_000),))
    other = make_offer(make_price_list(pk, supplier_name="Сыроварня"), name="Сыр")
    settings = services.Settings(title="Мёд", supplier_name="")
    row = services.round_from_offers(
        actor=SYSTEM, organisation_id=pk, offer_ids=[honey.pk], settings=settings, now=NOW
    )
    [good] = selectors.goods_of(pk, row.pk)
    assert (good.offer_id, good.pack, good.price_kop, good.breaks) == (honey.pk, 6, 45_000, [[12, 42_000]])
    assert row.supplier_name == "Пасека Лужки"

    def add(offer_id: int) -> Any:
        return services.goods_add_offers(
            actor=SYSTEM, organisation_id=pk, round_id=row.pk, offer_ids=[offer_id], now=NOW
        )

    assert add(honey.pk) == []
    refused("purchases.other_supplier", add, other.pk)
    refused("purchases.offer_unknown", add, 987_654)
    assert Round.objects.filter(organisation_id=pk).count() == 1


def test_a_persons_own_data_are_given_and_the_name_goes():
    row, people = honey_round()
    anna = people[0]
    subject = Subject(login_id=anna.login_id)
    tables = {table.name: list(table.rows) for table in PurchasesData().tables(subject)}
    assert [line[3:5] for line in tables["purchases"]] == [[7, 3]]
    assert len(tables["purchase_wants"]) == 1
    PurchasesData().erase(actor=SYSTEM, subject=subject, needs=frozenset(), now=NOW)
    kept = Participant.objects.get(organisation_id=row.organisation_id, pk=anna.pk)
    assert (kept.name, kept.login_id) == ("", None)
    assert Line.objects.filter(organisation_id=row.organisation_id, participant_id=anna.pk).count() == 1


def test_what_waits_is_told_to_those_who_run_rounds():
    row, _ = honey_round()
    desk = panels.organiser_desk(SYSTEM, row.organisation_id, NOW)
    assert desk is not None
    assert desk.lines == ()
    near = panels.organiser_desk(SYSTEM, row.organisation_id, row.open_until or NOW)
    assert near is not None
    assert len(near.lines) == 1
    assert (
        panels.organiser_desk(
            buyer_actor(make_participant(row.organisation_id, "Ада")), row.organisation_id, NOW
        )
        is None
    )
