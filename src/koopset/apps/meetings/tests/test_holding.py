"""A meeting in the hall: the snapshot, who is there, votes, quorum, verdicts, minutes, what follows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from koopset.apps.meetings import selectors, services
from koopset.apps.meetings.factories import (
    NOW,
    TOLD,
    close,
    come,
    counter,
    make_meeting,
    make_members,
    open_meeting,
    opened,
    put,
    show_hands,
    tell,
    voter,
)
from koopset.apps.meetings.models import (
    AgendaItem,
    BallotFact,
    ChainEvent,
    CurrentVote,
    EffectRow,
    Elector,
    ItemResult,
    Official,
    Opening,
)
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.selectors.hall import hall_of
from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.organisations.models import RoleAssignment
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_membership, make_unit
from koopset.apps.register.models import Decision, PowerOfAttorney
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


def step(name, row, **more):
    return getattr(services, name)(
        actor=more.pop("actor", SYSTEM),
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        now=more.pop("now", LATER),
        **more,
    )


def live_item(row, key="fees"):
    return next(
        one for one in selectors.live(SYSTEM, row.organisation_id, row.pk, now=LATER).items if one.key == key
    )


# Opening


def test_nobody_opens_before_its_day_or_after_or_untold():
    pk, _persons = make_members(5)
    row = make_meeting(pk)
    step("meeting_notice", row, now=TOLD)
    refused("meetings.notice_absent", lambda: step("meeting_open", row, now=NOW))
    other = make_meeting(pk, title="Другое")
    tell(other)
    early = refused(
        "meetings.opening_early", lambda: step("meeting_open", other, now=NOW - timedelta(days=1))
    )
    assert early.params["on"] == date(2026, 11, 21)
    refused("meetings.opening_late", lambda: step("meeting_open", other, now=NOW + timedelta(days=1)))


def test_told_too_late_is_refused_at_the_opening_with_the_first_lawful_day():
    pk, _persons = make_members(5)
    row = make_meeting(pk)
    tell(row, on=date(2026, 11, 8))
    refusal = refused("meetings.notice_late", lambda: step("meeting_open", row, now=NOW))
    assert refusal.params["lawful_on"] == date(2026, 11, 23)


def test_the_snapshot_is_exact_and_nothing_changes_it():
    pk, persons = make_members(3)
    owner = make_person(pk)
    make_unit(pk, owners=[owner])
    make_unit(pk, owners=[persons[0]])  # a second plot gives no second vote
    row = open_meeting(pk)
    opening = Opening.objects.get(organisation_id=pk, meeting=row)
    electors = Elector.objects.filter(organisation_id=pk, meeting=row)
    assert {(one.voters, one.person_id, one.weight) for one in electors} == {
        *(("members", person.pk, Fraction(1)) for person in persons),
        ("owners", owner.pk, Fraction(1)),
    }
    make_membership(pk, owner)
    newcomer = make_person(pk)
    make_unit(pk, owners=[newcomer], member=True)
    come(row, persons)
    refused("meetings.nothing_to_do_here", lambda: step("person_check_in", row, person_id=newcomer.pk))
    assert electors.count() == 4
    assert Opening.objects.get(organisation_id=pk, meeting=row).register == opening.register
    first = ChainEvent.objects.get(organisation_id=pk, meeting=row, number=1)
    assert first.kind == "opened"
    assert opening.register.encode() in bytes(first.line)
    with pytest.raises(DatabaseError), transaction.atomic():
        Elector.objects.filter(organisation_id=pk, meeting=row).update(numerator=7)


def test_a_register_not_in_order_stops_the_opening():
    pk = make_organisation("tsj").pk
    persons = [make_person(pk) for _ in range(3)]
    for person in persons:
        make_unit(pk, kind="flat", area_m2=None, owners=[person], member=True)
    row = make_meeting(pk, law="tsj")
    refused("meetings.area_unknown", lambda: step("meeting_notice", row, now=TOLD))


# The hall


def test_who_is_there_is_kept_as_facts():
    pk, persons = make_members(5)
    row = open_meeting(pk)
    assert step("person_check_in", row, person_id=persons[0].pk)
    assert not step("person_check_in", row, person_id=persons[0].pk)  # twice is once
    assert step("person_leave", row, person_id=persons[0].pk)
    assert not step("person_leave", row, person_id=persons[0].pk)
    assert step("person_check_in", row, person_id=persons[0].pk)
    kinds = ChainEvent.objects.filter(organisation_id=pk, meeting=row).order_by("number")
    assert list(kinds.values_list("kind", flat=True)) == ["opened", "came", "left", "came"]


def test_a_code_of_the_hall_lets_in_and_a_wrong_one_is_counted():
    pk, persons = make_members(5)
    row = open_meeting(pk)
    actor = voter(pk, persons[0])

    def try_code(code, now=LATER):
        return step("check_in_by_code", row, actor=actor, person_id=persons[0].pk, code=code, now=now).refusal

    good = selectors.hall_code(SYSTEM, pk, row.pk, now=LATER)
    wrong = "000000" if good != "000000" else "111111"
    assert try_code(wrong).code == "meetings.hall_code"
    assert try_code(wrong).params["left"] == 8
    assert try_code(good, LATER + timedelta(minutes=20)).code == "meetings.hall_code"  # of another time
    assert try_code(f"{good[:3]} {good[3:]}") is None
    assert selectors.live(SYSTEM, pk, row.pk, now=LATER).here == 1
    with pytest.raises(Forbidden):
        step("check_in_by_code", row, actor=actor, person_id=persons[1].pk, code=good)


def test_the_code_is_not_tried_for_ever():
    pk, persons = make_members(5)
    row = open_meeting(pk)
    actor = voter(pk, persons[0])
    found = [
        step("check_in_by_code", row, actor=actor, person_id=persons[0].pk, code="x").refusal.code
        for _ in range(11)
    ]
    assert found == ["meetings.hall_code"] * 10 + ["meetings.hall_code_often"]
    good = selectors.hall_code(SYSTEM, pk, row.pk, now=LATER)
    assert step("check_in_by_code", row, actor=actor, person_id=persons[0].pk, code=good).refusal is not None


def test_counting_needs_a_role_or_an_office_at_this_meeting():
    pk, persons = make_members(5)
    row = open_meeting(pk)
    member = voter(pk, persons[0])
    with pytest.raises(Forbidden):
        step("person_check_in", row, actor=member, person_id=persons[1].pk)
    named = step("official_set", row, person_id=persons[0].pk, role="counter")
    assert step("person_check_in", row, actor=member, person_id=persons[1].pk)
    # named by mistake: what was counted stays, nothing more is taken from this person
    with pytest.raises(Forbidden):
        step("official_remove", row, actor=member, official_id=named.pk)
    step("official_remove", row, official_id=named.pk)
    refused("meetings.item_gone", lambda: step("official_remove", row, official_id=named.pk))
    assert persons[1].pk in hall_of(row, [persons[1].pk]).here
    with pytest.raises(Forbidden):
        step("person_check_in", row, actor=member, person_id=persons[2].pk)


def test_an_official_of_another_meeting_or_of_one_that_is_over_stays():
    pk, persons = make_members(3)
    row, other = open_meeting(pk), make_meeting(pk)
    named = step("official_set", row, person_id=persons[0].pk, role="counter")
    refused("meetings.item_gone", lambda: step("official_remove", other, official_id=named.pk))
    assert Official.objects.filter(organisation_id=pk, pk=named.pk).exists()
    come(row, persons)
    put(row)
    show_hands(row, "fees", dict.fromkeys(persons, "for"))
    close(row)
    refused("meetings.state", lambda: step("official_remove", row, official_id=named.pk))
    step("meeting_cancel", other, reason="не нужно")
    refused("meetings.state", lambda: step("official_remove", other, official_id=named.pk))


# Votes


def test_votes_in_the_hall_and_by_phone_are_one_count():
    pk, persons = make_members(5)
    row = open_meeting(pk)
    come(row, persons[:4])
    put(row)
    show_hands(row, "fees", {persons[0]: "for", persons[1]: "against"})
    step("phone_vote", row, actor=voter(pk, persons[2]), person_id=persons[2].pk, marks={"fees": "for"})
    found = live_item(row)
    tally = found.tallies["fees members"]
    assert [tally.of(choice).people for choice in (Choice.FOR, Choice.AGAINST, Choice.NOT_VOTED)] == [2, 1, 1]
    assert (found.voted, found.quorum.is_reached) == (3, True)
    assert tally.whole.people == 5


def test_refusals_of_a_vote_write_nothing():
    pk, persons = make_members(5)
    stranger = make_person(pk)
    row = open_meeting(pk)
    come(row, persons[:3])

    def hands(marks, item="fees"):
        return lambda: step(
            "hall_votes_enter", row, item=item, marks={who.pk: mark for who, mark in marks.items()}
        )

    refused("meetings.item_not_put", hands({persons[0]: "for"}))
    put(row)
    refused("meetings.not_here", hands({persons[0]: "for", persons[4]: "for"}))
    refused("meetings.not_here", hands({stranger: "for"}))
    refused("meetings.ballot_not_on_agenda", hands({persons[0]: "for"}, "reports"))
    refused("meetings.bad_mark", hands({persons[0]: "maybe"}))
    refused("meetings.ballot_empty", hands({}))
    assert not BallotFact.objects.filter(organisation_id=pk).exists()
    hands({persons[0]: "for"})()
    second = refused("meetings.ballot_second", hands({persons[1]: "for", persons[0]: "against"}))
    assert second.params["item"] == "fees"
    assert BallotFact.objects.filter(organisation_id=pk).count() == 1
    with pytest.raises(Forbidden):
        step("phone_vote", row, actor=voter(pk, persons[1]), person_id=persons[2].pk, marks={"fees": "for"})
    close(row)
    refused("meetings.state", hands({persons[2]: "for"}))


def test_the_hall_goes_before_the_phone():
    pk, persons = make_members(3)
    row = open_meeting(pk)
    come(row, persons)
    put(row)
    step("phone_vote", row, actor=voter(pk, persons[0]), person_id=persons[0].pk, marks={"fees": "for"})
    show_hands(row, "fees", {persons[0]: "against"})
    current = CurrentVote.objects.get(organisation_id=pk, meeting=row)
    assert current.choice == "against"
    assert BallotFact.objects.filter(organisation_id=pk).count() == 2


def test_an_owner_votes_only_where_owners_do():
    pk, persons = make_members(3)
    owner = make_person(pk)
    make_unit(pk, owners=[owner])
    reports = {"type": "reports", "title": "Отчёт", "wording": "Утвердить."}
    row = open_meeting(pk, items=({}, reports))
    come(row, [*persons, owner])
    put(row)
    show_hands(row, "fees", {owner: "for"})
    refused("meetings.ballot_not_elector", lambda: show_hands(row, "reports", {owner: "for"}))
    tallies = live_item(row).tallies
    assert tallies["fees owners"].of(Choice.FOR).people == 1
    assert tallies["fees members"].of(Choice.FOR).people == 0


def test_a_power_holds_until_its_principal_comes():
    pk, persons = make_members(5)
    row = open_meeting(pk)
    principal, agent = persons[0], persons[1]
    refused(
        "meetings.proxy_to_oneself",
        lambda: step(
            "power_enter", row, principal_id=agent.pk, agent_id=agent.pk, issued_on=date(2026, 11, 1)
        ),
    )
    step("power_enter", row, principal_id=principal.pk, agent_id=agent.pk, issued_on=date(2026, 11, 1))
    come(row, persons[1:4])
    put(row)
    call = {"actor": voter(pk, agent), "person_id": agent.pk, "marks": {"fees": "for"}}
    step("phone_vote", row, **call)
    step("phone_vote", row, **call, for_person_id=principal.pk)
    refused("meetings.ballot_no_proxy", lambda: step("phone_vote", row, **call, for_person_id=persons[4].pk))
    assert live_item(row).tallies["fees members"].of(Choice.FOR).people == 2
    assert selectors.live(SYSTEM, pk, row.pk, now=LATER).quorum.measures[0].part == 4
    come(row, [principal], now=LATER)
    assert live_item(row).tallies["fees members"].of(Choice.FOR).people == 1
    show_hands(row, "fees", {principal: "against"})
    tally = live_item(row).tallies["fees members"]
    assert (tally.of(Choice.FOR).people, tally.of(Choice.AGAINST).people) == (1, 1)


def test_an_undated_power_and_a_revoked_one_hold_nothing():
    pk, persons = make_members(5)
    row = open_meeting(pk)
    step("power_enter", row, principal_id=persons[0].pk, agent_id=persons[1].pk, issued_on=None)
    power = step(
        "power_enter", row, principal_id=persons[2].pk, agent_id=persons[1].pk, issued_on=date(2026, 11, 1)
    )
    come(row, [persons[1], persons[3]])
    put(row)
    rows = selectors.power_rows(SYSTEM, pk, row.pk)
    assert [[code for code, _article, _item in one.refused] for one in rows] == [
        ["meetings.proxy_undated"],
        [],
    ]

    def vote(principal):
        return lambda: step(
            "hall_votes_enter",
            row,
            item="fees",
            marks={principal.pk: "for"},
            agents={principal.pk: persons[1].pk},
        )

    refused("meetings.ballot_no_proxy", vote(persons[0]))
    vote(persons[2])()
    step("power_withdraw", row, actor=voter(pk, persons[2]), power_id=power.pk, on=date(2026, 11, 20))
    assert not CurrentVote.objects.filter(organisation_id=pk, meeting=row).exists()


def test_powers_of_the_register_are_taken_with_their_revocations():
    pk, persons = make_members(5)
    kept = PowerOfAttorney.objects.create(
        organisation_id=pk,
        principal=persons[0],
        agent=persons[1],
        kind="simple",
        issued_on=date(2026, 6, 1),
        valid_to=date(2027, 6, 1),
        may_vote=True,
    )
    PowerOfAttorney.objects.create(
        organisation_id=pk,
        principal=persons[2],
        agent=persons[1],
        kind="simple",
        issued_on=date(2026, 6, 1),
        valid_to=date(2027, 6, 1),
        may_pay=True,
    )
    row = open_meeting(pk)
    assert step("powers_take", row) == 1
    assert step("powers_take", row) == 0
    come(row, [persons[1]])
    put(row)
    call = {"actor": voter(pk, persons[1]), "person_id": persons[1].pk, "marks": {"fees": "for"}}
    step("phone_vote", row, **call, for_person_id=persons[0].pk)
    refused("meetings.ballot_no_proxy", lambda: step("phone_vote", row, **call, for_person_id=persons[2].pk))
    kept.revoked_on = date(2026, 11, 20)
    kept.save()
    assert step("powers_take", row) == 1
    assert not CurrentVote.objects.filter(organisation_id=pk, meeting=row).exists()


def test_who_left_before_an_item_takes_no_part_in_it():
    pk, persons = make_members(5)
    reports = {"type": "reports", "title": "Отчёт", "wording": "Утвердить."}
    row = open_meeting(pk, items=({}, reports))
    come(row, persons[:3])
    put(row, "fees")
    step("person_leave", row, person_id=persons[0].pk)
    put(row, "reports", now=LATER)
    assert live_item(row, "fees").quorum.measures[0].part == 3
    assert live_item(row, "reports").quorum.measures[0].part == 2
    close(row)
    found = {one.key: one.outcome for one in selectors.results(SYSTEM, pk, row.pk)}
    assert found == {"fees": "not_adopted", "reports": "no_quorum"}


# Closing


def test_verdicts_keep_arithmetic_article_and_version_of_the_law():
    pk, persons = make_members(6)
    row = open_meeting(pk)
    come(row, persons[:6])
    put(row)
    show_hands(row, "fees", dict.fromkeys(persons[:4], "for"))
    refused("meetings.voting_not_over", lambda: close(row, now=NOW - timedelta(minutes=1)))
    assert close(row).state == "closed"
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert result.outcome == "adopted"  # 4 of 6 present: two thirds exactly
    assert (result.data["measure"]["part"], result.data["measure"]["whole"]) == ("4/1", "6/1")
    assert result.article.startswith("217-ФЗ")
    assert result.law_version.startswith("snt 2025-09-01 ")
    assert result.law_digest == Opening.objects.get(organisation_id=pk, meeting=row).law_digest
    refused("meetings.state", lambda: close(row))
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemResult.objects.filter(organisation_id=pk).update(outcome="void")


def test_a_meeting_has_its_chair_and_secretary_before_it_ends():
    pk, _persons = make_members(3)
    row = make_meeting(pk)
    tell(row)
    step("meeting_open", row, now=NOW)
    refused("meetings.no_official", lambda: close(row))


def test_minutes_enter_the_register_of_decisions():
    pk, persons = make_members(3)
    row = open_meeting(pk)
    come(row, persons)
    put(row)
    show_hands(row, "fees", dict.fromkeys(persons, "for"))
    close(row)
    refused("meetings.no_number", lambda: step("meeting_record", row, number=" "))
    step("meeting_record", row, number="7")
    decision = Decision.objects.get(organisation_id=pk)
    assert (decision.body, decision.number, decision.item, decision.decided_on) == (
        "meeting",
        "7",
        "1",
        date(2026, 11, 21),
    )
    assert selectors.results(SYSTEM, pk, row.pk)[0].decision_id == decision.pk
    assert Notification.objects.filter(organisation_id=pk, topic="meetings.result").count() == 3
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    assert effect.effect == "fee"
    refused(
        "meetings.effect_lacks",
        services.effect_carry_out,
        actor=SYSTEM,
        organisation_id=pk,
        effect_id=effect.id,
        now=LATER,
    )


def test_an_election_gives_the_offices_once():
    pk, persons = make_members(5)
    election = {
        "type": "election",
        "title": "Выборы правления",
        "wording": "Избрать в правление:",
        "seats": 2,
        "candidates": persons[:3],
        "effect_data": {"role": "board", "until": "2028-11-21"},
    }
    row = open_meeting(pk, items=(election,))
    come(row, persons)
    put(row)
    refused("meetings.vote_by_candidate", lambda: show_hands(row, "election", {persons[0]: "for"}))
    for at, votes in enumerate((5, 4, 2)):
        show_hands(row, f"election/{persons[at].pk}", dict.fromkeys(persons[:votes], "for"))
    close(row)
    step("meeting_record", row, number="8")
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert result.data["elected"] == [persons[0].pk, persons[1].pk]
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    call: dict[str, Any] = {"actor": SYSTEM, "organisation_id": pk, "effect_id": effect.id, "now": LATER}
    services.effect_carry_out(**call)
    offices = RoleAssignment.objects.filter(organisation_id=pk, role="board")
    assert {one.person_id for one in offices} == {persons[0].pk, persons[1].pk}
    assert "№ 8" in offices[0].basis
    refused("meetings.effect_done", services.effect_carry_out, **call)
    assert EffectRow.objects.get(organisation_id=pk).state == "done"


def test_an_effect_that_its_room_refuses_waits_on():
    pk, persons = make_members(3)
    item = {
        "type": "exclusion",
        "title": "Исключение",
        "wording": "Исключить.",
        "effect_data": {"exclusion_id": 10**6},
    }
    row = open_meeting(pk, items=(item,))
    come(row, persons)
    put(row)
    show_hands(row, "exclusion", dict.fromkeys(persons, "for"))
    close(row)
    step("meeting_record", row, number="9")
    (effect,) = selectors.effects_waiting(SYSTEM, pk)
    refused(
        "register.unknown_exclusion",
        services.effect_carry_out,
        actor=SYSTEM,
        organisation_id=pk,
        effect_id=effect.id,
        now=LATER,
    )
    assert len(selectors.effects_waiting(SYSTEM, pk)) == 1


def test_without_a_quorum_the_mixed_repeat_takes_exactly_those_items():
    pk, persons = make_members(6)
    reports = {"type": "reports", "title": "Отчёт", "wording": "Утвердить."}
    row = open_meeting(pk, items=({}, reports))
    come(row, persons[:3])  # half is not more than half
    put(row)
    show_hands(row, "fees", dict.fromkeys(persons[:3], "for"))
    assert close(row).state == "failed"
    refused("meetings.state", lambda: step("meeting_record", row, number="10"))
    assert not Decision.objects.filter(organisation_id=pk).exists()
    after = NOW + timedelta(days=1)
    (offer,) = selectors.next_steps_of(SYSTEM, pk, row.pk, told_on=after.date())
    assert (offer.form, offer.items, offer.first_on) == ("mixed", ("reports", "fees"), date(2026, 12, 7))
    call = {"form": "mixed", "now": after, "opens_on": date(2026, 12, 6)}
    refused("meetings.repeat_form", lambda: step("meeting_repeat", row, **(call | {"form": "absentia"})))
    early = refused(
        "meetings.repeat_early",
        lambda: step("meeting_repeat", row, **call, starts_at=NOW + timedelta(days=15)),
    )
    assert early.params["on"] == date(2026, 12, 7)
    again = step("meeting_repeat", row, **call, starts_at=NOW + timedelta(days=17))
    items = AgendaItem.objects.filter(organisation_id=pk, meeting=again).order_by("position")
    assert [(one.key, one.wording) for one in items] == [
        (one.key, one.wording)
        for one in AgendaItem.objects.filter(organisation_id=pk, meeting=row).order_by("position")
    ]
    refused(
        "meetings.repeat_known",
        lambda: step("meeting_repeat", row, **call, starts_at=NOW + timedelta(days=18)),
    )
    refused(
        "meetings.repeat_items",
        lambda: step("item_add", again, item=services.ItemTyped(type="reports", title="Ещё", wording="Ещё")),
    )
    tell(again, now=after)
    assert opened(again, now=NOW + timedelta(days=16)).state == "open"


def test_a_board_admits_with_the_casting_vote_of_its_chair():
    pk = make_organisation().pk
    chair = make_role(pk, Role.CHAIR).person
    board = [make_role(pk, Role.BOARD).person for _ in range(3)]
    item = {"type": "admission", "title": "Приём", "wording": "Принять."}
    row = make_meeting(pk, law="snt-board", items=(item,), papers=False)
    tell(row)
    row = opened(row)
    come(row, [chair, *board])
    put(row)
    show_hands(row, "admission", {chair: "for", board[0]: "for", board[1]: "against", board[2]: "against"})
    close(row)
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert (result.outcome, result.data["casting"]) == ("adopted", "for")
    step("meeting_record", row, number="3")
    assert Decision.objects.get(organisation_id=pk).body == "board"


def test_an_association_votes_by_area_with_joint_owners():
    pk = make_organisation("tsj").pk
    first, second, third = (make_person(pk) for _ in range(3))
    make_unit(pk, kind="flat", area_m2=Decimal("60.50"), owners=[first], member=True)
    make_unit(pk, kind="flat", area_m2=40, owners=[(second, Fraction(1, 3)), (third, Fraction(2, 3))])
    for person in (second, third):
        make_membership(pk, person)
    row = open_meeting(pk, law="tsj", items=({},))
    come(row, [first, second])
    put(row)
    show_hands(row, "fees", {first: "for", second: "against"})
    tally = live_item(row).tallies["fees members"]
    assert tally.of(Choice.FOR).weight == Fraction(121, 2)
    assert tally.of(Choice.AGAINST).weight == Fraction(40, 3)
    assert tally.whole.weight == Fraction(201, 2)
    close(row)
    (result,) = selectors.results(SYSTEM, pk, row.pk)
    assert result.data["measure"]["part"] == "121/2"


def test_two_counters_enter_one_person_and_the_second_is_told():
    pk, persons = make_members(3)
    row = open_meeting(pk)
    come(row, persons)
    put(row)
    call = {"item": "fees", "marks": {persons[0].pk: "for"}}
    step("hall_votes_enter", row, actor=counter(pk, 1), **call)
    refused("meetings.ballot_second", lambda: step("hall_votes_enter", row, actor=counter(pk, 2), **call))
