"""Proposals appear by themselves where they pay, are renewed without doubling, end, and are answered by whom they concern."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koopset.apps.catalogue.offers.factories import make_offer, make_price_list
from koopset.apps.catalogue.offers.models import Offer
from koopset.apps.needs.demand import selectors, services
from koopset.apps.needs.demand.events import ProposalJoined
from koopset.apps.needs.demand.factories import buy, make_district, make_household
from koopset.apps.needs.demand.models import (
    KindMute,
    Proposal,
    ProposalAnswer,
    ProposalShare,
    Publication,
    PublishedCell,
    Thresholds,
    Wish,
)
from koopset.apps.needs.demand.rules.proposals import Buyer, Limits, Supply, find
from koopset.apps.needs.demand.rules.wishes import Wanted
from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.apps.needs.demand.selectors.thresholds import limits_now
from koopset.apps.needs.demand.tests.refusing import refused
from koopset.apps.needs.models import HouseholdHome, SharingChoice
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.models import Login
from koopset.foundation.analytics.copying import copy_dataset
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM, Forbidden, actor_for_login

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def honey(household, *, kop: int = 120_000, amount: str = "2", days: int = 15) -> None:
    """Six months of a jar bought each fortnight, the last some days ago."""
    for number in range(8):
        buy(
            household,
            ON - timedelta(days=5 + number * days),
            "мёд",
            category="сахар_кондитерские",
            amount=amount,
            unit="kg",
            kop=kop * int(amount),
        )


def renew(now: datetime = NOW, on: date = ON):
    copy_dataset(PURCHASES, now=now)
    return services.proposals_renew(actor=SYSTEM, on=on, now=now)


def actor(login):
    return actor_for_login(login.pk, on=ON)


@pytest.fixture
def village():
    """Six families of a settlement buy 4 kg of honey a month at 1200 ₽/kg; a bee keeper's jars of half a kilogram cost 350 ₽."""
    district, (here, there) = make_district("Район", "Посёлок", "Деревня")
    families = [make_household(here) for _number in range(6)]
    for household, _login in families:
        honey(household)
    supplier = make_organisation()
    offer = make_offer(
        make_price_list(supplier.pk, territory_ids=[here.pk]), price_kop=35_000, pack=6, breaks=[(48, 30_000)]
    )
    return {"families": families, "offer": offer, "here": here, "there": there, "district": district}


def test_a_proposal_appears_with_its_arithmetic_and_is_told_once(village):
    done = renew()
    assert (done.made, done.renewed, done.ended, done.told) == (1, 0, 0, 6)
    row = Proposal.objects.get()
    assert (row.kind, row.territory_id, row.households, row.level) == (
        "мёд",
        village["here"].pk,
        6,
        "settlement",
    )
    # 6 × 14 kg in 105 days: 4 kg a month each, 24 kg: 48 jars reach the lower price.
    assert (row.amount, row.items, row.packs, row.item_price_kop) == (Decimal(24), 48, 8, 30_000)
    limits = limits_now()
    goods = 48 * 30_000
    work = int((limits.hours_round + limits.hours_household * 6) * limits.hour_kop)
    assert row.saving_kop == 24 * 120_000 - goods - limits.transport_kop - goods * 5 // 100 - work
    assert sum(line["kop"] for line in row.arithmetic[:-1]) == row.saving_kop
    assert sum(row.shares.values_list("saving_kop", flat=True)) == row.saving_kop
    notice = Notification.objects.order_by("pk").first()
    assert (notice.topic, notice.link) == ("demand.proposal", f"/my/needs/together/{row.pk}/")
    assert renew() == services.Renewed(0, 0, 0, 0)


def test_a_household_sees_its_own_share_and_nobody_elses(village):
    renew()
    household, login = village["families"][0]
    [mine] = selectors.proposals_for(login.pk)
    assert mine.amount == 4
    assert mine.own_price_kop == 120_000
    assert mine.saving_kop == ProposalShare.objects.get(household_id=household.pk).saving_kop
    assert mine.suggested == 8
    assert mine.supplier == "Пасека Лужки"
    _other, stranger = make_household(village["here"])
    assert selectors.proposals_for(stranger.pk) == []
    assert selectors.own_proposal(stranger.pk, mine.info.id) is None


def test_next_month_it_is_renewed_in_its_place(village):
    renew()
    first = Proposal.objects.get()
    later, day = NOW + timedelta(days=10), ON + timedelta(days=10)
    done = renew(later, day)
    assert (done.made, done.renewed, done.told) == (0, 1, 0)
    row = Proposal.objects.get()
    assert (row.pk, row.first_at) == (first.pk, NOW)
    assert row.expires_at == later + timedelta(days=30)


def test_within_a_month_a_newcomer_changes_no_figure(village):
    """Otherwise what the newcomer uses would be seen in the difference of two days."""
    renew()
    before = Proposal.objects.get()
    household, _login = make_household(village["here"])
    honey(household, amount="3")
    assert renew(NOW + timedelta(days=1), ON + timedelta(days=1)).renewed == 0
    assert Proposal.objects.get().amount == before.amount


def test_it_ends_when_it_pays_no_more(village):
    renew()
    Offer.objects.filter(organisation_id=village["offer"].organisation_id).update(archived_at=NOW)
    done = renew()
    assert (done.made, done.ended) == (0, 1)
    assert Proposal.objects.get().state == Proposal.State.EXPIRED
    assert selectors.proposals_for(village["families"][0][1].pk) == []


@pytest.mark.parametrize("why", ["closed", "few", "dear", "short", "muted", "gone"])
def test_nothing_is_proposed(village, why):
    ids = [one.pk for one, _login in village["families"]]
    if why == "closed":
        SharingChoice.objects.filter(household_id__in=ids[:2]).update(until=NOW)
    elif why == "few":
        services.thresholds_set(actor=SYSTEM, least_households=7, now=NOW)
    elif why == "dear":
        services.thresholds_set(actor=SYSTEM, transport_kop=2_000_000, now=NOW)
    elif why == "short":
        services.thresholds_set(actor=SYSTEM, least_days=120, now=NOW)
    elif why == "muted":
        for _household, one in village["families"][:2]:
            services.kind_mute(actor=actor(one), kind="мёд", now=NOW)
    if why == "gone":
        done = renew(NOW + timedelta(days=100), ON + timedelta(days=100))
    else:
        done = renew()
    assert done.made == 0
    assert not Proposal.objects.exists()


def test_a_district_takes_those_whom_no_settlement_serves(village):
    for place in (village["there"], village["district"]):
        for _number in range(3):
            honey(make_household(place)[0])
    supplier = make_organisation()
    make_offer(make_price_list(supplier.pk, territory_ids=[village["district"].pk]), price_kop=40_000, pack=6)
    renew()
    by_level = {row.level: row for row in Proposal.objects.all()}
    assert set(by_level) == {"settlement", "district"}
    assert by_level["district"].households == 6
    homes = set(by_level["settlement"].shares.values_list("household_id", flat=True))
    assert not homes & set(by_level["district"].shares.values_list("household_id", flat=True))


def test_joining_keeps_a_want_and_tells_the_room_above(
    village, django_capture_on_commit_callbacks, monkeypatch
):
    renew()
    row = Proposal.objects.get()
    household, login = village["families"][0]
    told: list[ProposalJoined] = []
    from koopset.apps.needs.demand.services import proposals as module

    monkeypatch.setattr(module, "publish", told.append)
    services.proposal_join(actor=actor(login), proposal_id=row.pk, quantity=8, tolerance=2, now=NOW)
    services.proposal_join(actor=actor(login), proposal_id=row.pk, quantity=6, tolerance=1, now=NOW)
    [want] = selectors.wants_of(row.pk)
    assert (want.household_id, want.quantity, want.tolerance) == (household.pk, 6, 1)
    assert told[-1] == ProposalJoined(row.supplier_id, row.pk, household.pk, 6, 1)
    info = selectors.proposal(row.pk)
    assert (info.joined, info.wanted) == (1, 6)
    services.proposal_refuse(actor=actor(login), proposal_id=row.pk, now=NOW)
    assert selectors.wants_of(row.pk) == []
    assert selectors.proposals_for(login.pk) == []
    assert ProposalAnswer.objects.count() == 1


def test_what_is_joined_stays_with_its_offer_while_it_pays(village):
    renew()
    row = Proposal.objects.get()
    services.proposal_join(actor=actor(village["families"][0][1]), proposal_id=row.pk, quantity=8, now=NOW)
    cheaper = make_offer(
        make_price_list(make_organisation().pk, territory_ids=[village["here"].pk]), price_kop=20_000, pack=6
    )
    renew(NOW + timedelta(days=10), ON + timedelta(days=10))
    assert Proposal.objects.get().offer_id == row.offer_id != cheaper.pk


def test_refusals_change_nothing(village):
    renew()
    row = Proposal.objects.get()
    _household, login = village["families"][0]
    _other, stranger = make_household(village["here"])
    for quantity, tolerance, code in (
        (0, 0, "demand.bad_quantity"),
        (1001, 0, "demand.bad_quantity"),
        (1, -1, "demand.bad_tolerance"),
    ):
        with refused(code):
            services.proposal_join(
                actor=actor(login), proposal_id=row.pk, quantity=quantity, tolerance=tolerance, now=NOW
            )
    with pytest.raises(Proposal.DoesNotExist):
        services.proposal_join(actor=actor(stranger), proposal_id=row.pk, quantity=1, now=NOW)
    with pytest.raises(Forbidden):
        services.proposals_renew(actor=actor(login), on=ON, now=NOW)
    services.proposal_take_for_room(proposal_id=row.pk, now=NOW)
    with refused("demand.proposal_over"):
        services.proposal_join(actor=actor(login), proposal_id=row.pk, quantity=1, now=NOW)
    with refused("demand.proposal_over"):
        services.proposal_take_for_room(proposal_id=row.pk, now=NOW)
    assert not ProposalAnswer.objects.exists()
    # While the round is fresh nobody is asked again.
    assert renew(NOW + timedelta(days=3), ON + timedelta(days=3)).made == 0


def test_a_muted_kind_is_refused_and_comes_back(village):
    renew()
    _household, login = village["families"][0]
    services.kind_mute(actor=actor(login), kind="мёд", now=NOW)
    services.kind_mute(actor=actor(login), kind="мёд", now=NOW)
    assert selectors.proposals_for(login.pk) == []
    assert KindMute.objects.count() == 1
    services.kind_unmute(actor=actor(login), kind="мёд", now=NOW)
    assert not KindMute.objects.exists()
    with refused("demand.unknown_kind"):
        services.kind_mute(actor=actor(login), kind="", now=NOW)


def test_thresholds_are_the_operators_and_have_bounds(village):
    _household, login = village["families"][0]
    with pytest.raises(Forbidden):
        services.thresholds_set(actor=actor(login), least_households=9, now=NOW)
    for name, value in (("least_households", 4), ("hour_kop", -1), ("organiser_percent", Decimal(101))):
        with refused("demand.out_of_bounds"):
            services.thresholds_set(actor=SYSTEM, **{name: value}, now=NOW)
    with refused("demand.window_too_short"):
        services.thresholds_set(actor=SYSTEM, least_days=100, window_days=60, now=NOW)
    assert not Thresholds.objects.exists()
    before = limits_now()
    services.thresholds_set(actor=SYSTEM, hour_kop=40_000, now=NOW)
    assert limits_now() == replace(before, hour_kop=40_000)


# Wishes


def wish(household, login, *, amount: str = "4", **more) -> Wish:
    return Wish.objects.create(
        household_id=household.pk,
        login_id=login.pk,
        category="сахар_кондитерские",
        kind="мёд",
        amount=Decimal(amount),
        unit="kg",
        created_at=NOW,
        **more,
    )


@pytest.fixture
def hamlet():
    """Six families that have no receipts and wish for 4 kg of honey a month; jars of half a kilogram at 500 ₽, 300 ₽ from 48 on."""
    _district, (here,) = make_district("Район", "Хутор")
    families = [make_household(here, shares=()) for _number in range(6)]
    for household, login in families:
        wish(household, login)
    make_offer(
        make_price_list(make_organisation().pk, territory_ids=[here.pk]),
        price_kop=50_000,
        pack=6,
        breaks=[(48, 30_000)],
    )
    return families, here


def test_wishes_alone_make_a_proposal_against_the_price_of_one_piece(hamlet):
    families, _here = hamlet
    assert renew().made == 1
    row = Proposal.objects.get()
    assert (row.households, row.amount, row.items, row.item_price_kop) == (6, Decimal(24), 48, 30_000)
    assert row.arithmetic[0] == {"code": "wished", "kop": 24 * 100_000, "amount": "24.000", "households": 6}
    assert sum(line["kop"] for line in row.arithmetic[:-1]) == row.saving_kop
    [mine] = selectors.proposals_for(families[0][1].pk)
    assert (mine.by_wish, mine.own_price_kop, mine.own_kop) == (True, 100_000, 400_000)
    assert sum(row.shares.values_list("saving_kop", flat=True)) == row.saving_kop
    assert renew() == services.Renewed(0, 0, 0, 0)


def test_what_one_would_pay_at_most_bounds_the_saving(hamlet):
    Wish.objects.update(max_price_kop=80_000)
    renew()
    assert set(ProposalShare.objects.values_list("own_price_kop", flat=True)) == {80_000}


def test_a_budget_bounds_the_amount(hamlet):
    Wish.objects.update(
        budget_kop=300_000
    )  # 3 kg at the price of one piece: 36 jars do not reach the lower price
    assert renew().made == 0
    Wish.objects.update(budget_kop=400_000)
    assert renew().made == 1


@pytest.mark.parametrize("why", ["insolvent", "ended", "past", "few", "muted", "single", "far", "large"])
def test_no_proposal_by_wishes(hamlet, why):
    families, _here = hamlet
    first = [one.pk for one, _login in families[:2]]
    two = Wish.objects.filter(household_id__in=first)
    if why == "insolvent":
        two.update(max_price_kop=50_000)
    elif why == "ended":
        two.update(state=Wish.State.WITHDRAWN)
    elif why == "past":
        two.update(needed_on=ON - timedelta(days=1))
    elif why == "few":
        services.thresholds_set(actor=SYSTEM, least_households=7, now=NOW)
    elif why == "muted":
        for _household, one in families[:2]:
            services.kind_mute(actor=actor(one), kind="мёд", now=NOW)
    elif why == "single":
        Offer.objects.update(price_kop=30_000)  # no cheaper together than one piece
    elif why == "far":
        HouseholdHome.objects.filter(household_id__in=first).delete()
    else:
        Wish.objects.filter(household_id=first[0]).update(amount=Decimal(400))
    assert renew().made == 0
    assert not Proposal.objects.exists()


def test_wishes_and_receipts_make_one_purchase_and_none_is_made_out(village):
    """One family that only wishes beside six that buy: what it wishes is in one line with the others, its share is its own."""
    household, login = make_household(village["here"], shares=())
    wish(household, login)
    Offer.objects.update(price_kop=50_000)
    renew()
    row = Proposal.objects.get()
    assert row.households == 7
    assert [line["code"] for line in row.arithmetic][:2] == ["mixed", "goods"]
    assert sum(line["kop"] for line in row.arithmetic[:-1]) == row.saving_kop
    shares = {share.household_id: share for share in row.shares.all()}
    # One piece costs 500 ₽, half a kilogram: nobody who only wishes saves against more than that.
    assert (shares[household.pk].by_wish, shares[household.pk].own_price_kop) == (True, 100_000)
    assert {share.own_price_kop for share in shares.values() if not share.by_wish} == {120_000}
    assert all(share.saving_kop > 0 for share in shares.values())


def test_five_of_each_stand_in_lines_of_their_own(village):
    for _number in range(5):
        wish(*make_household(village["here"], shares=()))
    renew()
    lines = Proposal.objects.get().arithmetic
    assert [(line["code"], line["households"]) for line in lines[:2]] == [("own", 6), ("wished", 5)]


def test_who_buys_and_wishes_counts_by_what_they_buy(village):
    for household, login in village["families"]:
        wish(household, login, amount="100")
    renew()
    row = Proposal.objects.get()
    assert row.amount == Decimal(24)
    assert not row.shares.filter(by_wish=True).exists()


def test_the_published_price_counts_where_it_is_less(hamlet):
    _families, here = hamlet
    publication = Publication.objects.create(
        month=202610, least_households=5, cut_at=NOW, published_at=NOW, cells_count=1, held_back=0
    )
    PublishedCell.objects.create(
        publication=publication,
        measure="wished",
        level="settlement",
        territory_id=here.pk,
        subject="мёд",
        unit="kg",
        households=5,
        amount=Decimal(24),
        price_kop=90_000,
    )
    renew()
    assert set(ProposalShare.objects.values_list("own_price_kop", flat=True)) == {90_000}


def test_a_notice_is_in_the_language_of_its_reader(village):
    _household, login = village["families"][0]
    Login.objects.filter(pk=login.pk).update(language="en")
    renew()
    english = Notification.objects.get(login_id=login.pk)
    assert english.title == "Cheaper together: honey"
    assert english.text.startswith("Your family would save about ")
    russian = Notification.objects.exclude(login_id=login.pk).first()
    assert russian is not None
    assert russian.title == "Выгодно вместе: мёд"


@given(
    st.lists(
        st.tuples(
            st.integers(1, 20), st.none() | st.integers(1, 200_000), st.none() | st.integers(0, 2_000_000)
        ),
        min_size=5,
        max_size=12,
    ),
    st.integers(1, 100_000),
    st.integers(1, 100_000),
)
def test_no_saving_by_a_wish_is_below_nothing_or_above_what_one_would_pay(told, single, together):
    buyers = [
        Buyer(number, Fraction(amount), 0, (Wanted(Fraction(amount), price, budget),))
        for number, (amount, price, budget) in enumerate(told, start=1)
    ]
    limits = Limits(least_saving_kop=1, transport_kop=0, hour_kop=0)
    supply = Supply(1, Fraction(1), 1, 1, lambda items: single if items < 5 else together)
    found = find(buyers, supply, limits)
    if found is None:
        return
    for part in found.parts:
        _amount, price, budget = told[part.household - 1]
        assert part.saving_kop > 0
        assert part.price_kop <= min(single, price or single)
        assert budget is None or part.together_kop < budget + 1
    assert sum(line["kop"] for line in found.arithmetic(limits)[:-1]) == found.saving_kop > 0
