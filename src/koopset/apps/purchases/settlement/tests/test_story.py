"""A round of honey from wants to a refund: what each got, paid and was given back, and books that agree to the kopeck."""

from __future__ import annotations

from datetime import timedelta

import pytest

from koopset.apps.ledger import selectors as ledger
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases import services as round_services
from koopset.apps.purchases.models import Line, Round
from koopset.apps.purchases.settlement import factories, selectors, services
from koopset.apps.purchases.settlement.models import Cash, ChargeRow, Claim, Hold, LineSaving, PickUp
from koopset.foundation.rights.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOW, TODAY = factories.NOW, factories.TODAY


def kop(organisation_id: int, code: str) -> int:
    return ledger.balance(organisation_id, code)


def test_honey_that_came_short_from_wants_to_a_refund() -> None:
    pk = factories.make_buying_body()
    row, people = rounds.honey_round(
        organisation_id=pk, transport_kop=120_000, fee_bp=500, fee_source="правление"
    )
    anna, boris, vera, gleb = people
    # Paid before «stop»: Анна and Глеб have money on their accounts, Борис has a little, Вера nothing.
    factories.pay(anna, 500_000)
    factories.pay(gleb, 100_000)
    factories.pay(boris, 50_000)
    assert kop(pk, "50") == 650_000
    round_services.round_stop(actor=SYSTEM, organisation_id=pk, round_id=row.pk, now=NOW)
    row.refresh_from_db()

    # By time: 10, 5, 7, 2 of two packs. Held is the estimate with transport and fee, as far as there is money.
    held = selectors.held_by(pk, row.pk)
    assert held[anna.pk] == 349_000 + 50_000 + 17_450
    assert held[boris.pk] == 50_000
    assert vera.pk not in held
    assert held[gleb.pk] == 69_800 + 10_000 + 3_490
    own = selectors.own_money(row, vera)
    assert own.to_pay_kop == 7 * 34_900 + 35_000 + 12_215
    # What comes later is put aside at once.
    factories.pay(vera, own.to_pay_kop, round_id=row.pk)
    factories.pay(boris, 200_000, round_id=row.pk)
    assert selectors.own_money(row, vera).to_pay_kop == 0

    round_services.round_send(actor=SYSTEM, organisation_id=pk, round_id=row.pk, now=NOW)
    # Two parts: twelve jars, then nine, one of them broken.
    factories.take_in(row, 12)
    row.refresh_from_db()
    assert row.state == Round.State.PARTLY
    factories.take_in(row, 8)
    factories.take_in(row, 1, outcome="spoilt")
    row = services.intake_finish(actor=SYSTEM, organisation_id=pk, round_id=row.pk, now=NOW)
    got = dict(
        Line.objects.filter(organisation_id=pk, round_id=row.pk).values_list("participant__name", "received")
    )
    assert got == {"Анна": 9, "Борис": 5, "Вера": 4, "Глеб": 2}
    assert PickUp.objects.filter(organisation_id=pk, round_id=row.pk).count() == 4

    factories.add_cost(row, 24 * 34_900, "invoice", title="№ 18")
    invoice = row.costs.get(organisation_id=pk, kind="invoice")
    factories.add_cost(row, -4 * 34_900, "invoice", corrects_id=invoice.pk, title="недопоставка")
    factories.add_cost(row, 100_000)
    seen = selectors.preview(row)
    assert seen.goods_kop == seen.invoice_kop == 20 * 34_900
    assert seen.costs_kop == 100_000
    assert seen.fee_kop == 34_900
    assert seen.proof.holds
    services.round_settle(
        actor=SYSTEM, organisation_id=pk, round_id=row.pk, fingerprint=seen.fingerprint, now=NOW
    )
    row.refresh_from_db()
    assert row.state == Round.State.SETTLED

    paid = {one.name: selectors.statement_of(row, one) for one in people}
    assert {name: one.goods_kop for name, one in paid.items()} == {
        "Анна": 314_100, "Борис": 174_500, "Вера": 139_600, "Глеб": 69_800,
    }  # fmt: skip
    assert {name: one.costs_kop for name, one in paid.items()} == {
        "Анна": 45_000, "Борис": 25_000, "Вера": 20_000, "Глеб": 10_000,
    }  # fmt: skip
    for one in paid.values():
        assert one.where.total_kop == one.total_kop
        assert one.where.platform_kop == 0
    assert not selectors.held_by(pk, row.pk)
    assert kop(pk, "76.51") == 0
    assert ledger.balances(pk, codes=["76.52"], subject_ids=[row.pk]) == {row.pk: 0}
    assert -kop(pk, "76.53") == 34_900
    assert -kop(pk, "60") == 20 * 34_900 + 100_000
    assert selectors.round_proof(row).holds

    # The supplier and the carrier are paid out of what was brought.
    services.pay_supplier(
        actor=SYSTEM, organisation_id=pk, round_id=row.pk, amount_kop=20 * 34_900 + 100_000, on_date=TODAY, way="bank",
        key="1", now=NOW,
    )  # fmt: skip
    assert kop(pk, "60") == 0

    # Глеб's second jar leaks: he says so, the supplier bears it, he takes the money home.
    line = Line.objects.get(organisation_id=pk, round_id=row.pk, participant_id=gleb.pk)
    services.goods_give(
        actor=SYSTEM,
        organisation_id=pk,
        round_id=row.pk,
        participant_id=gleb.pk,
        quantities={line.pk: 2},
        key="g",
        now=NOW,
    )
    claim = services.claim_ask(
        actor=rounds.buyer_actor(gleb), organisation_id=pk, round_id=row.pk, line_id=line.pk, reason="spoilt", quantity=1,
        text="банка течёт", now=NOW + timedelta(hours=5),
    )  # fmt: skip
    assert claim.amount_kop == 34_900
    services.goods_came_back(
        actor=SYSTEM, organisation_id=pk, claim_id=claim.pk, quantity=1, key="r", now=NOW
    )
    assert selectors.statement_of(row, gleb).credit_kop == 0, "goods that came back are no money"
    services.claim_answer(
        actor=SYSTEM,
        organisation_id=pk,
        claim_id=claim.pk,
        accepted_kop=34_900,
        answer="",
        bearer="supplier",
        now=NOW,
    )
    claim.refresh_from_db()
    line.refresh_from_db()
    assert (claim.state, line.state) == (Claim.State.ACCEPTED, Line.State.CREDITED)
    assert line.charged_kop == 69_800, "the old row is never edited"
    free = selectors.own_money(row, gleb).free_kop
    assert free == 100_000 - (69_800 + 10_000 + 3_490) + 34_900
    services.pay_out(
        actor=SYSTEM,
        organisation_id=pk,
        participant_id=gleb.pk,
        amount_kop=free,
        on_date=TODAY,
        way="cash",
        key="o",
        now=NOW,
    )
    assert selectors.own_money(row, gleb).free_kop == 0
    services.pay_supplier(
        actor=SYSTEM, organisation_id=pk, round_id=row.pk, amount_kop=34_900, on_date=TODAY, way="bank", key="2",
        recovered=True, now=NOW,
    )  # fmt: skip

    # Money in equals money out.
    came = sum(
        Cash.objects.filter(organisation_id=pk, kind__in=["in", "recovered"]).values_list(
            "amount_kop", flat=True
        )
    )
    went = sum(
        Cash.objects.filter(organisation_id=pk, kind__in=["out", "supplier"]).values_list(
            "amount_kop", flat=True
        )
    )
    accounts = -kop(pk, "76.50")
    assert came - went == accounts + 34_900 == selectors.fund_kop(pk), (
        "what is left is the participants' and the fee"
    )
    assert kop(pk, "50") + kop(pk, "57") == came - went
    assert selectors.round_proof(row).holds
    assert ledger.balances(pk, codes=["76.52"], subject_ids=[row.pk]) == {row.pk: 0}
    assert ledger.verify(pk) == []
    assert Hold.objects.filter(organisation_id=pk, round_id=row.pk, move="release").count() == 2, (
        "Анна and Вера got less"
    )
    assert ChargeRow.objects.filter(organisation_id=pk, round_id=row.pk, what="goods").count() == 4
    assert LineSaving.objects.filter(organisation_id=pk, round_id=row.pk, prior_kop__isnull=True).count() == 4
