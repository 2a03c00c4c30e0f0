"""The way of a round and what each step refuses; a refusal changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.purchases import selectors, services
from koopset.apps.purchases.factories import (
    NOW,
    buyer_actor,
    honey_round,
    make_good,
    make_participant,
    make_round,
    make_want,
    open_round,
    sent_round,
    stopped_round,
)
from koopset.apps.purchases.models import AllocationRun, Line, OrderPaper, Round, RoundGood, WantRecord
from koopset.foundation.jobs import enqueue
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db


def step(name, row, **more):
    return getattr(services, name)(
        actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=more.pop("now", NOW), **more
    )


def want(row, participant, firm, extra=0, *, now=NOW, good=None):
    one = good or selectors.goods_of(row.organisation_id, row.pk)[0]
    return services.wants_set(
        actor=buyer_actor(participant),
        organisation_id=row.organisation_id,
        round_id=row.pk,
        wanted={one.pk: (firm, extra)},
        now=now,
    )


def lines_of(row):
    rows = Line.objects.filter(organisation_id=row.organisation_id, round_id=row.pk)
    return {line.participant.name: line for line in rows.select_related("participant")}


def test_settings_are_checked():
    pk = make_organisation().pk

    def draft(**fields):
        return lambda: services.round_draft(
            actor=SYSTEM,
            organisation_id=pk,
            settings=services.Settings(**{"title": "Мёд", "supplier_name": "Пасека", **fields}),
            now=NOW,
        )

    refused("purchases.no_title", draft(title=" "))
    refused("purchases.no_supplier", draft(supplier_name=""))
    refused("purchases.bad_fee", draft(fee_bp=10_001, fee_source="собрание"))
    refused("purchases.fee_source", draft(fee_bp=500))
    refused("purchases.bad_sum", draft(transport_kop=-1))
    refused("purchases.no_territory", draft(access="neighbours"))
    refused("purchases.boxfill_before_stop", draft(boxfill_until=NOW))
    assert not Round.objects.filter(organisation_id=pk).exists()
    row = draft(fee_bp=500, fee_source="собрание 12.09")()
    assert (row.state, row.operator_form) == ("draft", "snt")
    assert row.operator_name.startswith("Садоводческое")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "purchases.no_name"),
        ({"price_kop": 0}, "purchases.bad_price"),
        ({"pack": 0}, "purchases.bad_pack"),
        ({"unit": "pound"}, "purchases.bad_unit"),
        ({"by_weight": True, "unit": "pcs"}, "purchases.bad_unit"),
        ({"limit": 0}, "purchases.bad_limit"),
        ({"breaks": ((12, 100), (12, 90))}, "purchases.bad_breaks"),
        ({"amount": Decimal("NaN")}, "purchases.bad_unit"),
    ],
)
def test_a_good_is_checked(fields, code):
    row = make_round(goods=())
    refused(code, make_good, row, **fields)
    assert not RoundGood.objects.filter(organisation_id=row.organisation_id).exists()


def test_what_is_open_is_frozen():
    row = open_round()
    good = selectors.goods_of(row.organisation_id, row.pk)[0]
    refused("purchases.frozen", step, "round_settings_save", row, settings=services.settings_of(row))
    refused("purchases.frozen", step, "good_remove", row, good_id=good.pk)
    refused("purchases.frozen", make_good, row)
    refused("purchases.state", step, "round_open", row)
    refused("purchases.earlier", step, "round_extend", row, until=NOW + timedelta(days=4))
    assert step("round_extend", row, until=NOW + timedelta(days=9)).open_until == NOW + timedelta(days=9)


def test_an_empty_round_does_not_open():
    row = make_round(goods=())
    refused("purchases.no_goods", step, "round_open", row)
    late = make_round(open_until=NOW)
    refused("purchases.deadline_passed", step, "round_open", late)


def test_wants_are_dated_records():
    row = open_round()
    anna = make_participant(row.organisation_id, "Анна")
    buyer = services.round_join  # by its link
    row.access = Round.Access.INVITED
    row.save()
    buyer(
        actor=buyer_actor(anna),
        organisation_id=row.organisation_id,
        round_id=row.pk,
        code=row.invite_code,
        now=NOW,
    )
    want(row, anna, 3, 2)
    want(row, anna, 1, 2, now=NOW + timedelta(hours=1))
    want(row, anna, 3, 0, now=NOW + timedelta(hours=2))
    want(row, anna, 3, 0, now=NOW + timedelta(hours=3))
    records = WantRecord.objects.filter(organisation_id=row.organisation_id).order_by("pk")
    assert list(records.values_list("quantity", "tolerance")) == [(3, 2), (-2, 0), (2, -2)]
    line = lines_of(row)["Анна"]
    assert (line.wanted, line.tolerance, line.state) == (3, 0, "wanted")
    want(row, anna, 0)
    assert lines_of(row)["Анна"].wanted == 0


def test_who_may_want():
    row = open_round()
    stranger = make_participant(row.organisation_id, "Чужой")
    with pytest.raises(Forbidden):
        want(row, stranger, 1)
    with pytest.raises(Forbidden):
        services.round_join(
            actor=buyer_actor(stranger),
            organisation_id=row.organisation_id,
            round_id=row.pk,
            code=row.invite_code,
            now=NOW,
        )
    assert selectors.round_for_buyer(buyer_actor(stranger), row.pk) is None
    assert not WantRecord.objects.filter(organisation_id=row.organisation_id).exists()


def test_wants_are_refused_out_of_time_and_out_of_measure():
    row, people = honey_round()
    anna = people[0]
    refused("purchases.too_late", want, row, anna, 8, now=NOW + timedelta(days=5))
    refused("purchases.bad_units", want, row, anna, -1)
    refused("purchases.good_unknown", want, row, anna, 1, good=RoundGood(pk=0))
    other = open_round(row.organisation_id, tolerance_allowed=False)
    make_want(other, anna, 1)
    refused("purchases.no_tolerance", want, other, anna, 1, 1)
    step("round_stop", row)
    refused("purchases.not_open", want, row, anna, 8)
    assert lines_of(row)["Анна"].wanted == 7


def test_no_more_is_wanted_than_the_supplier_has():
    row = open_round(goods=({"name": "Сыр", "price_kop": 90_000, "limit": 5},))
    anna = make_participant(row.organisation_id, "Анна")
    boris = make_participant(row.organisation_id, "Борис")
    make_want(row, anna, 4)
    violation = refused("purchases.limit", make_want, row, boris, 2)
    assert violation.params["left"] == 1
    make_want(row, boris, 1)
    assert [line.wanted for line in lines_of(row).values()] == [4, 1]


def test_the_stop_shares_out_freezes_prices_and_can_be_replayed(capsys):
    row, _ = stopped_round(
        goods=({"name": "Мёд", "price_kop": 39_900, "pack": 12, "breaks": ((12, 36_900), (24, 34_900))},)
    )
    assert row.state == "stop"
    good = selectors.goods_of(row.organisation_id, row.pk)[0]
    assert (good.ordered, good.ordered_packs, good.reached_kop) == (24, 2, 34_900)
    lines = lines_of(row)
    assert [line.allocated for line in lines.values()] == [10, 5, 7, 2]
    assert [line.sum_kop for line in lines.values()] == [349_000, 174_500, 244_300, 69_800]
    assert lines["Анна"].reason["code"] == "with_extra"
    [replay] = selectors.replay_round(row.organisation_id, row.pk)
    assert (replay.lines, replay.differences) == (4, ())
    call_command("purchases_replay", str(row.pk))
    Line.objects.filter(organisation_id=row.organisation_id, pk=lines["Анна"].pk).update(allocated=11)
    with pytest.raises(SystemExit) as ended:
        call_command("purchases_replay", str(row.pk))
    assert ended.value.code == 1
    with pytest.raises(SystemExit) as ended:
        call_command("purchases_replay", "999999")
    assert ended.value.code == 2


def test_pro_rata_is_frozen_with_the_round():
    row, _ = stopped_round(rule="pro_rata")
    assert [line.allocated for line in lines_of(row).values()] == [8, 5, 6, 5]
    assert AllocationRun.objects.get(organisation_id=row.organisation_id).rule == "pro_rata"


def test_what_cannot_stop():
    row = open_round()
    refused("purchases.nothing_wanted", step, "round_stop", row)
    anna = make_participant(row.organisation_id, "Анна")
    make_want(row, anna, 5)
    refused("purchases.nothing_ordered", step, "round_stop", row)
    dear, _ = honey_round(minimum_kop=1_000_000)
    refused("purchases.below_minimum", step, "round_stop", dear)
    assert step("round_stop", dear, below_minimum=True).state == "stop"
    refused("purchases.state", step, "round_stop", dear)
    assert AllocationRun.objects.filter(organisation_id=dear.organisation_id).count() == 1


def test_a_body_that_is_not_verified_gathers_wants_and_takes_no_money():
    pk = make_organisation(verified=False).pk
    row, _ = honey_round(organisation_id=pk)
    refused("organisations.not_verified", step, "round_stop", row)
    assert Round.objects.get(organisation_id=pk, pk=row.pk).state == "open"
    assert lines_of(row)["Анна"].allocated is None


def test_a_body_that_is_no_legal_person_buys_as_an_agent_only():
    pk = make_organisation("tos", inn="").pk
    row, _ = honey_round(organisation_id=pk)
    refused("purchases.no_legal_person", step, "round_stop", row)
    agent, _ = honey_round(organisation_id=pk, holder="agent")
    assert step("round_stop", agent).state == "stop"


def test_filling_of_packs_lets_only_what_helps():
    row, people = honey_round(boxfill_until=NOW + timedelta(days=7))
    row = step("round_boxfill", row)
    anna, boris, *_ = people
    refused("purchases.only_helping", want, row, anna, 6, 3)
    refused("purchases.only_helping", want, row, boris, 0)
    want(row, boris, 5, 2)
    want(row, anna, 10, 0)
    assert (lines_of(row)["Анна"].wanted, lines_of(row)["Борис"].tolerance) == (10, 2)


def test_the_clock_stops_a_round_or_tells_why_not():
    row, _ = honey_round()
    after = NOW + timedelta(days=5, minutes=1)
    assert [one.round_id for one in selectors.rounds_due(now=after)] == [row.pk]
    assert step("round_deadline", row, now=NOW) == ""
    assert step("round_deadline", row, now=after) == "stop"
    assert step("round_deadline", row, now=after) == ""
    filled, _ = honey_round(boxfill_until=NOW + timedelta(days=7))
    assert step("round_deadline", filled, now=after) == "boxfill"
    assert step("round_deadline", filled, now=NOW + timedelta(days=8)) == "stop"


def test_a_round_that_cannot_stop_by_itself_is_told_of_once():
    row = open_round(open_until=NOW + timedelta(days=5))
    chair = make_role(row.organisation_id, Role.CHAIR).person
    after = timezone.now() + timedelta(days=1)
    Round.objects.filter(organisation_id=row.organisation_id, pk=row.pk).update(open_until=NOW)
    for _ in range(2):
        enqueue("purchases.deadlines", actor=SYSTEM, now=NOW)
        run_pending_jobs(now=after)
    told = Notification.objects.filter(organisation_id=row.organisation_id, topic="purchases.running")
    assert list(told.values_list("person_id", flat=True)) == [chair.pk]
    assert Round.objects.get(organisation_id=row.organisation_id, pk=row.pk).state == "open"


def test_called_off_with_a_reason_before_it_is_sent():
    row, people = honey_round()
    refused("purchases.no_reason", step, "round_cancel", row, reason=" ")
    row = step("round_cancel", row, reason="Поставщик отказал")
    assert (row.state, row.cancel_reason) == ("cancelled", "Поставщик отказал")
    told = Notification.objects.filter(organisation_id=row.organisation_id, topic="purchases.cancelled")
    assert set(told.values_list("login_id", flat=True)) == {one.login_id for one in people}
    sent, _ = sent_round()
    refused("purchases.state", step, "round_cancel", sent, reason="поздно")
    assert Round.objects.get(organisation_id=sent.organisation_id, pk=sent.pk).state == "sent"


def test_an_order_is_frozen_with_its_digest():
    row, _ = sent_round()
    paper = selectors.order_paper(SYSTEM, row.organisation_id, row.pk)
    assert paper is not None
    assert selectors.order_pdf(paper).startswith(b"%PDF")
    data = json.loads(paper.data)
    assert data["title"].endswith("№ 1")
    assert data["rows"][0][3] == "2 × 12"
    refused("purchases.state", step, "round_send", row)
    assert OrderPaper.objects.filter(organisation_id=row.organisation_id).count() == 1
    paper.data = paper.data.replace("Мёд", "Дёготь")
    refused("purchases.frozen_changed", selectors.order_pdf, paper)


def test_a_round_is_repeated_as_another():
    row, people = sent_round()
    again = step("round_repeat", row)
    assert (again.state, again.repeats_id, again.open_until) == ("draft", row.pk, None)
    assert [good.name for good in selectors.goods_of(row.organisation_id, again.pk)] == ["Мёд липовый"]
    again.access = Round.Access.INVITED
    again.save()
    step("round_open", again)
    anna = buyer_actor(people[0])
    services.round_join(
        actor=anna,
        organisation_id=row.organisation_id,
        round_id=again.pk,
        code=again.invite_code,
        now=NOW,
    )
    services.wants_repeat(actor=anna, organisation_id=row.organisation_id, round_id=again.pk, now=NOW)
    assert (lines_of(again)["Анна"].wanted, lines_of(again)["Анна"].tolerance) == (7, 3)


def test_past_sent_only_forward():
    row, _ = sent_round()

    def move(to):
        return services.round_move_for_room(organisation_id=row.organisation_id, round_id=row.pk, to=to)

    refused("purchases.state", move, "settled")
    assert move("partly").state == "partly"
    assert move("received").state == "received"
    assert move("settled").state == "settled"
    refused("purchases.state", move, "received")


def test_by_weight_is_ordered_as_it_is_wanted():
    row = open_round(
        goods=({"name": "Картофель", "price_kop": 4_550, "unit": "kg", "by_weight": True, "pack": 10_000},)
    )
    anna = make_participant(row.organisation_id, "Анна")
    make_want(row, anna, 1_250)
    refused("purchases.no_tolerance", make_want, row, anna, 1_250, 500)
    step("round_stop", row)
    line = lines_of(row)["Анна"]
    assert (line.allocated, line.sum_kop) == (1_250, 5_688)
    assert selectors.order_lines(row.organisation_id, row.pk)[0].units == 1_250


def test_the_card_shows_how_full_a_pack_is_and_where_the_money_goes():
    row, people = honey_round(fee_bp=1_700, fee_source="решение правления 3", transport_kop=100_000)
    card = selectors.round_of_body(SYSTEM, row.organisation_id, row.pk)
    good = card.goods[0]
    assert (good.wanted, good.tolerance, good.will_order, good.packs, good.missing) == (18, 13, 24, 2, 0)
    assert (good.firm_percent, good.extra_percent) == (50, 50)
    assert card.buyers == 4
    assert (card.all_parts.goods, card.all_parts.transport, card.all_parts.fee) == (837_600, 100_000, 142_392)
    assert card.all_parts.platform == 0
    mine = selectors.round_for_buyer(buyer_actor(people[0]), row.pk)
    assert mine is not None
    assert (mine.goods[0].mine_firm, mine.goods[0].mine_extra, mine.mine_count) == (7, 3, 1)
