"""Refusals that change nothing, money that is not spent twice, invariants of holds and charges."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koopset.apps.ledger import selectors as ledger
from koopset.apps.ledger import services as books
from koopset.apps.ledger.models import ChartAccount
from koopset.apps.organisations.factories import make_organisation
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases import services as round_services
from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.settlement import factories, selectors, services
from koopset.apps.purchases.settlement.models import Cash, ChargeRow, Cost, Hold, IntakeRow, LineSaving
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW, TODAY = factories.NOW, factories.TODAY


def moves(row: Round, **more: Any) -> dict[str, Any]:
    return {"actor": SYSTEM, "organisation_id": row.organisation_id, "round_id": row.pk, "now": NOW, **more}


def refused(code: str, call: Any, **arguments: Any) -> None:
    with pytest.raises(RuleViolation) as found, transaction.atomic():
        call(**arguments)
    assert found.value.code == code


def test_the_same_money_is_not_put_aside_for_two_rounds() -> None:
    pk = factories.make_buying_body()
    gleb = rounds.make_participant(pk, "Глеб")
    both = []
    for _number in range(2):
        row = rounds.open_round(pk, goods=({**rounds.HONEY, "pack": 1},))
        rounds.make_want(row, gleb, 2)
        both.append(round_services.round_stop(**moves(row)))
    factories.pay(gleb, 69_800)
    assert sum(selectors.held_by(pk, row.pk).get(gleb.pk, 0) for row in both) == 69_800
    second = next(row for row in both if not selectors.held_by(pk, row.pk))
    refused("settlement.not_enough", services.hold_place, **moves(second, participant_id=gleb.pk))
    assert selectors.own_money(second, gleb).free_kop == 0
    assert ledger.verify(pk) == []


def test_a_round_that_is_called_off_sets_everything_free() -> None:
    pk = factories.make_buying_body()
    row, people = rounds.honey_round(organisation_id=pk)
    factories.pay(people[0], 400_000)
    row = round_services.round_stop(**moves(row))
    assert selectors.held_by(pk, row.pk)
    round_services.round_cancel(**moves(row, reason="поставщик отказался"))
    assert not selectors.held_by(pk, row.pk)
    assert selectors.own_money(row, people[0]).free_kop == 400_000
    assert ledger.verify(pk) == []


def test_nothing_is_received_after_the_settlement_and_nothing_is_charged_twice() -> None:
    row, _people = factories.settled_round()
    pk = row.organisation_id
    before = (ChargeRow.objects.filter(organisation_id=pk).count(), ledger.balances(pk, codes=["76"]))
    again = factories.settle(row)
    assert again.pk == row.settled.pk
    refused("settlement.received_already", factories.take_in, row=row, units=4)
    refused("settlement.received_already", services.intake_finish, **moves(row))
    refused("settlement.after_settled", factories.add_cost, row=row, kop=100)
    row.refresh_from_db()
    assert row.state == Round.State.SETTLED
    assert before == (ChargeRow.objects.filter(organisation_id=pk).count(), ledger.balances(pk, codes=["76"]))
    assert IntakeRow.objects.filter(organisation_id=pk).count() == 1


def test_a_cost_that_became_less_is_given_back_by_its_split() -> None:
    row, people = factories.settled_round()
    pk = row.organisation_id
    cost = Cost.objects.get(organisation_id=pk, kind="transport")
    before = {one.pk: selectors.own_money(row, one).free_kop for one in people}
    factories.add_cost(row, -10_000, corrects_id=cost.pk)
    gained = [selectors.own_money(row, one).free_kop - before[one.pk] for one in people]
    assert gained == [4_500, 2_500, 2_000, 1_000]
    assert selectors.round_proof(row).holds
    assert ledger.balances(pk, codes=["76.52"], subject_ids=[row.pk]) == {row.pk: 0}
    refused("settlement.cost_below_zero", factories.add_cost, row=row, kop=-99_000_000, corrects_id=cost.pk)


def test_a_refund_is_never_more_than_stands_free_nor_out_of_an_empty_fund() -> None:
    row, people = factories.settled_round()
    pk, anna = row.organisation_id, people[0]
    free = selectors.own_money(row, anna).free_kop
    out = moves(row, participant_id=anna.pk, on_date=TODAY, way="cash")
    out.pop("round_id")
    refused("settlement.more_than_free", services.pay_out, **out, amount_kop=free + 1, key="1")
    services.pay_supplier(**moves(row, amount_kop=selectors.fund_kop(pk), on_date=TODAY, way="bank", key="s"))
    assert selectors.fund_kop(pk) == 0
    refused("settlement.fund_empty", services.pay_out, **out, amount_kop=free, key="2")
    cash = services.pay_out(**out, amount_kop=free, key="3", reason="из кассы общества, решение правления")
    assert cash.override
    assert Cash.objects.filter(organisation_id=pk, kind="out").count() == 1


def test_a_body_that_is_not_verified_takes_no_money() -> None:
    pk = make_organisation("po", verified=False).pk
    anna = rounds.make_participant(pk, "Анна")
    refused("organisations.not_verified", factories.pay, participant=anna, kop=100)
    assert not Cash.objects.filter(organisation_id=pk).exists()


def test_a_round_in_which_each_pays_the_supplier_touches_no_books() -> None:
    pk = factories.make_buying_body()
    row, people = rounds.sent_round(organisation_id=pk, holder="seller")
    refused("settlement.seller_holds", factories.pay, participant=people[0], kop=100, round_id=row.pk)
    factories.take_in(row, 24)
    services.intake_finish(**moves(row))
    settled = factories.settle(row)
    assert settled.operation_id is None
    assert ledger.balances(pk, codes=["76.50", "76.51", "76.52"]) == {}
    assert ChargeRow.objects.filter(organisation_id=pk, what="goods").count() == 4


def test_books_that_stood_before_get_the_accounts_and_a_taken_number_is_said() -> None:
    pk = factories.make_buying_body()
    ChartAccount.objects.filter(organisation_id=pk, code__in=["76.50", "76.51", "76.52", "76.53"]).delete()
    anna = rounds.make_participant(pk, "Анна")
    factories.pay(anna, 100)
    assert ledger.balance(pk, "76.50") == -100
    other = factories.make_buying_body()
    ChartAccount.objects.filter(organisation_id=other, code="76.51").update(subject="", name="своё")
    books.accounts_for(other, [("76.51", 0)])
    refused(
        "ledger.code_taken_by_hand", factories.pay, participant=rounds.make_participant(other, "Б"), kop=1
    )


def test_money_put_aside_is_not_taken_back_as_a_mistake() -> None:
    pk = factories.make_buying_body()
    row, people = rounds.stopped_round(organisation_id=pk)
    cash = factories.pay(people[3], 69_800, round_id=row.pk)
    back: dict[str, Any] = {
        "actor": SYSTEM,
        "organisation_id": pk,
        "cash_id": cash.pk,
        "reason": "ошибка",
        "now": NOW,
    }
    refused("settlement.spent_already", services.cash_take_back, **back)


def test_a_loss_that_is_spread_pays_the_whole_invoice() -> None:
    pk = factories.make_buying_body()
    row = rounds.make_round(pk, goods=({**rounds.HONEY, "pack": 1, "price_kop": 230},))
    services.terms_set(**moves(row, loss="spread"))
    round_services.round_open(**moves(row))
    people = [rounds.make_participant(pk, name) for name in ("Анна", "Борис", "Вера")]
    for one, firm in zip(people, (10, 8, 6), strict=True):
        rounds.make_want(row, one, firm)
    round_services.round_stop(**moves(row))
    round_services.round_send(**moves(row))
    factories.take_in(row, 23)
    row = services.intake_finish(**moves(row))
    factories.add_cost(row, 24 * 230, "invoice")
    seen = selectors.preview(row)
    assert seen.goods_kop == 24 * 230 == seen.invoice_kop
    assert seen.result_kop == 0


def test_claims_have_a_term_and_a_limit() -> None:
    row, people = factories.settled_round()
    pk, anna = row.organisation_id, people[0]
    line = Line.objects.get(organisation_id=pk, participant_id=anna.pk)
    services.goods_give(**moves(row, participant_id=anna.pk, quantities={line.pk: 9}, key="g"))
    ask = {**moves(row, line_id=line.pk, reason="spoilt", quantity=1), "actor": rounds.buyer_actor(anna)}
    refused("settlement.claim_late", services.claim_ask, **{**ask, "now": NOW + timedelta(days=3)})
    refused("settlement.credit_too_large", services.claim_ask, **ask, amount_kop=10**9)
    claim = services.claim_ask(**ask)
    refused("settlement.claim_waits", services.claim_ask, **ask)
    answer: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "claim_id": claim.pk, "now": NOW}
    refused("settlement.answer_required", services.claim_answer, **answer, accepted_kop=0, answer=" ")
    services.claim_answer(**answer, accepted_kop=0, answer="банка цела")
    refused("settlement.claim_answered", services.claim_answer, **answer, accepted_kop=0, answer="банка цела")
    assert selectors.statement_of(row, anna).credit_kop == 0


def test_persons_savings_make_the_total_and_are_hidden_below_five() -> None:
    row, _people = factories.settled_round()
    pk = row.organisation_id
    for number, one in enumerate(LineSaving.objects.filter(organisation_id=pk).order_by("pk")):
        one.prior_kop = one.paid_kop + 1_000 * (number + 1)
        one.save()
    persons = [selectors.own_savings(one.household_id).saved_kop for one in _people]
    assert persons == [1_000, 2_000, 3_000, 4_000]
    shared = selectors.round_saving(row)
    assert (shared.households, shared.saved_kop, shared.needed) == (4, None, 1)
    LineSaving.objects.create(
        household_id=10**6, organisation_id=pk, round_id=row.pk, line_id=10**6, on_date=TODAY, unit="kg", amount=1, paid_kop=5,
        prior_kop=10,
    )  # fmt: skip
    assert selectors.round_saving(row).saved_kop == sum(persons) + 5


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wants=st.lists(st.integers(0, 9), min_size=2, max_size=4).filter(any),
    came=st.integers(0, 40),
    paid=st.lists(st.integers(0, 300_000), min_size=4, max_size=4),
    transport=st.integers(0, 90_000),
    fee_bp=st.integers(0, 900),
)
def test_whatever_comes_and_whoever_paid_the_books_agree(
    wants: list[int], came: int, paid: list[int], transport: int, fee_bp: int
) -> None:
    pk = factories.make_buying_body()
    row = rounds.open_round(pk, goods=({**rounds.HONEY, "pack": 1},), fee_bp=fee_bp, fee_source="правление")
    people = [rounds.make_participant(pk, f"Участник {number}") for number in range(len(wants))]
    for one, firm in zip(people, wants, strict=True):
        rounds.make_want(row, one, firm)
    for one, kop in zip(people, paid, strict=False):
        if kop:
            factories.pay(one, kop)
    round_services.round_stop(**moves(row))
    held = selectors.held_by(pk, row.pk)
    assert all(0 <= held.get(one.pk, 0) <= kop for one, kop in zip(people, paid, strict=False))
    round_services.round_send(**moves(row))
    if came:
        factories.take_in(row, came)
    row = services.intake_finish(**moves(row))
    received = sum(one.received or 0 for one in Line.objects.filter(organisation_id=pk, round_id=row.pk))
    assert received <= came
    if received:
        factories.add_cost(row, came * 34_900, "invoice")
        if transport:
            factories.add_cost(row, transport)
    factories.settle(row)
    assert not selectors.held_by(pk, row.pk)
    assert selectors.round_proof(row).holds
    assert ledger.balances(pk, codes=["76.52"], subject_ids=[row.pk]).get(row.pk, 0) == 0
    assert all(kop == 0 for kop in ledger.balances(pk, codes=["76.51"]).values())
    charged = list(
        ChargeRow.objects.filter(organisation_id=pk, what="goods").values_list("line_id", flat=True)
    )
    assert len(charged) == len(set(charged))
    for one in people:
        statement = selectors.statement_of(row, one)
        assert statement.where.total_kop == statement.total_kop
        free = selectors.own_money(row, one).free_kop
        assert free == paid[people.index(one)] - statement.total_kop
    assert Hold.objects.filter(organisation_id=pk, amount_kop__lte=0).count() == 0
    assert ledger.verify(pk) == []
