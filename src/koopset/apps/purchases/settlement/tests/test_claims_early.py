"""What is wrong is seen at the hand-out, before the settlement: told, answered, and given back with the settlement, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koopset.apps.ledger import selectors as ledger
from koopset.apps.people.models import Login
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases import services as purchases
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.settlement import factories, selectors, services
from koopset.apps.purchases.settlement.models import ChargeRow, Claim
from koopset.apps.purchases.settlement.rules.claims import credit_that_fits
from koopset.apps.purchases.settlement.tests.test_pages import office, text_of, where
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.testing.refusals import refused
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
NOW = factories.NOW
JAR = 34_900


def handed_out(paid_kop: int = 500_000) -> tuple[Round, Participant, Line]:
    """Twenty jars came, the invoice is entered, Анна paid, fetched her nine and looks at them."""
    row, people = factories.received_round()
    factories.add_cost(row, 20 * JAR, "invoice")
    anna = people[0]
    for one in people:
        factories.pay(one, paid_kop, round_id=row.pk)
    line = Line.objects.get(organisation_id=row.organisation_id, participant_id=anna.pk)
    services.goods_give(
        actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, participant_id=anna.pk,
        quantities={line.pk: 9}, key="g", now=NOW,
    )  # fmt: skip
    return row, anna, line


def ask(row: Round, who: Participant, line: Line, quantity: int = 1, **more: Any) -> Claim:
    return services.claim_ask(
        actor=rounds.buyer_actor(who), organisation_id=row.organisation_id, round_id=row.pk, line_id=line.pk,
        reason="spoilt", quantity=quantity, now=NOW + timedelta(hours=1), **more,
    )  # fmt: skip


def answer(claim: Claim, kop: int, text: str = "видели", **more: Any) -> Claim:
    return services.claim_answer(
        actor=SYSTEM, organisation_id=claim.organisation_id, claim_id=claim.pk, accepted_kop=kop, answer=text, now=NOW, **more
    )  # fmt: skip


def test_a_claim_accepted_before_the_settlement_is_given_back_with_it_once() -> None:
    row, anna, line = handed_out()
    pk = row.organisation_id
    before = selectors.preview(row)
    claim = ask(row, anna, line)
    assert (selectors.preview(row).claims_open, selectors.preview(row).claims_kop) == (1, 0)
    claim = answer(claim, JAR)
    line.refresh_from_db()
    assert (claim.state, claim.credit_id, line.state) == (Claim.State.ACCEPTED, None, Line.State.RECEIVED)
    assert not ChargeRow.objects.filter(organisation_id=pk).exists(), (
        "nothing is given back before it is charged"
    )
    seen = selectors.preview(row)
    assert (seen.claims_open, seen.claims_kop) == (0, JAR)
    assert seen.goods_kop == before.goods_kop
    with pytest.raises(RuleViolation) as changed:
        services.round_settle(
            actor=SYSTEM, organisation_id=pk, round_id=row.pk, fingerprint=before.fingerprint, now=NOW
        )
    assert changed.value.code == "settlement.preview_changed", "whoever settles sees the claim first"
    factories.settle(row)
    factories.settle(row)
    claim.refresh_from_db()
    line.refresh_from_db()
    credits = ChargeRow.objects.filter(organisation_id=pk, what="credit")
    assert [(one.amount_kop, one.pk) for one in credits] == [(-JAR, claim.credit_id)]
    assert (line.charged_kop, line.state) == (9 * JAR, Line.State.CREDITED)
    assert selectors.own_money(row, anna).free_kop == 500_000 - 8 * JAR
    row.refresh_from_db()
    assert selectors.statement_of(row, anna).total_kop == 8 * JAR
    assert selectors.round_proof(row).holds
    assert ledger.balances(pk, codes=["76.52"], subject_ids=[row.pk]) == {row.pk: 0}
    assert -ledger.balance(pk, "60") == 20 * JAR - JAR, "the supplier bears it"
    assert ledger.verify(pk) == []
    refused("settlement.claim_answered", answer, claim, JAR)


def test_the_body_may_bear_it_and_a_part_may_be_accepted() -> None:
    row, anna, line = handed_out()
    pk = row.organisation_id
    answer(ask(row, anna, line, 2), JAR, "одна банка", bearer="body")
    factories.settle(row)
    assert Claim.objects.get(organisation_id=pk).state == Claim.State.PART
    assert ledger.balance(pk, "76.53") == JAR
    assert -ledger.balance(pk, "60") == 20 * JAR
    row.refresh_from_db()
    assert selectors.round_proof(row).holds
    assert ledger.verify(pk) == []


def test_an_open_claim_does_not_stop_the_settlement_and_is_answered_after_it() -> None:
    row, anna, line = handed_out()
    claim = ask(row, anna, line)
    factories.settle(row)
    line.refresh_from_db()
    assert line.state == Line.State.DISPUTED
    answer(claim, JAR)
    line.refresh_from_db()
    assert line.state == Line.State.CREDITED
    assert selectors.own_money(row, anna).free_kop == 500_000 - 8 * JAR
    assert ledger.verify(row.organisation_id) == []


def test_claims_before_the_settlement_never_give_back_more_than_came() -> None:
    row, anna, line = handed_out()
    answer(ask(row, anna, line, 5), 5 * JAR)
    refused("settlement.credit_too_large", ask, row, anna, line, 5)
    second = ask(row, anna, line, 4)
    answer(second, 0, "банки целы")
    factories.settle(row)
    assert selectors.own_money(row, anna).free_kop == 500_000 - 4 * JAR


def test_scales_may_have_shown_less_than_was_claimed() -> None:
    assert credit_that_fits(30_000, 0, 34_900) == 30_000
    assert credit_that_fits(30_000, 30_000, 34_900) == 0
    assert credit_that_fits(0, 0, 1) == 0
    pk = factories.make_buying_body()
    cheese = {
        **rounds.HONEY,
        "name": "Сыр",
        "pack": 1,
        "by_weight": True,
        "unit": "kg",
        "amount": Decimal(1),
        "price_kop": 100_000,
    }
    row = rounds.open_round(pk, goods=(cheese,))
    anna = rounds.make_participant(pk, "Анна")
    rounds.make_want(row, anna, 1000)
    moves: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "round_id": row.pk, "now": NOW}
    purchases.round_stop(**moves)
    purchases.round_send(**moves)
    factories.take_in(row, 1000)
    row = services.intake_finish(**moves)
    line = Line.objects.get(organisation_id=pk)
    answer(ask(row, anna, line, 1000), 100_000)
    services.goods_give(**moves, participant_id=anna.pk, quantities={line.pk: 400}, key="g")
    factories.add_cost(row, 100_000, "invoice")
    factories.settle(row)
    assert Claim.objects.get(organisation_id=pk).accepted_kop == 40_000, "four hundred grams were charged"
    row.refresh_from_db()
    assert selectors.statement_of(row, anna).total_kop == 0
    assert selectors.round_proof(row).holds
    assert ledger.verify(pk) == []


def test_pages_warn_of_open_claims_and_say_when_the_money_comes() -> None:
    row, anna, line = handed_out()
    client = Client(headers={"accept-language": "ru"})
    client.force_login(Login.objects.get(pk=anna.login_id or 0))
    claim = ask(row, anna, line)
    chair = office(row.organisation_id)
    assert "1 претензия ждёт ответа" in text_of(
        chair.get(where("settle", row), headers={"accept-language": "ru"})
    )
    answer(claim, JAR)
    page = text_of(chair.get(where("settle", row), headers={"accept-language": "ru"}))
    assert "349,00 ₽ вернётся на счета" in page
    own = text_of(client.get(reverse("settlement:my-statement", args=[row.pk])))
    assert "349,00 ₽ придёт на ваш счёт" in own
    factories.settle(row)
    assert "349,00 ₽ на вашем счёте" in text_of(client.get(reverse("settlement:my-statement", args=[row.pk])))
