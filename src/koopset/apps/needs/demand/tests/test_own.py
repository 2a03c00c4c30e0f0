"""One's own figures, wishes, pages by role, what is given out and erased."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.catalogue.offers.factories import make_offer, make_price_list
from koopset.apps.catalogue.selectors import categories, kinds
from koopset.apps.needs.demand import services
from koopset.apps.needs.demand.factories import MADE, buy, make_district, make_household
from koopset.apps.needs.demand.models import KindMute, Proposal, ProposalAnswer, ProposalShare, Wish
from koopset.apps.needs.demand.privacy import DemandData
from koopset.apps.needs.demand.selectors import household as own
from koopset.apps.needs.demand.selectors.purchases import PURCHASES
from koopset.apps.needs.demand.services.households import on_household_joined
from koopset.apps.needs.demand.tests.refusing import refused
from koopset.apps.needs.demand.tests.test_rules import MILK
from koopset.apps.needs.events import PurchasesChanged
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.events import HouseholdJoined
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import HouseholdMember
from koopset.apps.places.services import location_set_for_room
from koopset.foundation.analytics.copying import copy_dataset
from koopset.foundation.events import publish
from koopset.foundation.jobs.models import Job
from koopset.foundation.personal.ports import Fate, Subject
from koopset.foundation.rights.actors import SYSTEM, actor_for_login
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
ON = date(2020, 6, 5)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def actor(login):
    return actor_for_login(login.pk, on=date(2026, 11, 24))


def client_of(login) -> Client:
    client = Client()
    client.force_login(login)
    return client


def test_figures_are_right_at_once_after_a_receipt():
    household, login = make_household()
    for day, litres, kop in MILK[:-1]:
        buy(household, day, amount=litres, kop=kop)
    buy(household, *MILK[-1][:1], amount=MILK[-1][1], kop=MILK[-1][2])
    [milk] = own.uses_of(actor(login), ON)
    assert (milk.kind, milk.per_month, milk.next.on_to) == ("молоко", Decimal("10.37"), date(2020, 6, 12))
    buy(household, date(2020, 6, 5), amount="1")
    [milk] = own.uses_of(actor(login), ON)
    assert milk.per_month == Decimal("12.68")  # 12.675 l in 30 days
    _other, stranger = make_household()
    assert own.uses_of(actor(stranger), ON) == []
    assert own.kind_page(actor(stranger), "молоко", ON) is None
    assert own.uses_of(actor(make_login()), ON) == []


def test_prices_by_shop_and_month():
    household, login = make_household()
    for day, kop, shop in ((1, 9000, "1"), (20, 8000, "2"), (25, 9500, "1")):
        buy(household, date(2026, 10, day), kop=kop, shop=shop)
    buy(household, date(2026, 11, 2), kop=9900, shop="1")
    page = own.kind_page(actor(login), "молоко", date(2026, 11, 24))
    assert [str(line.month) for line in page.months] == ["2026-10", "2026-11"]
    assert [(shop.median_kop, shop.by_month) for shop in page.shops] == [
        (8000, (8000, None)),
        (9500, (9250, 9900)),
    ]


def test_a_wish_is_typed_and_refused_in_words():
    _household, login = make_household(make_district("Район", "Посёлок")[1][0])
    row = services.wish_make(
        actor=actor(login), kind="молоко", amount=Decimal(10), max_price_kop=9000, now=NOW
    )
    assert (row.unit, row.category) == ("l", "молоко_молочное")
    wrong: dict[str, dict[str, Any]] = {
        "demand.unknown_kind": {"kind": "звёзды"},
        "demand.bad_amount": {"amount": Decimal("0.0001")},
        "demand.bad_price": {"max_price_kop": 0},
        "demand.bad_budget": {"budget_kop": -1},
        "demand.bad_day": {"needed_on": date(2026, 1, 1)},
        "demand.bad_rhythm": {"rhythm": "never"},
    }
    for code, values in wrong.items():
        with refused(code):
            services.wish_make(
                **{"actor": actor(login), "kind": "молоко", "amount": Decimal(1), "now": NOW, **values}
            )
    private = next(kind.key for kind in kinds().values() if categories()[kind.category].is_private)
    with refused("demand.private_kind"):
        services.wish_make(actor=actor(login), kind=private, amount=Decimal(1), now=NOW)
    assert Wish.objects.count() == 1
    _other, stranger = make_household()
    with pytest.raises(Wish.DoesNotExist):
        services.wish_end(actor=actor(stranger), wish_id=row.pk, now=NOW)
    services.wish_end(actor=actor(login), wish_id=row.pk, met=True, now=NOW)
    with refused("demand.wish_over"):
        services.wish_end(actor=actor(login), wish_id=row.pk, now=NOW)


def test_wishes_have_a_limit(monkeypatch):
    from koopset.apps.needs.demand.services import wishes as module

    monkeypatch.setattr(module, "MOST_OPEN", 1)
    _household, login = make_household()
    services.wish_make(actor=actor(login), kind="молоко", amount=Decimal(1), now=NOW)
    with refused("demand.too_many_wishes"):
        services.wish_make(actor=actor(login), kind="кефир", amount=Decimal(1), now=NOW)


@pytest.fixture
def village():
    """Six families, honey, a proposal."""
    _district, (here,) = make_district("Район", "Посёлок")
    families = [make_household(here) for _number in range(6)]
    today = timezone.localdate()
    for household, _login in families:
        for number in range(8):
            buy(
                household,
                today - timedelta(days=5 + 15 * number),
                "мёд",
                category="сахар_кондитерские",
                amount="2",
                unit="kg",
                kop=240_000,
            )
    supplier = make_organisation()
    make_offer(make_price_list(supplier.pk, territory_ids=[here.pk]), price_kop=30_000)
    copy_dataset(PURCHASES, now=timezone.now())
    services.proposals_renew(actor=SYSTEM, on=today, now=timezone.now())
    return {"families": families, "here": here, "supplier": supplier, "proposal": Proposal.objects.get()}


OWN_PAGES = ("demand:uses", "demand:wishes", "demand:wish_new", "demand:proposals", "demand:neighbours")


@pytest.mark.parametrize("name", OWN_PAGES)
def test_pages_stand_when_there_is_nothing(name):
    assert client_of(make_login()).get(reverse(name)).status_code == 200
    assert Client().get(reverse(name)).status_code == 302


def test_pages_of_a_family_and_of_a_stranger(village):
    household, login = village["families"][0]
    client, number = client_of(login), village["proposal"].pk
    assert "мёд" in client.get(reverse("demand:uses")).content.decode().lower()
    assert client.get(reverse("demand:kind", args=["мёд"])).status_code == 200
    assert client.get(reverse("demand:kind", args=["соль"])).status_code == 404
    page = client.get(reverse("demand:proposal", args=[number]))
    assert page.status_code == 200
    answer = client.post(reverse("demand:proposal", args=[number]), {"quantity": "8", "tolerance": ""})
    assert answer.status_code == 302
    assert ProposalAnswer.objects.get().quantity == 8
    wrong = client.post(reverse("demand:proposal", args=[number]), {"quantity": "5000", "tolerance": "0"})
    assert wrong.status_code == 200
    assert ProposalAnswer.objects.get().quantity == 8
    stranger = client_of(make_household(village["here"])[1])
    for name in ("demand:proposal", "demand:refuse"):
        method = stranger.get if name == "demand:proposal" else stranger.post
        assert method(reverse(name, args=[number])).status_code == 404
    assert client.post(reverse("demand:refuse", args=[number])).status_code == 302
    assert client.post(reverse("demand:mute"), {"kind": "мёд"}).status_code == 302
    assert KindMute.objects.get().household_id == household.pk
    assert "мёд" in client.get(reverse("demand:proposals")).content.decode().lower()
    assert client.post(reverse("demand:mute"), {"kind": "мёд", "back": "1"}).status_code == 302
    assert client.post(reverse("demand:mute"), {"kind": ""}).status_code == 404


def test_a_wish_by_its_page():
    _household, login = make_household()
    client = client_of(login)
    form = {"kind": "молоко", "amount": "2,5", "rhythm": "week", "max_price": "90", "budget": ""}
    assert client.post(reverse("demand:wish_new"), form).status_code == 302
    row = Wish.objects.get()
    assert (row.amount, row.max_price_kop, row.budget_kop) == (Decimal("2.5"), 9000, None)
    assert client.post(reverse("demand:wish_new"), {**form, "amount": "0"}).status_code == 200
    assert "2,5" in client.get(reverse("demand:wishes")).content.decode()
    assert client.post(reverse("demand:wish_end", args=[row.pk]), {"met": "1"}).status_code == 302
    assert client.post(reverse("demand:wish_end", args=[row.pk]), {"met": "1"}).status_code == 404


def test_the_office_sees_the_area_and_a_resident_does_not(village):
    supplier = village["supplier"]
    url = reverse("demand:area", args=[supplier.pk])
    chair = make_login()
    make_role(supplier.pk, Role.CHAIR, person=make_person(supplier.pk, login=chair))
    assert client_of(chair).get(url).status_code == 200
    location_set_for_room(organisation_id=supplier.pk, territory_id=village["here"].pk)
    page = client_of(chair).get(url).content.decode()
    assert village["proposal"].offer_name in page
    assert client_of(village["families"][0][1]).get(url).status_code == 404


def test_thresholds_page_is_the_operators(village):
    url = reverse("demand:thresholds")
    assert client_of(village["families"][0][1]).get(url).status_code == 404
    operator = client_of(make_login(is_operator=True))
    page = operator.get(url)
    assert page.status_code == 200
    typed = {
        "least_households": "6", "least_saving_kop": "500", "least_days": "45", "window_days": "180",
        "transport_kop": "1500", "organiser_percent": "5", "hours_round": "2", "hours_household": "0,1",
        "hour_kop": "300", "lasts_days": "30",
    }  # fmt: skip
    assert operator.post(url, {**typed, "least_households": "2"}).status_code == 200
    assert operator.post(url, typed).status_code == 302


def test_what_is_held_of_a_person_is_given_out_and_erased(village):
    household, login = village["families"][0]
    services.wish_make(actor=actor(login), kind="молоко", amount=Decimal(1), now=NOW)
    services.proposal_join(
        actor=actor(login), proposal_id=village["proposal"].pk, quantity=2, now=timezone.now()
    )
    services.kind_mute(actor=actor(login), kind="кефир", now=NOW)
    subject, data = Subject(login.pk), DemandData()
    assert {one.name: len(list(one.rows)) for one in data.tables(subject)} == {
        "wishes": 1,
        "proposal_answers": 1,
        "proposal_shares": 1,
        "muted_kinds": 1,
    }
    none: frozenset[str] = frozenset()
    [foretold] = data.holds(subject, needs=none, now=NOW)
    [done] = data.erase(actor=SYSTEM, subject=subject, needs=none, now=NOW)
    assert foretold == done
    assert done.fate is Fate.ERASE
    assert not Wish.objects.exists()
    assert not Wish.history.exists()
    assert not ProposalAnswer.history.exists()
    assert not ProposalShare.objects.filter(household_id=household.pk).exists()
    assert ProposalShare.objects.count() == 5


def test_a_family_keeps_its_wishes_when_one_goes():
    household, login = make_household()
    HouseholdMember.objects.create(household=household, login=make_login(), since=MADE)
    services.wish_make(actor=actor(login), kind="молоко", amount=Decimal(1), now=NOW)
    [line] = DemandData().erase(actor=SYSTEM, subject=Subject(login.pk), needs=frozenset(), now=NOW)
    assert (line.fate, line.count) == (Fate.ANONYMISE, 1)
    assert Wish.objects.get().login_id == 0
    assert not Wish.history.filter(login_id=login.pk).exists()


def test_wishes_and_answers_come_along_into_another_household(village):
    (one, login), (two, _other) = village["families"][:2]
    services.wish_make(actor=actor(login), kind="молоко", amount=Decimal(1), now=NOW)
    services.kind_mute(actor=actor(login), kind="мёд", now=NOW)
    on_household_joined(HouseholdJoined(None, login.pk, one.pk, two.pk, bring=False))
    assert Wish.objects.get().household_id == one.pk
    on_household_joined(HouseholdJoined(None, login.pk, one.pk, two.pk, bring=True))
    assert Wish.objects.get().household_id == two.pk
    assert KindMute.objects.get().household_id == two.pk
    assert not ProposalShare.objects.filter(household_id=one.pk).exists()


def test_changes_ask_for_one_copy_at_the_next_hour():
    household, _login = make_household()
    with transaction.atomic():
        for _number in range(3):
            publish(PurchasesChanged(None, household.pk))
    [job] = Job.objects.filter(kind="analytics.copy")
    assert job.run_at > job.created_at
    assert job.run_at.minute == 0
