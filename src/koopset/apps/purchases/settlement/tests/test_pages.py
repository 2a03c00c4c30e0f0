"""Pages by role: who pays, who takes, who hands out; empty, refused, settled; without a script."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases import services as round_services
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.settlement import factories, selectors, services
from koopset.apps.purchases.settlement.models import Cash, ChargeRow, Claim, HandoutRow, PickUp, Rating
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def entered(login: Login | None = None) -> Client:
    client = Client()
    client.force_login(login or make_login(password=None))
    return client


def buyer(participant: Participant) -> Client:
    return entered(Login.objects.get(pk=participant.login_id or 0))


def office(organisation_id: int, role: Role = Role.TREASURER) -> Client:
    login = make_role(organisation_id, role).person.login
    assert login is not None
    return entered(login)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content.decode()[:2000]
    return str(response.content.decode()).replace("\xa0", " ")


def where(name: str, row: Round, **more: int) -> str:
    return reverse(f"settlement:{name}", args=[row.organisation_id, row.pk, *more.values()])


MY = ("my-pay", "my-code", "my-statement", "my-saving")
OFFICE = ("money", "intake", "handout", "claims", "settle")


def test_pages_of_a_round_from_its_draft_to_its_end() -> None:
    pk = factories.make_buying_body()
    treasurer = office(pk)
    chair = office(pk, Role.CHAIR)
    draft = rounds.make_round(pk)
    for name in OFFICE:
        text_of(chair.get(where(name, draft)))
    received, people = factories.received_round(organisation_id=pk)
    for name in OFFICE:
        text_of(chair.get(where(name, received)))
    for name in ("terms", "fee", "cost", "pay-in", "pay-supplier", "slots", "handout-print"):
        text_of(treasurer.get(where(name, received)))
    for name in MY:
        text_of(buyer(people[0]).get(reverse(f"settlement:{name}", args=[received.pk])))
    settled, _people = factories.settled_round(organisation_id=pk)
    for name in OFFICE:
        text_of(chair.get(where(name, settled)))
    assert "Money in equals money out" in text_of(
        chair.get(where("money", settled), headers={"accept-language": "en"})
    )
    text_of(treasurer.get(reverse("settlement:accounts", args=[pk])))
    text_of(treasurer.get(reverse("settlement:accounts", args=[pk]) + "?q=zzz"))
    text_of(treasurer.get(reverse("settlement:points", args=[pk])))
    for name in ("account", "pay-out"):
        text_of(treasurer.get(reverse(f"settlement:{name}", args=[pk, _people[0].pk])))
    assert "ks-list" in text_of(chair.get(reverse("purchases:round", args=[pk, settled.pk])))
    text_of(buyer(_people[0]).get(reverse("purchases:my-round", args=[settled.pk])))


def test_a_stranger_and_another_buyer_see_nothing() -> None:
    row, people = factories.settled_round()
    other, _ = factories.settled_round()
    line = Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)[0]
    stranger, neighbour = entered(), buyer(_[0])
    for client in (stranger, neighbour):
        for name in MY:
            assert client.get(reverse(f"settlement:{name}", args=[row.pk])).status_code == 404
        assert client.get(reverse("settlement:my-claim", args=[row.pk, line.pk])).status_code == 404
        for name in OFFICE:
            assert client.get(where(name, row)).status_code == 404
    foreign = office(other.organisation_id)
    assert foreign.get(where("money", row)).status_code == 404
    # One's own round, somebody else's line.
    own = Line.objects.exclude(participant_id=people[0].pk).filter(
        organisation_id=row.organisation_id, round_id=row.pk
    )[0]
    assert buyer(people[0]).get(reverse("settlement:my-claim", args=[row.pk, own.pk])).status_code == 404


def test_a_treasurer_takes_money_enters_costs_and_settles() -> None:
    row, people = factories.received_round()
    client = office(row.organisation_id)
    page = client.get(where("pay-in", row) + f"?participant={people[0].pk}")
    key = page.context["form"]["key"].value()
    data = {
        "participant": people[0].pk,
        "amount": "5 000",
        "on_date": "2026-11-24",
        "way": "cash",
        "key": key,
    }
    for _again in range(2):  # pressed twice
        assert client.post(where("pay-in", row), data).status_code == 302
    assert Cash.objects.filter(organisation_id=row.organisation_id).count() == 1
    text_of(client.post(where("pay-in", row), {**data, "amount": "0", "key": "2"}), 422)
    invoice = {"kind": "invoice", "amount": "6980", "on_date": "2026-11-24", "key": "i", "split": "by_value"}
    assert client.post(where("cost", row), invoice).status_code == 302
    page = client.get(where("settle", row))
    seen = page.context["seen"].fingerprint
    factories.add_cost(row, 100_000)
    assert "изменилось" in text_of(client.post(where("settle", row), {"fingerprint": seen}), 422)
    seen = client.get(where("settle", row)).context["seen"].fingerprint
    assert client.post(where("settle", row), {"fingerprint": seen}).status_code == 302
    row.refresh_from_db()
    assert row.state == Round.State.SETTLED
    assert client.post(where("settle", row), {"fingerprint": seen}).status_code == 302, "again it is the same"
    assert ChargeRow.objects.filter(organisation_id=row.organisation_id, what="goods").count() == 4


def test_intake_by_a_phone() -> None:
    row, _people = rounds.sent_round(organisation_id=factories.make_buying_body())
    client = office(row.organisation_id, Role.STAFF)
    good = row.goods.get(organisation_id=row.organisation_id)
    data = {"good": good.pk, "quantity": "20", "outcome": "good", "key": "a"}
    assert client.post(where("intake", row), data).status_code == 302
    assert "0,5" in text_of(client.post(where("intake", row), {**data, "quantity": "0,5", "key": "b"}), 422)
    text_of(client.post(where("intake", row), {**data, "quantity": "", "key": "c"}), 422)
    assert client.post(where("intake", row), {**data, "good": 0}).status_code == 404
    assert client.post(where("intake-finish", row)).status_code == 302
    row.refresh_from_db()
    assert row.state == Round.State.RECEIVED
    assert client.post(where("intake", row), {**data, "key": "d"}).status_code == 422, (
        "the intake is finished"
    )


def test_a_code_opens_its_participant_and_goods_are_given() -> None:
    row, people = factories.received_round()
    client = office(row.organisation_id, Role.STAFF)
    code = PickUp.objects.get(organisation_id=row.organisation_id, participant_id=people[0].pk).code
    page = buyer(people[0]).get(reverse("settlement:my-code", args=[row.pk]))
    assert f"{code[:4]} {code[4:]}" in text_of(page)
    found: Any = client.get(where("handout", row) + f"?code={code[:4]}+{code[4:]}")
    assert found.url == where("give", row, participant_id=people[0].pk)
    text_of(client.get(where("handout", row) + "?code=12345678"), 422)
    line = Line.objects.get(organisation_id=row.organisation_id, participant_id=people[0].pk)
    give = where("give", row, participant_id=people[0].pk)
    text_of(client.get(give))
    text_of(client.post(give, {f"line-{line.pk}": "10", "key": "a", "deed": "give"}), 422)
    text_of(client.post(give, {f"line-{line.pk}": "ten", "key": "a", "deed": "give"}), 422)
    for _again in range(2):
        assert client.post(give, {f"line-{line.pk}": "9", "key": "a", "deed": "give"}).status_code == 302
    given = HandoutRow.objects.get(organisation_id=row.organisation_id, line_id=line.pk)
    assert given.quantity == 9
    assert given.by is not None
    text_of(client.get(give))
    table: Any = client.get(where("handout-xlsx", row))
    sheet = load_workbook(BytesIO(b"".join(table.streaming_content))).active
    assert sheet is not None
    assert "Анна" in {str(cell.value) for line in sheet.iter_rows() for cell in line}
    assert code not in text_of(client.get(where("handout-print", row)))


def test_times_and_places() -> None:
    row, people = factories.received_round()
    client = office(row.organisation_id)
    assert (
        client.post(
            reverse("settlement:points", args=[row.organisation_id]),
            {"name": "У ворот", "address": "Лесная, 1"},
        ).status_code
        == 302
    )
    point = selectors.points_of(row.organisation_id)[0]
    times = {
        "point": point.pk,
        "starts_at": "2096-11-28T10:00",
        "ends_at": "2096-11-28T12:00",
        "capacity": "1",
    }
    assert client.post(where("slots", row), times).status_code == 302
    text_of(client.post(where("slots", row), times), 422)
    slot = selectors.slots_of(row)[0]
    mine = reverse("settlement:my-code", args=[row.pk])
    assert buyer(people[0]).post(mine, {"slot": slot.id}).status_code == 302
    text_of(buyer(people[1]).post(mine, {"slot": slot.id}), 422)
    text_of(buyer(people[1]).post(mine, {"slot": "x"}), 422)
    assert selectors.slots_of(row)[0].is_full


def test_a_claim_its_answer_and_a_rating() -> None:
    row, people = factories.settled_round()
    line = Line.objects.get(organisation_id=row.organisation_id, participant_id=people[0].pk)
    client, treasurer = buyer(people[0]), office(row.organisation_id)
    address = reverse("settlement:my-claim", args=[row.pk, line.pk])
    text_of(client.get(address))
    text_of(client.post(address, {"reason": "spoilt", "quantity": "99"}), 422)
    assert (
        client.post(address, {"reason": "spoilt", "quantity": "1", "text": "банка течёт"}).status_code == 302
    )
    claim = Claim.objects.get(organisation_id=row.organisation_id)
    assert "банка течёт" in text_of(
        treasurer.get(reverse("settlement:claim", args=[row.organisation_id, claim.pk]))
    )
    answer = reverse("settlement:claim", args=[row.organisation_id, claim.pk])
    text_of(treasurer.post(answer, {"deed": "answer", "accepted": "100", "bearer": "supplier"}), 422)
    back = {"deed": "back", "quantity": "1", "key": "a"}
    assert treasurer.post(answer, back).status_code == 302
    done = {"deed": "answer", "accepted": "100", "bearer": "body", "answer": "половина банки цела"}
    assert treasurer.post(answer, done).status_code == 302
    claim.refresh_from_db()
    assert (claim.state, claim.accepted_kop) == (Claim.State.PART, 10_000)
    page = text_of(client.get(reverse("settlement:my-statement", args=[row.pk])))
    assert "половина банки цела" in page
    statement = reverse("settlement:my-statement", args=[row.pk])
    assert client.post(statement, {"quality": 5, "terms": 4, "price": 3, "text": ""}).status_code == 302
    text_of(client.post(statement, {"quality": 6, "terms": 4, "price": 3}), 422)
    rating = Rating.objects.get(organisation_id=row.organisation_id)
    hide = reverse("settlement:rating-hide", args=[row.organisation_id, rating.pk])
    assert treasurer.post(hide, {"hidden": "1"}).status_code == 302
    rating.refresh_from_db()
    assert rating.is_hidden


def test_a_row_of_money_is_taken_back_with_a_reason() -> None:
    pk = factories.make_buying_body()
    anna = rounds.make_participant(pk, "Анна")
    cash = factories.pay(anna, 10_000)
    client = office(pk)
    address = reverse("settlement:cash-back", args=[pk, cash.pk])
    text_of(client.get(address))
    text_of(client.post(address, {"reason": ""}), 422)
    assert client.post(address, {"reason": "не тот участник"}).status_code == 302
    account = reverse("settlement:account", args=[pk, anna.pk])
    assert "не тот участник" in text_of(client.get(account))
    assert client.get(reverse("settlement:cash-back", args=[pk, 10**9])).status_code == 404


def test_terms_and_fees() -> None:
    pk = factories.make_buying_body()
    row = rounds.make_round(pk)
    client = office(pk)
    terms = {
        "policy": "handout", "loss": "spread", "claim_days": 3, "trip_minutes": 90, "organiser_minutes": 0, "helper_minutes": 0,
    }  # fmt: skip
    assert client.post(where("terms", row), terms).status_code == 302
    assert selectors.money_of(row).policy == "handout"
    fee = {"kind": "percent", "rate": "2,5", "title": "Оргсбор", "source": "протокол № 3"}
    assert client.post(where("fee", row), fee).status_code == 302
    text_of(client.post(where("fee", row), {**fee, "source": ""}), 422)
    rule = selectors.active_fees(pk, row.pk)[0]
    assert rule.rate == 250
    round_services.round_open(actor=SYSTEM, organisation_id=pk, round_id=row.pk, now=NOW)
    text_of(client.post(where("fee", row), fee), 422)
    text_of(client.post(where("terms", row), {**terms, "policy": "before"}), 422)
    assert client.post(where("fee-end", row, fee_id=rule.pk)).status_code == 302
    assert selectors.active_fees(pk, row.pk) == []


def test_money_is_put_aside_from_ones_own_page() -> None:
    pk = factories.make_buying_body()
    row, people = rounds.stopped_round(organisation_id=pk)
    client = buyer(people[3])
    address = reverse("settlement:my-pay", args=[row.pk])
    assert "698,00" in text_of(client.get(address))
    text_of(client.post(address), 422)
    factories.pay(people[3], 100_000, round_id=row.pk)
    assert selectors.own_money(row, people[3]).held_kop == 69_800
    assert client.post(address).status_code == 302


def test_the_savings_page_of_somebody_without_a_household() -> None:
    assert "ks-empty" in text_of(entered().get(reverse("settlement:my-savings")))
    row, people = factories.settled_round()
    assert row.title in text_of(buyer(people[0]).get(reverse("settlement:my-savings")))
    assert services.round_settle is not None
